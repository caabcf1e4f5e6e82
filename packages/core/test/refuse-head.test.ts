/** What is refused before the body is there is what would be refused with it, whatever it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  HeaderList,
  providerIds,
  type SignedRequest,
  type Verdict,
} from '../src/index.ts';
import { Passage } from '../src/scheme.ts';
import { gateOptionsOf, requestOf, type VectorCase } from '../src/testing/index.ts';
import { readVectors, SUITES } from './support/vector-files.ts';

interface Sample {
  readonly name: string;
  readonly gate: Gate;
  readonly request: SignedRequest;
}

const NOW = 1_760_000_000_000;
const KEY = 'a shared secret of 26 byte';
/** Where the proof is in the body, nothing can be told before it. */
const IN_BODY: readonly string[] = [
  'adyen',
  'aws-sns',
  'braintree',
  'dropbox-sign',
  'flowent',
  'flow-production-tracking',
  'mailgun',
  'smile-id',
];

function fromVector(provider: string, vector: VectorCase): Sample {
  const gate = createGate(gateOptionsOf({ scheme: provider }, { ...vector, provider }));
  return { name: `${provider}: ${vector.name ?? vector.id}`, gate, request: requestOf(vector) };
}

const vectors: readonly Sample[] = SUITES.flatMap(({ file, provider }) =>
  readVectors(file).cases.map((vector) => fromVector(provider, vector)),
);

const DECLARED: Readonly<Record<string, GateOptions>> = {
  incode: { provider: 'incode' },
  hmac: { provider: 'hmac' },
  'a site’s webhook': { provider: 'flow-production-tracking-webhook' },
  'incode basic': { provider: { id: 'incode', form: 'basic' }, keys: ['user:password'] },
  'message signatures': { provider: 'http-message-signatures', keys: [{ id: 'main', secret: KEY }] },
  'approov with a signed message': {
    provider: { id: 'approov', messageSigning: 'required', signer: 'account' },
    keys: [
      { id: 'token', secret: Buffer.from(KEY.repeat(2)).toString('base64') },
      { id: 'account-message-1', secret: Buffer.from(KEY.repeat(2)).toString('base64') },
    ],
  },
  'a shared token': { scheme: { type: 'shared-token', header: 'x-token' } },
  'a token in a template': {
    scheme: { algorithm: 'hmac-sha256', signature: { query: 'sig' }, message: '{path}', timestamp: 'none' },
  },
  'a list of signatures': {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', list: { separator: ',', assign: '=', labels: ['v1'] } },
      timestamp: { item: 't', unit: 's' },
      message: '{timestamp}.{body}',
    },
  },
  'a timestamp in the body': {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-sig',
      message: '{body}',
      timestamp: { member: 't', unit: 's' },
    },
  },
  'a key id beside the signature': {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', prefix: 'sha256=' },
      message: '{method} {path} {timestamp}',
      timestamp: 'x-time',
      keyId: 'x-key-id',
    },
  },
};

const DRAFT = { method: 'POST', url: 'https://gate.example/a?b=1', headers: { host: 'gate.example' } };

async function declaredSamples(): Promise<readonly Sample[]> {
  return Promise.all(
    Object.entries(DECLARED).map(async ([name, options]) => {
      const gate = createGate({ keys: [KEY], now: () => NOW, ...options });
      const body = `{"t":${NOW / 1000}}`;
      return { name, gate, request: await gate.sign({ ...DRAFT, body }) };
    }),
  );
}

type Flat = readonly string[];

/** One change of a head: a field dropped, doubled, cut, one letter of it changed, emptied, or given another value. */
const change: fc.Arbitrary<(flat: Flat) => Flat> = fc
  .record({
    at: fc.nat(),
    letter: fc.nat(),
    kind: fc.constantFrom('keep', 'drop', 'double', 'cut', 'letter', 'empty', 'other'),
    text: fc.string({ maxLength: 12, unit: 'grapheme-ascii' }),
  })
  .map(({ at, letter, kind, text }) => (flat: Flat) => {
    if (flat.length === 0 || kind === 'keep') return flat;
    const i = (at % (flat.length / 2)) * 2;
    const [name = '', value = ''] = flat.slice(i, i + 2);
    const place = letter % (value.length + 1);
    const changed: Record<string, Flat> = {
      drop: [],
      double: [name, value, name, value],
      cut: [name, value.slice(0, place)],
      letter: [name, value.slice(0, place) + text.slice(0, 1) + value.slice(place + 1)],
      empty: [name, ''],
      other: [name, text],
    };
    return [...flat.slice(0, i), ...(changed[kind] ?? []), ...flat.slice(i + 2)];
  });

