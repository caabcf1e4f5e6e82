/** What a scheme says of itself, which the gateway, the reports and `explain` go by: what carries the proof, what it covers, how often it is taken. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions } from '../../src/index.ts';
import type { Scheme } from '../../src/scheme.ts';
import { ED25519, NOW } from '../tokens/mint.ts';

const SECRET = 'a secret of thirty-two characters, ok';
const BASE64 = Buffer.from(SECRET).toString('base64');
const API = { scheme: 'https', host: 'api.example', port: '' };

const schemeOf = (options: Record<string, unknown>, key = SECRET): Scheme =>
  createGate({ keys: [key], now: () => NOW, ...options } as unknown as GateOptions).scheme;
const provider = (options: unknown, key = SECRET): Scheme => schemeOf({ provider: options }, key);
const declared = (scheme: object): Scheme =>
  schemeOf({
    scheme: { algorithm: 'hmac-sha256', signature: { header: 'X-Sig', encoding: 'hex' }, ...scheme },
  });

/** The steps that a scheme has, and where it has none what is not asked of a request. */
const STEPS = ['extractBody', 'confirm', 'judgeTime', 'tell'] as const;
const stepsOf = (scheme: Scheme): readonly string[] => STEPS.filter((step) => scheme[step] !== undefined);

interface Said {
  readonly proof: readonly string[];
  readonly token?: readonly string[];
  readonly covered?: readonly string[];
  readonly bound?: readonly string[];
  readonly readsBody: boolean;
  readonly steps: readonly (typeof STEPS)[number][];
  readonly replay?: object | undefined;
  readonly type: string;
  readonly handshakes?: number;
  readonly readings?: readonly string[];
  readonly origin?: object;
  readonly kind: 'token' | 'signature';
}

const TOKEN = {
  kind: 'token',
  type: 'token',
  readsBody: false,
  steps: ['confirm', 'judgeTime', 'tell'],
} as const;
const APPROOV = { ...TOKEN, proof: ['approov-token'], token: ['approov-token'] };
const SIGNED = {
  ...APPROOV,
  proof: ['approov-token', 'signature-input', 'signature'],
  readsBody: true,
  steps: ['extractBody', ...TOKEN.steps],
} as const;
const BEARER = { ...TOKEN, proof: ['authorization'], token: ['authorization'] };
const DPOP = {
  ...TOKEN,
  type: 'dpop',
  proof: ['authorization', 'dpop'],
  token: ['authorization', 'dpop'],
  replay: { by: 'signed-id', uses: 1, singleUse: true },
};
const BY_MESSAGE = { by: 'message', uses: 1, singleUse: false };
const BY_ID = { by: 'signed-id', uses: 1, singleUse: false };
const TEMPLATE = { kind: 'signature', type: 'template', replay: BY_MESSAGE } as const;

