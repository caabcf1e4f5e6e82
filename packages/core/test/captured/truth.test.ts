/**
 * The report is held against the engine: what it says is proved cannot be changed, and what it says is open can. Over every provider,
 * every option of each and every kind of declared scheme.
 */
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Coverage,
  type CoveredPart,
  createGate,
  type Draft,
  type Gate,
  type GateOptions,
  SetupError,
  type SignedRequest,
  type Verdict,
} from '../../src/index.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from '../options/right-declarations.ts';
import { changesOf, headerChangesOf, type Known, textOf } from '../support/captor.ts';
import { everyScheme } from '../support/every-scheme.ts';
import { claimsFor, gateOfAnyKeys } from '../support/gate-of-any-keys.ts';
import { NOW, SECONDS } from '../tokens/mint.ts';

const ID = 'msg_7f3a';
const NONCE = 'nonce-9a1c';
const TYPE = 'order.paid';

/** How often each part was changed, by what the report says of it. */
const tried = new Map<string, number>();

function count(part: string, state: string): void {
  tried.set(`${part} ${state}`, (tried.get(`${part} ${state}`) ?? 0) + 1);
}

const judged = async (gate: Gate, request: SignedRequest): Promise<Verdict> =>
  gate.verify({ ...request, remoteAddress: '192.0.2.1' });

/** Steps at which a proof fails; a time that is out is no proof that it was signed. */
const PROVING = ['receive', 'extract', 'canonical', 'compare'];

async function holdReport(gate: Gate, request: SignedRequest, known: Known): Promise<void> {
  const { covered, open, headers } = gate.coverage;
  const isFixed = (part: CoveredPart): boolean =>
    gate.scheme.origin !== undefined && (part === 'host' || part === 'scheme');
  for (const part of covered) {
    // Whatever the request says of them: the gate takes them to be its origin’s.
    if (isFixed(part)) continue;
    for (const { how, request: changed } of changesOf(part, request, known)) {
      if (isLeftOpen(gate, how)) continue;
      const verdict = await judged(gate, changed);
      expect(verdict.ok ? 'accepted' : PROVING, `${how}, and ${part} is proved`).toContain(
        verdict.ok ? 'refused' : verdict.step,
      );
      count(part, 'proved');
    }
  }
  for (const part of open) {
    if (part === 'scheme' && coversMore(request)) continue;
    for (const { how, isPlain, request: changed } of changesOf(part, request, known)) {
      if (!isPlain || isTestMethod(gate, changed)) continue;
      const verdict = await judged(gate, changed);
      expect(verdict.ok ? '' : verdict.message, `${how}, and ${part} is open`).toBe('');
      count(part, 'open');
    }
  }
  await holdHeaders(gate, request, headers);
}

/** One that only a platform’s test of the address has. */
function isTestMethod({ scheme }: Gate, { method }: SignedRequest): boolean {
  return scheme.handshakes.some((rule) => rule.method === method);
}

/** What the report says of a part that is proved otherwise. */
function isLeftOpen({ coverage: { warnings } }: Gate, how: string): boolean {
  return how === 'path /hook/orders/' && warnings.some(({ code }) => code === 'unsigned-path-end');
}

/** A sender of message signatures that covers the whole URL, where a gate asks for less. */
function coversMore({ headers }: SignedRequest): boolean {
  return headers.get('signature-input')?.includes('"@target-uri"') === true;
}

async function holdHeaders(gate: Gate, request: SignedRequest, names: Coverage['headers']): Promise<void> {
  for (const name of names) {
    for (const { how, request: changed } of headerChangesOf(request, name)) {
      expect((await judged(gate, changed)).ok, `${how}, and it is proved`).toBe(false);
      count('header', 'proved');
    }
  }
  for (const name of ['x-forged', 'content-language']) {
    const changed = { ...request, headers: request.headers.with(name, 'en') };
    expect((await judged(gate, changed)).ok, `${name} is open`).toBe(true);
    count('header', 'open');
  }
}

