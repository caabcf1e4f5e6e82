/** `{body:sha256:…}` and `{query:sorted}`: a digest of the body inside the message, and parameters in the order of their names. */
import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { requestOf, type VectorFile } from '../../src/testing/index.ts';
import { codesOf } from '../support/warnings.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const folder = join(import.meta.dirname, '../../../../vectors/schemes');

function gateOf(message: string | readonly string[], more: Record<string, unknown> = {}): Gate {
  const scheme = { algorithm: 'hmac-sha256', signature: 'x-signature', message, ...more };
  return createGate({ scheme: writtenScheme(scheme), keys: [KEY], now: () => NOW });
}

const mac = (...parts: readonly (string | Uint8Array)[]): string => {
  const made = createHmac('sha256', KEY);
  for (const part of parts) made.update(part);
  return made.digest('hex');
};
const request = (url: string, signature: string, body = ''): SignedRequest =>
  requestOf({
    method: 'POST',
    url,
    headers: { 'x-signature': signature },
    bodyBase64: Buffer.from(body).toString('base64'),
    now: 0,
    expect: 'accept',
  });

describe.each(readdirSync(folder))('the declaration of %s', (file) => {
  const vectors: VectorFile & { readonly declaration: Record<string, unknown> } = JSON.parse(
    readFileSync(join(folder, file), 'utf8'),
  );

  it.each(vectors.cases.map((one) => [one.name, one] as const))(
    'judges as its sender: %s',
    async (_, one) => {
      const gate = createGate({
        scheme: writtenScheme(vectors.declaration),
        keys: [one.secret ?? ''],
        now: () => one.now * 1000,
      });
      const { reason, step } = one;
      expect(await gate.verify(requestOf(one))).toMatchObject(
        one.expect === 'accept' ? { ok: true } : { ok: false, reason, step },
      );
    },
  );

  it('signs what it takes', async () => {
    const gate = createGate({ scheme: writtenScheme(vectors.declaration), keys: [KEY], now: () => NOW });
    const signed = await gate.sign({ method: 'POST', url: 'https://a.example/?b=2&a=1', body: '{"text":1}' });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });
});

describe('the digest of the body', () => {
  const body = '{"a":1}';
  const digest = createHash('sha256').update(body).digest();

  it.each([
    ['{body:sha256:hex}', mac(digest.toString('hex'))],
    ['{body:sha256:bytes}', mac(digest)],
    ['{method}\n{body:sha256:hex}', mac('POST\n', digest.toString('hex'))],
  ])('%s stands in the message', async (message, signature) => {
    const gate = gateOf(message);
    expect(await gate.verify(request('/', signature, body))).toMatchObject({ ok: true });
    expect(await gate.verify(request('/', signature, `${body} `))).toMatchObject({
      reason: 'signature-mismatch',
    });
    expect(gate.coverage.covered).toContain('body');
    expect(codesOf(gate)).not.toContain('movable-text');
    expect(gate.scheme.readsBody).toBe(true);
  });

  it('is that of no bytes where there is no body', async () => {
    const none = createHash('sha256').digest('hex');
    expect(await gateOf('{body:sha256:hex}').verify(request('/', mac(none)))).toMatchObject({ ok: true });
  });

  it('stands beside a timestamp inside the body', async () => {
    const gate = gateOf('{timestamp}.{body:sha256:hex}', { timestamp: { member: 'sent' } });
    const signed = await gate.sign({ method: 'POST', url: '/', body: '{}' });
    expect(Buffer.from(signed.body).toString()).toBe('{"sent":1760000000}');
    expect(await gate.verify(signed)).toMatchObject({ ok: true, timestampMs: NOW });
    const changed = { ...signed, body: Buffer.from('{"sent":1760000000 }') };
    expect(await gate.verify(changed)).toMatchObject({ reason: 'signature-mismatch' });
  });

  it('is of one length: what stands beside it needs no separator', () => {
    const moved = (message: string) =>
      gateOf(message).coverage.warnings.filter(({ code }) => code === 'movable-text');
    expect(moved('{path}{body:sha256:hex}')).toEqual([]);
    expect(moved('{body:sha256:bytes}{path}')).toEqual([]);
    expect(moved('{path}{query:sorted}{body:sha256:hex}')).toEqual([
      { code: 'movable-text', parts: ['{path}', '{query:sorted}'] },
    ]);
  });

  it.each([{ member: 'signature' }, { field: 'signature' }])(
    'is refused with a signature in the body: %j',
    (signature) => {
      const message =
        'scheme.message: {body:sha256:…} is the digest of the body as received, which cannot hold its own signature. Give a signature in a header or in the query.';
      expect(() => gateOf('{body:sha256:hex}', { signature })).toThrow(expect.objectContaining({ message }));
    },
  );
});

describe('the sorted query', () => {
  const gate = gateOf('{query:sorted}\n{body}');

  it.each([
    ['/?a=1&b=2&c=3', 'a=1&b=2&c=3'],
    ['/?c=3&a=1&b=2', 'a=1&b=2&c=3'],
    ['/?a-b=2&a=1', 'a=1&a-b=2'],
    ['/?b=%20x&a=+y', 'a=+y&b=%20x'],
    ['/?b&a=', 'a=&b'],
    ['/?a=2&b=0&a=1', 'a=2&a=1&b=0'],
    ['/', ''],
  ])('of %s is %s', async (url, text) => {
    expect(await gate.verify(request(url, mac(`${text}\nx`), 'x'))).toMatchObject({ ok: true });
  });

  it('is the same in any order, but for parameters of one name', async () => {
    const signed = request('/?b=1&a=1&a=2', mac('a=1&a=2&b=1\nx'), 'x');
    for (const url of ['/?a=1&b=1&a=2', '/?a=1&a=2&b=1']) {
      expect(await gate.verify({ ...signed, url })).toMatchObject({ ok: true });
    }
    for (const url of ['/?a=2&a=1&b=1', '/?a=1&a=2&b=1&', '/?a=1&a=2', '/?a=1&a=2&b=%31']) {
      expect(await gate.verify({ ...signed, url })).toMatchObject({ reason: 'signature-mismatch' });
    }
  });

  it('leaves the signature out that stands in it', async () => {
    const signer = gateOf('{query:sorted}', { signature: { query: 'mac' } });
    const url = `/?z=1&mac=${mac('a=2&z=1')}&a=2`;
    expect(await signer.verify(request(url, ''))).toMatchObject({ ok: true });
  });

  it('is covered, and its order is not', () => {
    expect(gate.coverage.covered).toContain('query');
    expect(codesOf(gate)).toContain('unsigned-query-order');
    expect(codesOf(gateOf('{query}\n{body}'))).not.toContain('unsigned-query-order');
  });
});