const CASES: Readonly<Record<string, readonly [() => Scheme, Said]>> = {
  'a bearer token': [() => provider('jwt-bearer'), BEARER],
  'a bearer token in another header': [
    () => provider({ id: 'jwt-bearer', header: 'X-Token' }),
    { ...TOKEN, proof: ['x-token'], token: ['x-token'] },
  ],
  'a token that is taken three times': [
    () => provider({ id: 'jwt-bearer', consume: 3 }),
    { ...BEARER, replay: { by: 'signed-id', uses: 3, singleUse: true } },
  ],
  'an Approov token': [() => provider('approov', BASE64), APPROOV],
  'an Approov token that is bound': [
    () => provider({ id: 'approov', binding: ['Authorization', 'x-b'] }, BASE64),
    { ...APPROOV, covered: ['authorization', 'x-b'], bound: ['authorization', 'x-b'] },
  ],
  'an Approov token that may be bound': [
    () => provider({ id: 'approov', binding: ['authorization'], bindingMode: 'optional' }, BASE64),
    { ...APPROOV, bound: ['authorization'] },
  ],
  'an Approov token whose binding is not looked at': [
    () => provider({ id: 'approov', binding: ['authorization'], bindingMode: 'off' }, BASE64),
    { ...APPROOV, bound: ['authorization'] },
  ],
  'an Approov token in a message that its account signs': [
    () =>
      schemeOf({
        provider: {
          id: 'approov',
          messageSigning: 'required',
          signer: 'account',
          nonce: 'required',
          binding: ['authorization'],
        },
        keys: [
          { id: 'token', secret: BASE64 },
          { id: 'account-message-1', secret: BASE64 },
        ],
      }),
    {
      ...SIGNED,
      covered: ['authorization', 'approov-token', 'content-digest'],
      bound: ['authorization'],
      replay: { by: 'signed-id', uses: 1, singleUse: true },
    },
  ],
  'an Approov token in a message that the installation signs': [
    () => provider({ id: 'approov', messageSigning: 'required', origin: 'https://api.example' }, BASE64),
    {
      ...SIGNED,
      covered: ['approov-token', 'content-digest'],
      replay: { by: 'signed-id', uses: 1, singleUse: false },
      origin: API,
    },
  ],
  // What is signed in one request is not in another: the verdict says so of each.
  'an Approov token in a message that may be signed': [
    () => provider({ id: 'approov', messageSigning: 'optional' }, BASE64),
    SIGNED,
  ],
  'a DPoP proof': [() => provider('dpop'), DPOP],
  'a DPoP proof for a known address': [
    () => provider({ id: 'dpop', origin: 'https://api.example' }),
    { ...DPOP, origin: API },
  ],
  'a shared token': [
    () => schemeOf({ scheme: { type: 'shared-token', header: 'X-Token' } }),
    { kind: 'token', type: 'shared-token', proof: ['x-token'], readsBody: false, steps: [] },
  ],
  Stripe: [
    () => provider('stripe'),
    {
      ...TEMPLATE,
      proof: ['stripe-signature'],
      readsBody: true,
      steps: ['confirm', 'judgeTime'],
      replay: BY_ID,
    },
  ],
  Slack: [
    () => provider('slack'),
    {
      ...TEMPLATE,
      proof: ['x-slack-signature', 'x-slack-request-timestamp'],
      readsBody: true,
      steps: ['confirm', 'judgeTime'],
      replay: BY_ID,
      handshakes: 1,
    },
  ],
  Flowent: [
    () => provider('flowent'),
    {
      ...TEMPLATE,
      proof: [],
      readsBody: true,
      steps: ['extractBody', 'judgeTime'],
      handshakes: 2,
      readings: ['raw', 'raw', 'compact', 'compact-ascii', 'go', 'reordered-ascii'],
    },
  ],
  GitHub: [
    () => provider('github'),
    { ...TEMPLATE, proof: ['x-hub-signature-256'], readsBody: true, steps: [] },
  ],
  Twilio: [
    () => provider({ id: 'twilio', origin: 'https://api.example' }),
    {
      ...TEMPLATE,
      proof: ['x-twilio-signature'],
      readsBody: true,
      steps: ['extractBody', 'confirm'],
      origin: API,
    },
  ],
  'a message of headers': [
    () =>
      declared({
        message: '{id}.{nonce}.{timestamp}.{header:X-A}.{method}',
        id: { header: 'X-Id' },
        nonce: { header: 'X-Nonce' },
        timestamp: { header: 'X-Time' },
        keyId: { header: 'X-Key' },
      }),
    {
      ...TEMPLATE,
      proof: ['x-sig', 'x-time', 'x-nonce', 'x-key'],
      covered: ['x-a', 'x-id'],
      readsBody: false,
      steps: ['judgeTime'],
      replay: { ...BY_MESSAGE, singleUse: true },
    },
  ],
  'two messages, of which one has a nonce': [
    () =>
      declared({
        message: ['{nonce}.{header:x-a}.{header:x-b}.{method}', '{header:x-b}.{method}{path}'],
        nonce: { header: 'X-Nonce' },
      }),
    { ...TEMPLATE, proof: ['x-sig', 'x-nonce'], covered: ['x-b'], readsBody: false, steps: [] },
  ],
  'two messages, of which one has the body': [
    () => declared({ message: ['{method}\n{body}', '{method}'] }),
    { ...TEMPLATE, proof: ['x-sig'], readsBody: true, steps: [] },
  ],
  'a message with a member of the body': [
    () => declared({ message: '{id}.{method}', id: { member: 'a' } }),
    { ...TEMPLATE, proof: ['x-sig'], readsBody: true, steps: ['extractBody'] },
  ],
  'a key that a member of the body names': [
    () => declared({ message: '{method}', keyId: { member: 'key' } }),
    { ...TEMPLATE, proof: ['x-sig'], readsBody: true, steps: ['extractBody'] },
  ],
  'a form': [
    () => declared({ message: 'sorted-form-lines', signature: { field: 'sig', encoding: 'hex' } }),
    {
      ...TEMPLATE,
      proof: [],
      readsBody: true,
      steps: ['extractBody', 'tell'],
      readings: ['without-blank-fields', 'with-blank-fields'],
    },
  ],
  'a signature in the query': [
    () => declared({ message: '{method}{path}', signature: { query: 'sig', encoding: 'hex' } }),
    { ...TEMPLATE, proof: [], readsBody: false, steps: [] },
  ],
};

