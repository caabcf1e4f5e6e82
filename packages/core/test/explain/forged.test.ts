/**
 * Of a forged request nothing is proved: no header of a proxy, no spelling of a URL and no list of components makes a finding of a signature that no
 * key of the gate made. Tried over every scheme that signs a URL, a method or headers.
 */
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { isTried } from '../../src/explain/hypothesis.ts';
import { explain, type Finding } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { firstTrial } from '../../src/explain/trial.ts';
import {
  createGate,
  type Gate,
  type GateOptions,
  type KeySpec,
  requestFrom,
  type SchemeDeclaration,
} from '../../src/index.ts';
import { otherKey } from '../support/other-key.ts';

const FOLDER = join(import.meta.dirname, '../../../../vectors/explain');
/** The families that this file is of. */
const OURS = /^(?:place|message-signature|dpop|replay)-/;
const SECRET = 'the-receiver’s-own-secret-0123456789';
const NOW = 1_760_000_010_000;
const AT = 1_760_000_000;

interface ExplainVector {
  readonly name: string;
  readonly gate: Pick<GateOptions, 'provider' | 'scheme'>;
  readonly keys: readonly (string | KeySpec)[];
  readonly now: number;
  readonly request: { readonly bodyBase64: string } & { readonly method: string; readonly url: string };
}

const VECTORS = readdirSync(FOLDER)
  .filter((file) => OURS.test(file))
  .flatMap((file) =>
    (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { cases: ExplainVector[] }).cases.map(
      (vector) => ({
        ...vector,
        name: `${file}: ${vector.name}`,
      }),
    ),
  );

const proved = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ certainty }) => certainty === 'proved').map(({ id }) => id);

it.each(VECTORS)('$name, but for another key', async ({ gate: choice, keys, now, request }) => {
  const others = keys.map((key) =>
    typeof key === 'string' ? unlike(key) : { ...key, secret: unlike(String(key.secret)) },
  );
  const gate = createGate({ ...choice, keys: others, now: () => now * 1000, allowShortKey: true });
  const { bodyBase64, ...head } = request;
  const body = Buffer.from(bodyBase64, 'base64');
  const { findings } = await explain({ ...head, body }, gate, { budgetMs: 60 });
  expect(proved(findings)).toEqual([]);
});

it.each(VECTORS)(
  '$name: no row tries more than a search has time for',
  async ({ gate: choice, keys, now, request }) => {
    const gate = createGate({ ...choice, keys, now: () => now * 1000, allowShortKey: true });
    const { bodyBase64, ...head } = request;
    const trial = firstTrial(
      gate,
      requestFrom({ ...head, body: Buffer.from(bodyBase64, 'base64') }),
      now * 1000,
    );
    for (const row of HYPOTHESES.filter(isTried)) {
      if (!OURS.test(row.id)) continue;
      let trials = 0;
      for await (const _ of row.changes(trial)) trials++;
      expect(trials, row.id).toBeLessThanOrEqual(64);
    }
  },
);

/** A key of the same form of which no letter is left: one that only has something in front is a mistake that is explained. */
function unlike(key: string): string {
  const other = otherKey(key);
  if (!other.endsWith(key)) return other;
  return key.replace(/[a-z]/gi, (letter) =>
    /z/i.test(letter) ? '0' : String.fromCharCode(letter.charCodeAt(0) + 1),
  );
}

const hex = (): string => randomBytes(32).toString('hex');
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64');
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string =>
  `${part(header)}.${part(claims)}.${randomBytes(32).toString('base64url')}`;

const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const pemOf = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }));
const ED25519 = pemOf(generateKeyPairSync('ed25519').publicKey);
const RSA = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);

const template = (message: string): SchemeDeclaration => ({
  algorithm: 'hmac-sha256',
  signature: { header: 'x-signature', encoding: 'hex' },
  message,
  timestamp: 'none',
});

const COMPONENTS: readonly string[] = [
  '"@method"',
  '"@target-uri"',
  '"@authority"',
  '"@path"',
  '"@query"',
  '"@request-target"',
  '"@scheme"',
  '"content-digest"',
  '"content-type"',
  '"x-tenant"',
  '"x-tenant";sf',
  '"host"',
];

