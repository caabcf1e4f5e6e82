import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import { createGate, HeaderList, type SignedRequest } from '../src/index.ts';
import { shownText } from '../src/text/shown-text.ts';
import { everyScheme } from './support/every-scheme.ts';

const NOW = 1_760_000_000_000;
/** All header values together, about. */
const MAX_CHARS = 8192;
const MAX_MESSAGE_CHARS = 300;

const CONTROL = /\p{Cc}/u;

const of = (letters: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength, size: 'max' });

const key = of('abz019_-.*', 1000).map((text) => `k${text}`);
const value = fc.oneof(
  of('ab"\\ ~!(;,=', 2000).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
  of('0123456789', 15),
  of('Ab+/', 400).map((text) => `:${text}:`),
  fc.constantFrom('?1', '?0', 'token', '1.5'),
);
const parameter = fc
  .tuple(fc.oneof(key, fc.constantFrom('key', 'name', 'sf', 'bs', 'req', 'tr')), value)
  .map(([name, given]) => `;${name}=${given}`);
const component = fc
  .tuple(
    fc.oneof(key, fc.constantFrom('@method', '@query-param', '@status', 'content-type', 'x-absent')),
    fc.array(parameter, { maxLength: 2 }),
  )
  .map(([name, parameters]) => `"${name}"${parameters.join('')}`);
/** Signature-Input and Signature with labels, names and parameters as long as the field lets them be. */
const signatureFields = fc
  .record({
    label: key,
    components: fc.array(component, { maxLength: 4 }),
    parameters: fc.array(
      fc
        .tuple(fc.oneof(key, fc.constantFrom('created', 'expires', 'alg', 'keyid', 'tag', 'nonce')), value)
        .map(([name, given]) => `;${name}=${given}`),
      { maxLength: 4 },
    ),
    twice: fc.boolean(),
    signature: fc.constantFrom(':YWJj:', '"text"', ':YWJj:;a=1', '1'),
  })
  .map(({ label, components, parameters, twice, signature }) => {
    const list = [...components, ...(twice ? components : [])].join(' ');
    const input = `${label}=(${list})${parameters.join('')}`.slice(0, MAX_CHARS);
    return ['Signature-Input', input, 'Signature', `${label}=${signature}`];
  });

const anyText = fc.oneof(
  // What Node lets into a header value: a tab, and Latin-1 from the space on.
  of('\tab~\u0080\u00ff\u009b,;="{}.', MAX_CHARS),
  of('\u0000\u001b[31m\u202e\ud800𐀀a', 2000),
  fc
    .constantFrom('t=', 'v1=', 'v1,', 'sha256=', 'Bearer ', 'DPoP ', 'eyJ')
    .chain((prefix) => of('ab=,.;-0 ', 4000).map((text) => prefix + text)),
);

type Change = (request: SignedRequest) => SignedRequest;

const change: fc.Arbitrary<Change> = fc.oneof(
  signatureFields.map(
    (fields): Change =>
      (request) => {
        const kept = request.headers.flat.filter((_, i, all) => !/^signature/i.test(all[i - (i % 2)] ?? ''));
        return { ...request, headers: new HeaderList([...kept, ...fields]) };
      },
  ),
  fc.tuple(fc.nat(), anyText).map(
    ([at, to]): Change =>
      (request) => {
        const { flat } = request.headers;
        return flat.length === 0
          ? request
          : { ...request, headers: new HeaderList(flat.with((at % (flat.length / 2)) * 2 + 1, to)) };
      },
  ),
  // A token whose members are long: its three parts, of which the last is no signature.
  fc.tuple(fc.nat(), anyText, anyText).map(
    ([at, name, text]): Change =>
      (request) => {
        const { flat } = request.headers;
        const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
        const head = { typ: 'JWT', alg: text, kid: name, [name]: text };
        const token = `Bearer ${part(head)}.${part({ iss: text, aud: [name], exp: text, [name]: 1 })}.YWJj`;
        return flat.length === 0
          ? request
          : { ...request, headers: new HeaderList(flat.with((at % (flat.length / 2)) * 2 + 1, token)) };
      },
  ),
  fc.tuple(anyText, anyText).map(
    ([name, text]): Change =>
      (request) => {
        const body =
          request.body.at(0) === 0x7b ? JSON.stringify({ [name]: text }) : `${name}=${text}&${name}=`;
        return { ...request, body: Buffer.from(body) };
      },
  ),
  anyText.map(
    (text): Change =>
      (request) => ({ ...request, url: `/${text}?${text}=${text}`, method: text.slice(0, 40) }),
  ),
);

describe('the sentence of a refusal', () => {
  it.each(everyScheme)(
    'is short and printable, whatever the request says: $name',
    async ({ options, sign }) => {
      const gate = createGate({ ...options, now: () => NOW });
      const genuine = await sign(NOW);
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
          const verdict = await gate.verify(changes.reduce((changed, one) => one(changed), genuine));
          if (verdict.ok) return;
          expect(verdict.message.length).toBeLessThan(MAX_MESSAGE_CHARS);
          expect(verdict.message).not.toMatch(CONTROL);
        }),
        { numRuns: runs(1000), seed: 20_261_125, endOnFailure: true },
      );
    },
  );

  it('quotes the beginning of a text, and what cannot be printed by its number', () => {
    expect(shownText('plain "text" ~')).toBe('plain "text" ~');
    expect(shownText('a\n\u001b[31m\u00e9\u202e𐀀')).toBe('a\\u{a}\\u{1b}[31m\\u{e9}\\u{202e}\\u{10000}');
    expect(shownText('x'.repeat(64))).toBe('x'.repeat(64));
    expect(shownText('x'.repeat(65))).toBe(`${'x'.repeat(64)}…`);
    expect(shownText('\0'.repeat(9000)).length).toBeLessThan(66);
  });
});