const body: fc.Arbitrary<(body: Uint8Array) => Uint8Array> = fc.oneof(
  fc.constant((same: Uint8Array) => same),
  fc.constantFrom('', '{}', '{', 'a=1&b=2', '{"signature":"","t":1}').map((text) => () => Buffer.from(text)),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => () => bytes),
);

const said = (verdict: Verdict | undefined) =>
  verdict === undefined || verdict.ok
    ? 'taken'
    : { reason: verdict.reason, step: verdict.step, message: verdict.message };

async function check({ name, gate, request }: Sample): Promise<void> {
  const headers = new HeaderList(request.headers.flat);
  const { method, url } = request;
  const early = gate.refuseHead({ method, url, headers });
  const verdict = await gate.verify(request);
  if (early !== undefined) {
    expect(said(early), name).toEqual(said(verdict));
    expect((await gate.receive(request, () => done())).kind, name).toBe('refused');
  } else if (!verdict.ok && /^missing-(?:signature|token)$/.test(verdict.reason)) {
    expect(IN_BODY, name).toContain(gate.provider);
  }
}

describe('what a gate refuses from the head', () => {
  it('is tried with every provider', async () => {
    const tried = new Set([...vectors, ...(await declaredSamples())].map(({ gate }) => gate.provider));
    const declared = ['shared-token', 'template'];
    expect([...tried].filter((name) => !declared.includes(name)).sort()).toEqual([...providerIds].sort());
  });

  it('is what it refuses with any body, for the same reason; and no proof is always refused from it', async () => {
    const samples = [...vectors, ...(await declaredSamples())];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), change, change, body, async (sample, one, two, other) => {
        const headers = new HeaderList(two(one(sample.request.headers.flat)));
        await check({
          ...sample,
          request: { ...sample.request, headers, body: other(sample.request.body) },
        });
      }),
      { seed: 3, numRuns: runs(3000) },
    );
    for (const sample of samples) {
      await check(sample);
      await check({ ...sample, request: { ...sample.request, headers: new HeaderList([]) } });
    }
  });

  it('never looks at the body', async () => {
    for (const { name, gate, request } of [...vectors, ...(await declaredSamples())]) {
      const unread = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        get body(): Uint8Array {
          throw new Error(`${name} reads the body`);
        },
      };
      gate.scheme.extractHead(new Passage(unread, NOW, gate.scheme.open()));
    }
  });

  it('says nothing where a platform’s unsigned test may be in the body', () => {
    const gate = createGate({ provider: 'flowent', keys: [KEY] });
    expect(gate.refuseHead({ ...DRAFT, headers: HeaderList.from({}) })).toBeUndefined();
  });

  it('is a target that no gate takes, too', () => {
    const gate = createGate({ provider: 'flowent', keys: [KEY] });
    expect(gate.refuseHead({ ...DRAFT, url: '/a b', headers: HeaderList.from({}) })).toMatchObject({
      reason: 'malformed-request',
    });
  });
});

describe('a scheme that does not read the body', () => {
  it('judges alike whatever it is', async () => {
    const unread = [...vectors, ...(await declaredSamples())].filter(({ gate }) => !gate.scheme.readsBody);
    const names = new Set(unread.map(({ gate }) => gate.provider));
    expect([...names].sort()).toEqual(
      [
        'approov',
        'atlassian-connect',
        'google-pubsub',
        'dpop',
        'firebase-app-check',
        'incode',
        'jwt-bearer',
        'mercadopago',
        'shared-token',
        'shopify-admin-query',
        'template',
      ].sort(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...unread), change, body, async ({ gate, request }, one, other) => {
        const changed = { ...request, headers: new HeaderList(one(request.headers.flat)) };
        const verdicts = [
          await gate.verify(changed),
          await gate.verify({ ...changed, body: other(request.body) }),
        ];
        const [first, second] = verdicts.map(({ evidence: { bodyBytes: _, ...evidence }, ...verdict }) => ({
          ...verdict,
          evidence,
        }));
        expect(second).toEqual(first);
      }),
      { seed: 4, numRuns: runs(1000) },
    );
  });

  it('covers no body', async () => {
    for (const { name, gate } of [...vectors, ...(await declaredSamples())]) {
      if (!gate.scheme.readsBody) expect(gate.coverage.open, name).toContain('body');
    }
  });
});
