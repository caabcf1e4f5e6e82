/** What the report says that whoever captures a request can do, each done: the request is taken. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CoverageCode, coverageReport } from '../../src/coverage-report.ts';
import {
  createGate,
  type Draft,
  done,
  type GateOptions,
  HeaderList,
  MemoryReplayGuard,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { everyScheme } from '../support/every-scheme.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';
import { codesOf } from '../support/warnings.ts';
import { NOW } from '../tokens/mint.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';
const KEY_64 = Buffer.from(KEY).toString('base64');
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SOON = { claims: { exp: NOW / 1000 + 300 } };
const YEARS = 5 * 365 * 86_400_000;

interface Ability {
  readonly choice: Pick<GateOptions, 'provider' | 'scheme' | 'keys'>;
  readonly draft?: Partial<Draft>;
  /** What the sender's own code did not sign, and sent. */
  readonly beside?: Readonly<Record<string, string>>;
  /** A sender that signs by other means than the gate would. */
  readonly signer?: Pick<GateOptions, 'provider' | 'scheme' | 'keys'>;
  readonly change: (request: SignedRequest) => SignedRequest;
  /** How long after the first. Default at once. */
  readonly laterMs?: number;
}

const provider = (id: string, options: object = {}, key = KEY): Ability['choice'] => ({
  provider: writtenProvider(id, { ...options }),
  keys: [key],
});
const template = (scheme: object): Ability['choice'] => ({
  scheme: writtenScheme({ algorithm: 'hmac-sha256', signature: 'x-signature', ...scheme }),
  keys: [KEY],
});

const bodyOf = ({ body }: SignedRequest): string => Buffer.from(body).toString();
const withBody = (change: (text: string) => string) => (request: SignedRequest) => ({
  ...request,
  body: Buffer.from(change(bodyOf(request))),
});
const withUrl = (change: (url: string) => string) => (request: SignedRequest) => ({
  ...request,
  url: change(request.url),
});
const withHeader = (name: string, value: string) => (request: SignedRequest) => ({
  ...request,
  headers: request.headers.with(name, value),
});
const without =
  (...names: readonly string[]) =>
  (request: SignedRequest) => ({
    ...request,
    headers: HeaderList.from([...request.headers].filter(([name]) => !names.includes(name.toLowerCase()))),
  });
const anyOther = (request: SignedRequest): SignedRequest => ({
  ...request,
  method: 'DELETE',
  url: 'https://other.example/users/1?force=1',
  body: Buffer.from('forged'),
});
const asItIs = (request: SignedRequest): SignedRequest => request;

