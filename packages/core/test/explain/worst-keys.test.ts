/** Keys made to take long: neither reading one, nor any hypothesis about it, takes more than its length. */
import { describe, expect, it } from 'vitest';
import { isTried } from '../../src/explain/hypothesis.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { firstTrial } from '../../src/explain/trial.ts';
import { createGate, type KeySpec, requestFrom, SetupError } from '../../src/index.ts';

const SHORT = 3000;
/** What takes the square of its length takes 256 times as long, and what is in proportion 16 times. */
const FACTOR = 16;
const MOST = 5 * FACTOR;
/** What takes less is not measured: it is begun rather than done. */
const LEAST_MS = 12;

const KEYS: readonly (readonly [string, (n: number) => string])[] = [
  ['escaped quotes in JSON', (n) => `{"a":"${'"\\'.repeat(n / 2)}x"}`],
  ['blanks inside', (n) => `a${' '.repeat(n)}b`],
  ['line feeds inside', (n) => `a${'\n'.repeat(n)}b`],
  ['carriage returns inside', (n) => `a${'\r'.repeat(n)}b`],
  ['quotes inside', (n) => `a${'"'.repeat(n)}b`],
  ['escapes inside', (n) => `a${'\\n'.repeat(n / 2)}b`],
  ['equals signs inside', (n) => `a${'='.repeat(n)}b`],
  ['digits', (n) => `a${'1'.repeat(n)}b`],
  ['letters of hex', (n) => '4a'.repeat(n / 2)],
  ['pairs of hex', (n) => '4a:'.repeat(n / 3)],
  ['letters of base64', (n) => 'QUJD'.repeat(n / 4)],
  ['percent signs', (n) => '%41'.repeat(n / 3)],
  ['a name', (n) => `${'A'.repeat(n)} x`],
  ['beginnings of PEMs', (n) => '-----BEGIN A-----'.repeat(n / 17)],
  [
    'beginnings of other PEMs',
    (n) => Array.from({ length: n / 20 }, (_, i) => `-----BEGIN A${1000 + i}-----`).join(''),
  ],
  ['dashes', (n) => '-'.repeat(n)],
  ['beginnings of SSH keys', (n) => 'ssh-rsa '.repeat(n / 8)],
];

const ENCODINGS: readonly KeySpec['encoding'][] = [
  undefined,
  'utf8',
  'hex',
  'base64',
  'base32',
  'pem',
  'jwk',
];
const PROVIDERS = ['github', 'jwt-bearer'] as const;
const REQUEST = requestFrom({
  method: 'POST',
  url: '/x',
  headers: { 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` },
  body: '{}',
});

/** CPU time of this process, which others do not share, in milliseconds. */
async function costOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Tries again where a first look was too much: what is left of it is the machine’s. */
async function expectInProportion(what: string, work: (length: number) => unknown): Promise<void> {
  let ratio = 0;
  for (let i = 0; i < 5; i++) {
    const short = Math.max(1, await costOf(() => work(SHORT)));
    const long = await costOf(() => work(SHORT * FACTOR));
    ratio = long < LEAST_MS ? 0 : long / short;
    if (ratio <= MOST) return;
  }
  expect(ratio, what).toBeLessThanOrEqual(MOST);
}

describe.each(KEYS)('%s', (_, keyOf) => {
  it('are read in proportion to their length', async () => {
    for (const provider of PROVIDERS)
      for (const encoding of ENCODINGS)
        await expectInProportion(`${provider}, ${encoding}`, (length) => {
          try {
            createGate({ provider, keys: [{ secret: keyOf(length), ...(encoding && { encoding }) }] });
          } catch (error) {
            if (!(error instanceof SetupError)) throw error;
          }
        });
  });

  it('are explained in proportion to their length', async () => {
    const gateOf = (length: number) => {
      const secret = keyOf(length);
      // What would be refused as a key of this scheme is none of those that are explained.
      try {
        return createGate({ provider: 'github', keys: [{ secret, encoding: 'utf8' }] });
      } catch {
        return undefined;
      }
    };
    const gates = new Map([SHORT, SHORT * FACTOR].map((length) => [length, gateOf(length)]));
    for (const row of HYPOTHESES.filter(({ part }) => part === 'key'))
      await expectInProportion(row.id, async (length) => {
        const gate = gates.get(length);
        if (gate === undefined) return;
        const trial = firstTrial(gate, REQUEST, 0);
        if (isTried(row)) for await (const change of row.changes(trial)) void change;
        else row.sees(trial, await gate.trace(REQUEST), {});
      });
  });
});

describe('a key', () => {
  const gateOf = (key: string | KeySpec) => () => createGate({ provider: 'github', keys: [key] });

  it('has at most 64 KB', () => {
    const most = 'k3-'.repeat(22_000).slice(0, 65_536);
    expect(gateOf(most)).not.toThrow();
    expect(gateOf({ secret: Buffer.from(most) })).not.toThrow();
    for (const key of [`${most}x`, { secret: `${most}x` }, { secret: Buffer.from(`${most}x`) }])
      expect(gateOf(key)).toThrow('it is longer than 64 KB');
  });

  it('that is a JWKS has at most 512 KB', () => {
    const jwks = (length: number) => {
      const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
      const set = JSON.stringify({ keys: [{ ...key, x5c: ['A'.repeat(length)] }] });
      return () => createGate({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys: [set] });
    };
    expect(jwks(500_000)).not.toThrow();
    expect(jwks(524_288)).toThrow('a JWKS: 512 KB');
  });
});