interface Forger {
  readonly name: string;
  readonly gate: Gate;
  /** Headers of a proof that somebody made up. @param components of a message signature */
  readonly proof: (components: readonly string[]) => readonly (readonly [string, string])[];
}

const gateOf = (options: GateOptions): Gate => createGate({ keys: [SECRET], ...options, now: () => NOW });

function messageSignature(bytes: number, label = 'sig1', alg = '') {
  return (components: readonly string[]): readonly (readonly [string, string])[] => [
    ['Signature-Input', `${label}=(${components.join(' ')});created=${AT}${alg}`],
    ['Signature', `${label}=:${base64(bytes)}:`],
  ];
}

const FORGERS: readonly Forger[] = [
  { name: 'twilio', gate: gateOf({ provider: 'twilio' }), proof: () => [['X-Twilio-Signature', base64(20)]] },
  ...[
    '{method}\n{url}\n{body}',
    '{host}{path}',
    '{path}?{query:sorted}',
    '{header:x-tenant}.{header:host}.{body}',
  ].map(
    (message): Forger => ({
      name: message,
      gate: gateOf({ scheme: template(message) }),
      proof: () => [['X-Signature', hex()]],
    }),
  ),
  {
    name: 'message signatures of HMAC',
    gate: gateOf({ provider: { id: 'http-message-signatures', components: ['@method'] } }),
    proof: messageSignature(32),
  },
  {
    name: 'message signatures of Ed25519',
    gate: gateOf({
      provider: { id: 'http-message-signatures', components: ['@method'], algorithm: 'ed25519' },
      keys: [ED25519],
    }),
    proof: messageSignature(64),
  },
  {
    name: 'message signatures of RSA',
    gate: gateOf({ provider: { id: 'http-message-signatures', algorithm: 'rsa-pss-sha512' }, keys: [RSA] }),
    proof: messageSignature(256, 'sig1', ';alg="rsa-v1_5-sha256"'),
  },
  {
    name: 'approov message signing',
    gate: gateOf({
      provider: { id: 'approov', messageSigning: 'required', signer: 'account' },
      keys: [base64(32), { id: 'account-message', secret: base64(32) }],
    }),
    proof: (components) => [
      ['Approov-Token', token({ exp: AT + 300 })],
      ...messageSignature(32, 'account')(components),
    ],
  },
  {
    name: 'dpop',
    gate: gateOf({ provider: 'dpop' }),
    proof: () => [
      ['Authorization', `DPoP ${token({ exp: AT + 300, cnf: { jkt: 'x' } })}`],
      [
        'DPoP',
        token(
          { jti: 'a', htm: 'POST', htu: 'https://a.example/in', iat: AT },
          { typ: 'dpop+jwt', alg: 'ES256', jwk },
        ),
      ],
    ],
  },
];

const HOSTS = [
  'a.example',
  'www.a.example',
  'A.Example',
  'a.example:8080',
  'localhost:3000',
  '10.0.0.7',
  'app',
];
const PATHS = [
  '/',
  '/in',
  '/in/',
  '//in',
  '/a%2Fb',
  '/a%2fb',
  '/Hooks/In',
  '/api/v1/in',
  '/a b',
  '/caf\u00e9',
  '/x@y:z',
  '/in#top',
];
const QUERIES = [
  '',
  '?',
  '?a=1',
  '?b=2&a=1',
  '?n=a+b',
  '?n=a%20b',
  '?u=%3a~',
  '?a&b=',
  '?a=1&amp;b=2',
  '?x[0]=1',
];
const FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['X-Forwarded-Host', ['a.example', 'b.example, c.example', '"']],
  ['X-Forwarded-Proto', ['https', 'http', 'ftp']],
  ['X-Forwarded-Port', ['8443', '443', '0']],
  ['X-Forwarded-Prefix', ['/api', '/']],
  ['Forwarded', ['for=1;host=a.example;proto=https', ';;==']],
  ['X-Original-URI', ['/in?x=1', 'in']],
  ['X-Original-URL', ['https://b.example/in']],
  ['X-HTTP-Method-Override', ['PUT', ' ']],
  ['Content-Type', ['application/json', 'application/x-www-form-urlencoded', 'text/plain; charset=utf-8']],
  ['Content-Digest', [`sha-256=:${base64(32)}:`, 'sha-256=abc', `SHA-256=${base64(32)}`]],
  ['X-Tenant', ['t1', 'a, b', ' x', '%41', 'caf\u00e9']],
  ['x_tenant', ['t1']],
  ['X-Tenant', ['t2']],
  ['HTTP_X_SIGNATURE', [hex()]],
];

