/** Prevents: a key whose id the request cannot carry, so that whoever names it is refused, or cannot send at all. */
import { describe, expect, it } from 'vitest';
import { createGate, requestFrom, type SchemeDeclaration } from '../../src/index.ts';

const SECRET = 'a secret of this test, long enough';

function schemeOf(keyId: NonNullable<Extract<SchemeDeclaration, { type?: 'template' }>['keyId']>) {
  return {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-signature', encoding: 'hex' },
    message: '{body}',
    timestamp: 'none',
    keyId,
  } as const;
}

const UNSENDABLE = ['café', 'é😀ключ', 'a\nb', ' a', 'a ', 'a\tb', '\u007f', '\ufeffa'];

describe('the id of a key', () => {
  it.each(UNSENDABLE)('%j is refused where a header names the key', (id) => {
    const keys = [{ secret: `another ${SECRET}` }, { id, secret: SECRET }];
    expect(() => createGate({ scheme: schemeOf({ header: 'x-key' }), keys })).toThrow(/^keys\[1\]\.id: /);
  });

  it.each(['2026-a', 'part\'n"er $(id)', '~', 'a b'])('%j is sent and read', async (id) => {
    const gate = createGate({ scheme: schemeOf({ header: 'x-key' }), keys: [{ id, secret: SECRET }] });
    const { method, url, headers, body } = await gate.sign({ method: 'POST', url: '/', body: 'x' });
    // As a client writes it and a server reads it.
    const sent = new Request(new URL(url, 'http://api.example'), {
      method,
      headers: [...headers].map(([name, value]): [string, string] => [name, value]),
      body: new Uint8Array(body),
    });
    expect(await gate.verify(await requestFrom(sent))).toMatchObject({ ok: true, keyId: id });
  });

  it.each([{ query: 'key' }, { member: 'key' }])('so it is where %j names the key', (place) => {
    const keys = [{ id: 'é😀ключ', secret: SECRET }];
    expect(() => createGate({ scheme: schemeOf(place), keys })).toThrow(/^keys\[0\]\.id: /);
  });

  it('is any text where no request names its key', () => {
    const keys = [{ id: 'é😀ключ', secret: SECRET }];
    expect(createGate({ provider: 'github', keys }).keys.list()).toMatchObject([{ id: 'é😀ключ' }]);
  });
});