describe.each(Object.entries(CASES))('%s', (_, [build, said]) => {
  it('says what carries the proof, what it covers, and how it is told from a repeat', () => {
    const scheme = build();
    expect(scheme.proof).toBe(said.kind);
    expect(scheme.headers).toEqual({
      proof: said.proof,
      token: said.token ?? [],
      covered: said.covered ?? [],
      bound: said.bound ?? [],
    });
    expect(scheme.readsBody).toBe(said.readsBody);
    expect(stepsOf(scheme)).toEqual(said.steps);
    expect(scheme.handshakes).toHaveLength(said.handshakes ?? 0);
    expect(scheme.readings.map(({ name }) => name)).toEqual(said.readings ?? ['']);
    if (said.replay === undefined) expect('replay' in scheme).toBe(false);
    else expect(scheme.replay).toMatchObject(said.replay);
    expect(scheme.coverage.replay).toBe((said.replay as { by?: string } | undefined)?.by ?? 'none');
    expect('origin' in scheme ? scheme.origin : undefined).toEqual(said.origin);
    expect(scheme.keys.fromAddress).toBe(false);
  });

  it('is built anew from what it was built of', () => {
    const scheme = build();
    expect(scheme.declared.type).toBe(said.type);
    const again = scheme.declared.build(scheme.declared.options);
    expect(again.headers).toEqual(scheme.headers);
    expect(again.coverage).toEqual(scheme.coverage);
    expect(stepsOf(again)).toEqual(stepsOf(scheme));
  });
});

describe('a form that is proved', () => {
  it('is told without its signature and without blank fields', async () => {
    const gate = createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        message: 'sorted-form-lines',
        signature: { field: 'sig', encoding: 'hex' },
      },
      keys: [SECRET],
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const signed = await gate.sign({ method: 'POST', url: '/', headers, body: 'b=2&a=1&c=' });
    const verdict = await gate.verify(signed);
    if (!verdict.ok) throw new Error(verdict.message);
    expect([...(verdict.fields ?? [])]).toEqual([
      ['b', '2'],
      ['a', '1'],
    ]);
  });
});

describe('a token that is signed', () => {
  const headOf = (value: string): unknown =>
    JSON.parse(Buffer.from(value.split('.')[0] ?? '', 'base64url').toString());
  const claimsOf = (value: string): unknown =>
    JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString());

  it('names its algorithm, and its key where that is a named public one', async () => {
    const privateKey = JSON.stringify(ED25519.privateKey.export({ format: 'jwk' }));
    const draft = { method: 'GET', url: '/' };
    for (const [keys, wanted] of [
      [[{ id: 'main', secret: privateKey }], { typ: 'JWT', alg: 'EdDSA', kid: 'main' }],
      [[privateKey], { typ: 'JWT', alg: 'EdDSA' }],
    ] as const) {
      const gate = createGate({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys, now: () => NOW });
      const { headers } = await gate.sign(draft);
      expect(headOf(headers.get('authorization')?.slice('Bearer '.length) ?? '')).toEqual(wanted);
    }
    const secret = createGate({
      provider: 'jwt-bearer',
      keys: [{ id: 'main', secret: SECRET }],
      now: () => NOW,
    });
    const { headers } = await secret.sign(draft);
    expect(headOf(headers.get('authorization')?.slice('Bearer '.length) ?? '')).toEqual({
      typ: 'JWT',
      alg: 'HS256',
    });
  });

  it('is bound to a header where its gate asks for that', async () => {
    const hash = createHash('sha256').update('Bearer abc').digest();
    for (const [options, pay] of [
      [{ binding: ['authorization'] }, hash.toString('base64')],
      [{ binding: ['authorization'], bindingMode: 'optional' }, hash.toString('base64')],
      [{ binding: ['authorization'], bindingMode: 'off' }, undefined],
      [{}, undefined],
    ] as const) {
      const gate = createGate({ provider: { id: 'approov', ...options }, keys: [BASE64], now: () => NOW });
      const signed = await gate.sign({ method: 'GET', url: '/', headers: { authorization: 'Bearer abc' } });
      const claims = claimsOf(signed.headers.get('approov-token') ?? '') as { pay?: string };
      expect(claims.pay).toBe(pay);
      const verdict = await gate.verify(signed);
      expect(verdict.ok && (verdict.coveredHeaders ?? [])).toEqual(
        'bindingMode' in options && options.bindingMode === 'optional' ? ['authorization'] : [],
      );
    }
  });
});