/** What stands in the request of the draft’s id, type and time: in the body only where that is proved. */
function knownOf(verdict: Verdict, request: SignedRequest, { covered }: Coverage): Known {
  const text = textOf(covered.includes('body') ? request : { ...request, body: Buffer.from('') });
  const inText = (...texts: readonly string[]): string | undefined => texts.find((one) => text.includes(one));
  return {
    timestamp: verdict.evidence.timestampText ?? inText(String(SECONDS)),
    id: inText(ID, NONCE),
    type: inText(TYPE),
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PARTS = {
  authorization: 'Bearer x',
  'x-device': 'd',
  'x-dict': 'a=1',
  'x-list': 'a',
  host: 'api.example',
};
const JSON_BODY = `{"id":"${ID}","event_id":"${ID}","type":"${TYPE}","action_name":"a","parameters":{},"items":[{"a":1}],"notificationItems":[{"NotificationRequestItem":{}}],"total":12}`;

const DRAFTS: readonly Draft[] = [
  { headers: { ...PARTS, 'content-type': 'application/json' }, body: JSON_BODY },
  // Names of its own, in whatever case.
  { headers: { ...PARTS, 'content-type': 'application/json' }, body: '{}' },
  { headers: { ...PARTS, ...FORM }, body: 'b=1&a=2&user_id=2' },
  {
    headers: { ...PARTS, ...FORM },
    body: `bt_payload=PG4%2B&json=${encodeURIComponent(`{"a":"b","event":{"event_type":"${TYPE}"}}`)}`,
  },
].map((part) => ({
  ...part,
  method: 'POST',
  url: 'https://api.example/hook/orders?page=1',
  id: ID,
  nonce: NONCE,
}));

/** What says the same as a component in other words, and nothing more. */
const IN_OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  '@target-uri': ['@authority', '@path', '@query'],
  '@request-target': ['@path', '@query'],
};

/** Signs as little as the gate takes: of message signatures the report is of the least that a sender may cover. */
function leastSigner({ provider, scheme }: Choice): Gate {
  const options = provider ?? scheme ?? {};
  const written = typeof options === 'string' ? { id: options } : options;
  const isOfMessages = Object.values(written).includes('http-message-signatures');
  if (!isOfMessages) return gateOfAnyKeys({ provider, scheme });
  const { components = ['@method', '@target-uri', 'content-digest'] } = written as {
    components?: string | readonly string[];
  };
  const least = [components].flat().flatMap((name) => IN_OTHER_WORDS[name] ?? [name]);
  const signing = { ...written, components: least };
  return gateOfAnyKeys(provider ? { provider: signing } : { scheme: signing });
}

async function signed(signer: Gate, choice: Choice, draft: Draft): Promise<SignedRequest | undefined> {
  try {
    return await signer.sign({ ...draft, claims: claimsFor(choice) });
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}

type Choice = Pick<GateOptions, 'provider' | 'scheme'>;

const CHOICES: readonly (readonly [name: string, choice: Choice])[] = [
  ...Object.values(RIGHT_PROVIDERS)
    .flat()
    .map((provider) => [JSON.stringify(provider), { provider }] as const),
  ...Object.values(RIGHT_SCHEMES)
    .flat()
    .map((scheme) => [JSON.stringify(scheme), { scheme }] as const),
  // Bound by default, which nobody writes.
  ['approov, bound', { provider: { id: 'approov', binding: ['authorization', 'x-device'] } }] as const,
  [
    'jwt, bound',
    { scheme: { type: 'jwt', algorithm: 'HS256', header: 'x-token', binding: 'x-device' } },
  ] as const,
].filter(([name]) => !/jwks|agents|brand|keyUrl|clientId/.test(name));

describe('every option', () => {
  it.each(CHOICES)('%s', async (_, choice) => {
    const gate = gateOfAnyKeys(choice);
    const signer = leastSigner(choice);
    let held = 0;
    for (const draft of DRAFTS) {
      const request = await signed(signer, choice, draft);
      if (request === undefined) continue;
      const verdict = await judged(gate, request);
      expect(verdict.ok ? '' : verdict.message).toBe('');
      await holdReport(gate, request, knownOf(verdict, request, gate.coverage));
      held++;
    }
    expect(held).toBeGreaterThan(0);
  });
});

describe('every scheme', () => {
  it.each(everyScheme)('$name', async ({ options, sign }) => {
    const gate = createGate({ ...options, now: () => NOW });
    const request = await sign(NOW);
    const verdict = await judged(gate, request);
    expect(verdict.ok ? '' : verdict.message).toBe('');
    await holdReport(gate, request, knownOf(verdict, request, gate.coverage));
  });
});

afterAll(() => {
  const parts = ['method', 'scheme', 'host', 'path', 'query', 'body', 'header'];
  for (const part of parts) expect(tried.get(`${part} open`), `${part} open`).toBeGreaterThan(50);
  for (const part of [...parts, 'timestamp', 'id', 'type']) {
    expect(tried.get(`${part} proved`), `${part} proved`).toBeGreaterThan(8);
  }
});
