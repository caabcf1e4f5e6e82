/** A query parameter's name is any text: it is written encoded, and found and cut out by what it decodes to. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, type Gate, requestFrom } from '../../src/index.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;

const MESSAGES = ['{url}', '{query}\n{body}', '{query:sorted}\n{body}', '{method} {body}'];

const gateOf = (scheme: object): Gate =>
  createGate({
    scheme: { algorithm: 'hmac-sha256', ...scheme } as never,
    keys: [SECRET],
    now: () => NOW,
  });

/** All but lone surrogates, which no URL can hold. */
const names = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('my sig', 'a&b', 'a=b', 'a+b', 'a%b', '%41', 'ä', '#', '?', 'a;b', '"', '&', '='),
);

const draft = { method: 'POST', url: 'https://api.example/hook?page=1&other=a%20b', headers: {}, body: 'x' };

describe('what a gate signs with parts in the query', () => {
  it.each(MESSAGES)('it takes, under every name and %s', async (message) => {
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        fc.pre(name !== 'page' && name !== 'other');
        const gate = gateOf({ message, signature: { query: name } });
        expect(await gate.verify(await gate.sign(draft))).toMatchObject({ ok: true });
      }),
      { numRuns: runs(100) },
    );
  });

  it('it takes with all of them there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(names, { minLength: 4, maxLength: 4 }), async (all) => {
        fc.pre(!all.includes('page') && !all.includes('other'));
        const [signature, timestamp, nonce, id] = all.map((name) => ({ query: name }));
        const message = '{url}{timestamp}{nonce}{id}';
        const gate = gateOf({ message, signature, timestamp: { ...timestamp, unit: 's' }, nonce, id });
        expect(await gate.verify(await gate.sign({ ...draft, nonce: 'n', id: 'i' }))).toMatchObject({
          ok: true,
        });
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('a signature’s parameter in another spelling', () => {
  const gate = gateOf({ message: '{url}', signature: { query: 'my sig' } });
  const mac = createHmac('sha256', SECRET).update('https://api.example/hook?page=1').digest('hex');
  const judge = (query: string) =>
    gate.verify(
      requestFrom({ method: 'POST', url: `/hook?${query}`, headers: { host: 'api.example' }, body: 'x' }),
    );

  it.each([
    `page=1&my%20sig=${mac}`,
    `page=1&my+sig=${mac}`,
    `my%20sig=${mac}&page=1`,
    `page=1&%6dy%20sig=${mac}`,
  ])('%s is the same parameter: it is not signed', async (query) => {
    expect(await judge(query)).toMatchObject({ ok: true });
  });

  it.each([
    [`page=1&my%20sig=${mac}&my+sig=${mac}`, 'malformed-signature'],
    [`page=1&my%20sig=${mac}&my+sig=`, 'malformed-signature'],
    [`page=1&my%20sig=${mac}&x`, 'signature-mismatch'],
    [`page=1&my%20sig=${mac}&`, 'signature-mismatch'],
    [`page=1&my%2520sig=${mac}`, 'missing-signature'],
  ])('%s is %s', async (query, reason) => {
    expect(await judge(query)).toMatchObject({ ok: false, reason });
  });
});