/** Of one request: another is taken in its place. */
const IN_ITS_PLACE = {
  'unsigned-id': {
    choice: provider('github'),
    beside: { 'x-github-delivery': 'a' },
    change: withHeader('x-github-delivery', 'b'),
  },
  'unsigned-type': {
    choice: provider('github'),
    beside: { 'x-github-event': 'push' },
    change: withHeader('x-github-event', 'delete'),
  },
  'unsigned-query-order': {
    choice: template({ message: '{query:sorted}' }),
    draft: { url: 'https://api.example/?a=1&b=2' },
    change: withUrl((url) => url.replace('a=1&b=2', 'b=2&a=1')),
  },
  'unsigned-path-end': {
    choice: provider('atlassian-connect'),
    draft: { url: 'https://api.example/orders', ...SOON },
    change: withUrl((url) => `${url}/`),
  },
  'signed-members': {
    choice: {
      provider: writtenProvider('aws-sns', { topics: 'arn:aws:sns:us-east-1:123456789012:orders' }),
      keys: [RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    },
    draft: { body: '{"MessageAttributes":{"a":1}}' },
    change: withBody((text) => text.replace('"a":1', '"b":2')),
  },
  'unsigned-parameter-order': {
    choice: provider('aws-sigv4', { region: 'us-east-1', service: 'execute-api' }),
    draft: { url: 'https://api.example/?a=1&a=2' },
    change: withUrl((url) => url.replace('a=1&a=2', 'a=2&a=1')),
  },
  'unsigned-blank-fields': {
    choice: provider('flow-production-tracking'),
    draft: { headers: FORM, body: 'user_id=1' },
    change: withBody((text) => `${text}&admin=`),
  },
  'reprinted-body': {
    choice: provider('flowent'),
    draft: { body: '{"action_name":"a","parameters":{"x":1}}' },
    change: withBody((text) => JSON.stringify(JSON.parse(text), null, 2)),
  },
  'compressed-body': {
    choice: provider('stream-chat'),
    change: (request) => ({ ...request, body: gzipSync(request.body) }),
  },
  'normal-path': {
    choice: provider('dpop'),
    draft: { url: 'https://api.example/~ann', ...SOON },
    change: withUrl((url) => url.replace('~', '%7E')),
  },
  'movable-text': {
    choice: template({ message: '{path}{body}' }),
    draft: { url: 'https://api.example/orders', body: '/1/delete' },
    change: (request) => ({ ...request, url: `${request.url}/1`, body: Buffer.from('/delete') }),
  },
  'movable-form-text': {
    choice: provider('twilio'),
    draft: { headers: FORM, body: 'to=1&from=2' },
    change: withBody(() => 'to1=&from=2'),
  },
  'movable-query-text': {
    choice: provider('plivo-v3'),
    draft: { url: 'https://api.example/call?to=1&from=2', body: '', nonce: 'n1' },
    change: withUrl((url) => url.replace('to=1&from=2', 'from=2%26to%3D1')),
  },
  'separable-items': {
    choice: template({
      each: 'items.*',
      signature: { member: 'sig', encoding: 'hex' },
      message: '{member:a}',
    }),
    draft: { body: '{"items":[{"a":1},{"a":2}]}' },
    change: withBody((text) => JSON.stringify({ items: [JSON.parse(text).items[1]] })),
  },
  'decoded-url': {
    choice: template({ message: '{url:decoded}' }),
    draft: { url: 'https://api.example/a:b' },
    change: withUrl((url) => url.replace('a:b', 'a%3Ab')),
  },
  'movable-between-messages': {
    choice: template({
      message: ['{timestamp}.{body}{nonce}', '{timestamp}.{body}'],
      timestamp: { header: 'x-timestamp', unit: 's' },
      nonce: 'x-nonce',
    }),
    draft: { body: 'pay=1', nonce: '000' },
    change: (request) => withBody((text) => `${text}000`)(without('x-nonce')(request)),
  },
  'assumed-scheme': {
    choice: provider('twilio'),
    draft: { headers: { ...FORM, host: 'api.example' }, body: 'a=1' },
    // As a server without TLS reads it.
    change: withUrl((url) => new URL(url).pathname),
  },
  'fixed-origin': {
    choice: template({ message: '{url}\n{body}', origin: 'https://hooks.example' }),
    change: (request) =>
      withHeader('host', 'other.example')(withUrl(() => 'http://other.example/orders')(request)),
    draft: { url: 'https://hooks.example/orders' },
  },
  'optional-binding': {
    choice: provider('approov', { binding: ['authorization'], bindingMode: 'optional' }, KEY_64),
    signer: provider('approov', {}, KEY_64),
    draft: SOON,
    change: withHeader('authorization', 'Bearer of another'),
  },
  'binding-off': {
    choice: provider('approov', { binding: ['authorization'], bindingMode: 'off' }, KEY_64),
    signer: provider('approov', { binding: ['authorization'] }, KEY_64),
    draft: { ...SOON, headers: { authorization: 'Bearer a' } },
    change: withHeader('authorization', 'Bearer b'),
  },
  'joined-binding': {
    choice: provider('approov', { binding: ['authorization', 'x-device'] }, KEY_64),
    draft: { ...SOON, headers: { authorization: 'ab', 'x-device': 'cd' } },
    change: (request) => withHeader('authorization', 'abc')(withHeader('x-device', 'd')(request)),
  },
  'optional-message-signature': {
    choice: {
      provider: { id: 'approov', messageSigning: 'optional', signer: 'account' },
      keys: [KEY_64, { id: 'account-message', secret: KEY_64.replace('V', 'W') }],
    },
    draft: SOON,
    change: (request) => anyOther(without('signature', 'signature-input', 'content-digest')(request)),
  },
  'bearer-token': { choice: provider('jwt-bearer'), draft: SOON, change: anyOther },
  'bearer-secret': { choice: provider('incode'), change: anyOther, laterMs: YEARS },
  'endless-token': {
    choice: provider('jwt-bearer', { lifetime: 'unbounded' }),
    signer: { scheme: { type: 'jwt', algorithm: 'HS256', lifetime: 'unbounded' }, keys: [KEY] },
    draft: { claims: { exp: undefined } },
    change: anyOther,
    laterMs: YEARS,
  },
  'no-time': { choice: provider('github'), change: asItIs, laterMs: YEARS },
  'copies-taken': { choice: template({ message: '{body}', replay: 'none' }), change: asItIs, laterMs: YEARS },
} satisfies Partial<Readonly<Record<CoverageCode, Ability>>>;

describe('another request is taken in the place of the one that was sent', () => {
  it.each(Object.entries<Ability>(IN_ITS_PLACE))('%s', async (code, ability) => {
    const { choice, signer = choice, draft, beside = {}, change, laterMs = 0 } = ability;
    const gate = createGate({ ...choice, now: () => NOW + laterMs });
    expect(codesOf(gate)).toContain(code);
    const signed = await createGate({ ...signer, now: () => NOW }).sign({
      method: 'POST',
      url: 'https://api.example/orders',
      body: '{}',
      ...draft,
    });
    const headers = Object.entries(beside).reduce(
      (list, [name, value]) => list.with(name, value),
      signed.headers,
    );
    const genuine = { ...signed, headers };
    const atOnce = createGate({ ...choice, now: () => NOW });
    expect(await atOnce.verify(genuine)).toMatchObject({ ok: true });
    const forged = change(genuine);
    const verdict = await gate.verify(forged);
    expect(verdict.ok ? '' : verdict.message).toBe('');
    if (change !== asItIs) expect(JSON.stringify(forged)).not.toBe(JSON.stringify(genuine));
  });
});

/** What becomes of requests, one after the other. */
async function words(
  choice: Ability['choice'],
  requests: readonly { readonly request: SignedRequest; readonly atMs: number; readonly forgets?: boolean }[],
): Promise<readonly string[]> {
  let nowMs = NOW;
  let replay = new MemoryReplayGuard();
  const heard: string[] = [];
  for (const { request, atMs, forgets = false } of requests) {
    nowMs = atMs;
    if (forgets) replay = new MemoryReplayGuard();
    const gate = createGate({ ...choice, replay, now: () => nowMs });
    const received = await gate.receive(request, () => done('ran'));
    heard.push(received.kind === 'refused' ? received.verdict.reason : received.kind);
  }
  return heard;
}

describe('a copy', () => {
  it.each(everyScheme)('of $name runs again as the report says', async ({ options, sign }) => {
    const gate = createGate({ ...options, now: () => NOW });
    const { replay, warnings } = gate.coverage;
    const request = await sign(NOW);
    const copy = (atMs: number, forgets = false) => ({ request, atMs, forgets });
    const first = copy(NOW);
    const uses = gate.scheme.replay?.uses ?? 1;
    const [, again] = await words(options, [first, copy(NOW)]);
    expect(again).toBe(replay === 'none' || uses > 1 ? 'done' : 'replayed');
    for (const warning of warnings) {
      if (warning.code === 'repeat-in-time' && warning.pastMs !== undefined) {
        // Its time may be in whole seconds, and an end that its sender wrote comes sooner.
        const signedMs = Math.floor(NOW / 1000) * 1000;
        const fresh = copy(signedMs + Math.min(warning.pastMs, 60_000), true);
        expect(await words(options, [first, fresh])).toEqual(['done', 'done']);
        const stale = copy(signedMs + Math.floor(warning.pastMs) + 1, true);
        expect(await words(options, [first, stale])).toEqual(['done', 'expired']);
      }
      if (warning.code === 'no-time') {
        expect(await words(options, [first, copy(NOW + YEARS)])).toEqual(['done', 'done']);
        expect(await words(options, [first, copy(NOW, true)])).toEqual(['done', 'done']);
      }
    }
  });

  const two = async (choice: Ability['choice'], drafts: readonly Partial<Draft>[]) => {
    const gate = createGate({ ...choice, now: () => NOW });
    const requests = [];
    for (const draft of drafts) {
      const whole = {
        method: 'POST',
        url: 'https://api.example/orders',
        body: '{}',
        timestampMs: NOW,
        ...draft,
      };
      requests.push({ request: await gate.sign(whole), atMs: NOW });
    }
    return { said: codesOf(gate), heard: await words(choice, requests) };
  };

  it.each<readonly [CoverageCode, Ability['choice'], readonly Partial<Draft>[]]>([
    ['trusted-id', provider('stripe'), [{ body: '{"id":"evt_1"}' }, { body: '{"id":"evt_1","more":1}' }]],
    ['equal-requests', provider('hmac'), [{}, { timestampMs: NOW + 999 }]],
    ['differing-requests', provider('hmac'), [{}, { url: 'https://api.example/other' }]],
    ['differing-requests', provider('github'), [{}, { method: 'PUT', timestampMs: NOW + 60_000 }]],
  ])('is what else counts as one: %s', async (code, choice, drafts) => {
    const { said, heard } = await two(choice, drafts);
    expect(said).toContain(code);
    expect(heard).toEqual(['done', 'replayed']);
  });

  it('under another id that is not signed is a copy', async () => {
    const choice = provider('github');
    const request = await createGate({ ...choice, now: () => NOW }).sign({
      method: 'POST',
      url: '/',
      body: '{}',
    });
    const other = withHeader('x-github-delivery', 'b')(request);
    expect(
      await words(choice, [
        { request, atMs: NOW },
        { request: other, atMs: NOW },
      ]),
    ).toEqual(['done', 'replayed']);
  });
});

/** What no request shows: it is told of an option or of the algorithm, and `truth.test.ts` has the parts. */
const ELSEWHERE: readonly CoverageCode[] = [
  'unsigned-body',
  'unsigned-parts',
  'any-audience',
  'sha1',
  'rsa-sha1',
  'rsa-pkcs1',
  'tolerance-wide',
  'tolerance-narrow',
  'forgets-early',
  'repeat-in-time',
  'trusted-id',
  'equal-requests',
  'differing-requests',
];

it('every ability that a report tells of is shown', () => {
  const told = new Set(
    everyScheme.flatMap(({ options }) =>
      coverageReport(createGate(options)).warnings.map(({ code }) => code),
    ),
  );
  const shown = [...Object.keys(IN_ITS_PLACE), ...ELSEWHERE];
  expect([...told].filter((code) => !shown.includes(code))).toEqual([]);
});
