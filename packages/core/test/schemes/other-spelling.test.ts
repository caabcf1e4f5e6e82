/** Beside a member that is signed by itself stands no other spelling of its name, whichever of several messages applies. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createGate, HeaderList } from '../../src/index.ts';
import { writtenScheme } from '../../src/providers/registry.ts';

const SECRET = 'a secret of twenty-four b';

const gate = createGate({
  scheme: writtenScheme({
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', encoding: 'hex' },
    message: ['{nonce}.{body}', '{member:a}'],
    nonce: { header: 'x-nonce' },
    replay: 'none',
  }),
  keys: [SECRET],
});

function judged(body: string, message: string, headers: readonly string[] = []) {
  const signature = createHmac('sha256', SECRET).update(message).digest('hex');
  return gate.verify({
    method: 'POST',
    url: '/in',
    headers: new HeaderList([
      'host',
      'hooks.example',
      'content-type',
      'application/json',
      'x-signature',
      signature,
      ...headers,
    ]),
    body: Buffer.from(body),
  });
}

it('is refused where the message has the member alone', async () => {
  expect(await judged('{"a":"1","b":"2"}', '1')).toMatchObject({ ok: true });
  expect(await judged('{"a":"1","A":"2"}', '1')).toMatchObject({ ok: false, reason: 'missing-part' });
});

it('is taken where the message has all of the body', async () => {
  const body = '{"a":"1","A":"2"}';
  expect(await judged(body, `xyzxyz.${body}`, ['x-nonce', 'xyzxyz'])).toMatchObject({ ok: true });
});