const field = fc
  .constantFrom(...FIELDS)
  .chain(([name, values]) => fc.constantFrom(...values).map((value) => [name, value] as const));

const requests = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'GET'),
  host: fc.constantFrom(...HOSTS),
  isAbsolute: fc.boolean(),
  path: fc.constantFrom(...PATHS),
  query: fc.constantFrom(...QUERIES),
  fields: fc.array(field, { maxLength: 6 }),
  components: fc.subarray([...COMPONENTS], { minLength: 1 }),
  body: fc.constantFrom('', '{"id":1}', 'a=1&b=2', '{"a":"\u00e9"}\r\n'),
});

/** What a forger’s request may look like by chance: shapes that say nothing of who made it. */
const SHAPES: readonly string[] = ['place-redirect-get', 'body-lost'];

describe.each(FORGERS)('a proof that somebody made up: $name', ({ gate, proof }) => {
  it('is explained by nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        async ({ method, host, isAbsolute, path, query, fields, components, body }) => {
          const request = {
            method,
            url: `${isAbsolute ? `https://${host}` : ''}${path}${query}`,
            headers: [['Host', host], ...fields, ...proof(components)] as const,
            body: Buffer.from(body),
          };
          const { verdict, findings } = await explain(request, gate, { budgetMs: 25 });
          expect(verdict.ok).toBe(false);
          expect(proved(findings)).toEqual([]);
          const likely = findings.filter(({ certainty }) => certainty === 'likely').map(({ id }) => id);
          expect(likely.filter((id) => !SHAPES.includes(id))).toEqual([]);
          if (method !== 'GET' || body !== '') expect(likely).not.toContain('place-redirect-get');
        },
      ),
      { seed: 20_260, numRuns: Math.ceil(runs(2000) / FORGERS.length) },
    );
  });
});

it('a message signature without a digest is not taken for one of an empty body', async () => {
  const file = readFileSync(join(FOLDER, 'message-signature-component-missing.json'), 'utf8');
  for (const { gate: choice, keys, now, request } of (JSON.parse(file) as { cases: ExplainVector[] }).cases) {
    const gate = createGate({ ...choice, keys, now: () => now * 1000, allowShortKey: true });
    const { bodyBase64, ...head } = request;
    const { findings } = await explain({ ...head, body: Buffer.from(bodyBase64, 'base64') }, gate, {
      budgetMs: 10_000,
    });
    expect(proved(findings)).toEqual(['message-signature-component-missing']);
  }
});

it('a public key that is used as a secret proves nothing', async () => {
  const [, , ...gates] = FORGERS.filter(({ name }) => name.startsWith('message signatures'));
  const [rsa] = gates;
  const input = `("@method" "@target-uri");created=${AT}`;
  for (const key of [RSA, RSA.trim()])
    for (const alg of ['', ';alg="hmac-sha256"']) {
      const base = `"@method": POST\n"@target-uri": https://a.example/in\n"@signature-params": ${input}${alg}`;
      const mac = createHmac('sha256', key).update(base).digest('base64');
      const headers = {
        host: 'a.example',
        'signature-input': `sig1=${input}${alg}`,
        signature: `sig1=:${mac}:`,
      };
      const request = { method: 'POST', url: '/in', headers, body: '' };
      if (!rsa) throw new Error('no gate of RSA');
      expect(proved((await explain(request, rsa.gate, { budgetMs: 1000 })).findings)).toEqual([]);
    }
});
