/** Nothing that a sender writes reaches a terminal as it is: not in a verdict's sentences, not in what explains it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, isLong } from '../../../scripts/effort.ts';
import { explain } from '../src/explain/index.ts';
import { createGate, HeaderList, type SignedRequest } from '../src/index.ts';
import { everyScheme } from './support/every-scheme.ts';
import { bearer, mint, NOW, P256 } from './tokens/mint.ts';

const CONTROLS = ['\u001b[2J', '\u009b2J', '\r\n', '\u0000', '\u202e', '\u0007'];
const SECRET = 'a secret of thirty-two characters';
const UNSHOWN = /[\p{Cc}\p{Cf}]/u;

/** All that a person is shown of a request. */
async function shown(gate: ReturnType<typeof createGate>, request: SignedRequest): Promise<string[]> {
  // What is tried takes most of the time.
  const budgetMs = isLong ? 20 : 0;
  const { steps, verdict, refusal, findings } = await explain(request, gate, { budgetMs });
  return [
    ...steps.flatMap(({ lines }) => lines.flatMap(({ label, value }) => [label, value])),
    ...(verdict.ok ? [] : [verdict.message, verdict.remedy]),
    ...(refusal ? [refusal.remedy] : []),
    ...findings.flatMap(({ sentence, mend }) => [sentence, mend]),
  ];
}

const insert = (text: string, at: number, part: string): string => {
  const i = at % (text.length + 1);
  return text.slice(0, i) + part + text.slice(i);
};

/** Segments of a token with a member of JSON changed. */
const inToken = (text: string, part: string): string =>
  text.replace(/[\w-]{8,}(?=\.)/g, (segment) => {
    try {
      const object: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString());
      const changed = { ...(object as object), kid: part, typ: part, iss: part, aud: [part], htu: part };
      return Buffer.from(JSON.stringify(changed)).toString('base64url');
    } catch {
      return segment;
    }
  });

const change = fc.record({ part: fc.constantFrom(...CONTROLS), at: fc.nat(), which: fc.nat() });

describe.each(everyScheme)('$name', ({ options, sign }) => {
  it('shows no control character of a request', async () => {
    const gate = createGate({ ...options, now: () => NOW });
    const request = await sign(NOW);
    await fc.assert(
      fc.asyncProperty(change, async ({ part, at, which }) => {
        const headers = [...request.headers];
        const changed = (edit: (value: string) => string): HeaderList =>
          new HeaderList(
            headers.flatMap(([name, value], i) => [name, i === which % headers.length ? edit(value) : value]),
          );
        const variants: SignedRequest[] = [
          { ...request, headers: changed((value) => insert(value, at, part)) },
          { ...request, headers: changed((value) => inToken(value, part)) },
          { ...request, url: insert(request.url, at, part) },
          { ...request, url: insert(request.url, at, encodeURIComponent(part)) },
          { ...request, method: insert(request.method, at, part) },
          { ...request, body: Buffer.from(insert(Buffer.from(request.body).toString(), at, part)) },
          { ...request, forwarded: { host: insert('api.example', at, part) } },
        ];
        for (const variant of variants) {
          for (const text of await shown(gate, variant)) expect(text).not.toMatch(UNSHOWN);
        }
      }),
      { numRuns: between(5, 40) },
    );
  });
});

it.each(CONTROLS)('a token’s key id, %j', async (kid) => {
  for (const [algorithm, secret, signer] of [
    ['HS256', SECRET, 'another secret of thirty-two chars'],
    ['ES256', P256.pem, P256.privateKey],
  ] as const) {
    const gate = createGate({
      provider: { id: 'jwt-bearer', algorithm },
      keys: [{ secret, id: 'k' }],
      now: () => NOW,
    });
    const token = mint(algorithm, signer, { header: { kid } });
    for (const text of await shown(gate, bearer(token))) expect(text).not.toMatch(UNSHOWN);
  }
});

it.each(CONTROLS)('a declared scheme’s timestamp and key id, %j', async (part) => {
  const gate = createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      message: '{timestamp}.{body}',
      signature: { query: 'sig' },
      timestamp: { query: 'time', unit: 's' },
      keyId: { query: 'key' },
    },
    keys: [{ secret: SECRET, id: 'k' }],
    now: () => NOW,
  });
  const written = encodeURIComponent(part);
  for (const query of [`time=${written}&key=k`, `time=1&key=${written}`, `time=${written}&key=${written}`]) {
    const url = `/?sig=${'0'.repeat(64)}&${query}`;
    const request = { method: 'POST', url, headers: new HeaderList([]), body: new Uint8Array(0) };
    for (const text of await shown(gate, request)) expect(text).not.toMatch(UNSHOWN);
  }
});
