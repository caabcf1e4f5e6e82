/**
 * The way of a request, top to bottom, and the only place that decides:
 *
 *     receive → pick → extract → canonical → compare → fresh → replay → validate → act → respond
 *
 * `judge` does receive to fresh; `pass` adds handshakes, and replay around the caller's act.
 * A refusal is a value: a flood of forgeries costs no stack traces. Time is judged after the compare:
 * an unsigned timestamp means nothing, and nobody unauthenticated can probe the clock.
 */
import { andThen } from './and-then.ts';
import type { Message } from './crypto/backend.ts';
import { requestFault } from './effective-request.ts';
import { Failed, type Handshake, type Received } from './gate.ts';
import { type ClaimMaker, sameBytes } from './identity.ts';
import { type KeyRing, type RingKey, unusableBecause } from './keys.ts';
import { AcceptedWithLateId } from './late-id.ts';
import type { Leases } from './leases.ts';
import type {
  Accepted,
  Claim,
  Evidence,
  MaybePromise,
  Refused,
  Repeat,
  Repeats,
  RequestHead,
  SignedRequest,
  Verdict,
} from './model.ts';
import { REFUSALS, type RefusalReason } from './refusals.ts';
import type { BeginResult, ReplayGuard } from './replay.ts';
import { extract, type Objection, objection, Passage, type Scheme } from './scheme.ts';

/** Everything the pipeline needs of a gate. */
export interface PipelineGate {
  readonly scheme: Scheme;
  readonly keys: KeyRing;
  readonly maxBodyBytes: number;
  readonly now: () => number;
  readonly replay: ReplayGuard;
  readonly leaseMs: number;
  readonly leases: Leases;
  readonly repeats: Repeats;
  readonly makeClaim: ClaimMaker;
}

/** A claim that another request holds or has committed. */
type Seen = Exclude<BeginResult, { readonly state: 'begun' | 'full' }>;

const NO_BODY = new Uint8Array(0);

/** receive and extract, as far as the head goes: the same code that judges the whole request afterwards. */
export function refuseHead(gate: PipelineGate, head: RequestHead): Refused | undefined {
  const { scheme } = gate;
  const passage = new Passage({ ...head, body: NO_BODY }, gate.now());
  const early = headFault(head) ?? scheme.extractHead(passage);
  if (early === undefined || mayBeTest(scheme, early.reason)) return undefined;
  return refuse(gate, passage, early);
}

/** receive → extract → canonical → compare → fresh. */
export function judge(gate: PipelineGate, request: SignedRequest): MaybePromise<Verdict> {
  return prove(gate, new Passage(request, gate.now()));
}

/** The whole way; `act` runs at most once for each proved identity. */
export function pass<T>(
  gate: PipelineGate,
  request: SignedRequest,
  act: (accepted: Accepted, claim: Claim | undefined) => MaybePromise<T | Failed<T>>,
): MaybePromise<Received<T>> {
  const passage = new Passage(request, gate.now());
  return andThen(prove(gate, passage), (verdict) => {
    const handshake = findHandshake(gate.scheme, passage, verdict);
    if (handshake) return { kind: 'handshake', handshake };
    if (!verdict.ok) return { kind: 'refused', verdict };
    return andThen(gate.makeClaim(passage), (claim) =>
      claim === undefined ? actOnce(verdict, undefined, act) : guard(gate, passage, verdict, claim, act),
    );
  });
}

/** A platform's test of the endpoint: proved, or carrying no signature at all. It never reaches an action. */
function findHandshake(scheme: Scheme, passage: Passage, verdict: Verdict): Handshake | undefined {
  if (!verdict.ok && !mayBeTest(scheme, verdict.reason)) return undefined;
  for (const rule of scheme.handshakes) {
    const handshake = rule.signed === verdict.ok ? rule.read(passage) : undefined;
    if (handshake) return handshake;
  }
  return undefined;
}

/** Whether what is refused for that reason can be a test that a platform sends without a signature. */
function mayBeTest({ handshakes }: Scheme, reason: RefusalReason): boolean {
  return reason === 'missing-signature' && handshakes.some(({ signed }) => !signed);
}

function prove(gate: PipelineGate, passage: Passage): MaybePromise<Verdict> {
  const { scheme } = gate;
  const early = receive(gate, passage) ?? extract(scheme, passage);
  if (early) return refuse(gate, passage, early);
  const keys = gate.keys.usable(passage.nowMs, passage.namedKeyId);
  return keys instanceof Promise
    ? keys.then((found) => proveWith(gate, passage, found))
    : proveWith(gate, passage, keys);
}

function proveWith(gate: PipelineGate, passage: Passage, keys: readonly RingKey[]): MaybePromise<Verdict> {
  const { scheme } = gate;
  if (keys.length === 0) {
    const refused = noKey(gate, passage);
    return refused.reason === 'keys-unavailable'
      ? refuse(gate, passage, refused)
      : andThen(lookAtUnusable(gate, passage, refused), (late) => refuse(gate, passage, late));
  }
  const compared = compare(scheme, passage, keys, []);
  return compared instanceof Promise
    ? compared.then((failure) => confirm(gate, passage, failure))
    : confirm(gate, passage, compared);
}

/** compare, second half: what else the proof must hold; then fresh. */
function confirm(
  gate: PipelineGate,
  passage: Passage,
  failure: Objection | undefined,
): MaybePromise<Verdict> {
  const confirmed =
    failure?.reason === 'signature-mismatch'
      ? lookAtUnusable(gate, passage, failure)
      : (failure ?? gate.scheme.confirm(passage));
  return confirmed instanceof Promise
    ? confirmed.then((late) => fresh(gate, passage, late))
    : fresh(gate, passage, confirmed);
}

function fresh(gate: PipelineGate, passage: Passage, failure: Objection | undefined): Verdict {
  const late = failure ?? gate.scheme.judgeTime(passage);
  return late ? refuse(gate, passage, late) : accept(gate, passage);
}

/** receive: the bounds, and the grammar of the head, whether or not the proof covers it. */
function receive({ maxBodyBytes }: PipelineGate, { request }: Passage): Objection | undefined {
  if (request.body.length > maxBodyBytes) {
    return objection(
      'body-too-large',
      `the body has ${request.body.length} bytes; at most ${maxBodyBytes} are taken`,
    );
  }
  return headFault(request);
}

function headFault(head: RequestHead): Objection | undefined {
  const fault = requestFault(head);
  return fault === undefined ? undefined : objection('malformed-request', fault);
}

function noKey({ keys }: PipelineGate, { namedKeyId }: Passage): Objection {
  const outage = keys.outage();
  if (outage !== undefined) return objection('keys-unavailable', outage);
  return objection(
    'unknown-key',
    namedKeyId === undefined
      ? 'no key of the ring is valid now'
      : 'the key ring has no valid key of the id that the request names',
  );
}

/**
 * canonical and compare: each reading's message against each key, until one matches. A reading whose message
 * was tried before is skipped. Written so that it goes on from where a promise interrupted it.
 */
function compare(
  scheme: Scheme,
  passage: Passage,
  keys: readonly RingKey[],
  tried: Message[],
  firstReading = 0,
  firstKey = 0,
): MaybePromise<Objection | undefined> {
  for (let r = firstReading; r < scheme.readings.length; r++) {
    const reading = scheme.readings[r] as Scheme['readings'][number];
    if (r > firstReading || firstKey === 0) {
      const message = reading.message(passage);
      if (message === undefined) continue;
      if ('reason' in message) return message;
      if (tried.some((earlier) => sameBytes(earlier, message))) continue;
      passage.message = message;
      passage.readingsTried++;
      if (r + 1 < scheme.readings.length) tried.push(message);
    }
    for (let k = r === firstReading ? firstKey : 0; k < keys.length; k++) {
      const key = keys[k] as RingKey;
      const signatures = passage.signatures[key.variant] ?? [];
      if (signatures.length === 0) continue;
      passage.keysTried++;
      const found = key.proof.find(passage.message as Message, signatures);
      if (found instanceof Promise) {
        return found.then((at) =>
          at >= 0 ? match(passage, reading, key, at) : compare(scheme, passage, keys, tried, r, k + 1),
        );
      }
      if (found >= 0) return match(passage, reading, key, found);
    }
  }
  return objection('signature-mismatch', 'no key of the ring proves the request');
}

/** Public keys can cost a millisecond each; more revoked ones than this are rarely kept. */
const MAX_UNUSABLE_KEYS = 4;

/** One pass over the largest usual body: a refusal costs at most twice what one key costs. */
const MAX_UNUSABLE_BYTES = 1024 * 1024;

/**
 * After a refusal: whether a key that is revoked, ended or not yet valid proves the request, for the operator’s words
 * only. Every one is tried whatever the others say, so that the time tells the sender nothing of them.
 */
function lookAtUnusable(gate: PipelineGate, passage: Passage, refused: Objection): MaybePromise<Objection> {
  const unusable = gate.keys.unusable(passage.nowMs, passage.namedKeyId);
  if (unusable.length === 0) return refused;
  const { keysTried, readingsTried, signatures } = passage;
  let proving: RingKey | undefined;
  let bytesLeft = MAX_UNUSABLE_BYTES;
  const watched = unusable.slice(0, MAX_UNUSABLE_KEYS).map((key): RingKey => {
    const find: RingKey['proof']['find'] = (message, candidates) => {
      for (const part of message) bytesLeft -= part.length;
      if (bytesLeft < 0) return -1;
      return andThen(key.proof.find(message, candidates), (at) => {
        if (at >= 0) proving ??= key;
        return -1;
      });
    };
    return { ...key, proof: { ...key.proof, find } };
  });
  return andThen(compare(gate.scheme, passage, watched, []), () => {
    Object.assign(passage, { keysTried, readingsTried, signatures });
    const why = proving && unusableBecause(proving.info, passage.nowMs);
    return why === undefined
      ? refused
      : objection(refused.reason, `key "${proving?.info.id}" proves the request, but ${why}`);
  });
}

function match(passage: Passage, reading: Scheme['readings'][number], key: RingKey, at: number): undefined {
  passage.reading = reading;
  passage.key = key;
  passage.signatures = [[passage.signatures[key.variant]?.[at] as Uint8Array]];
}

/** replay: claims the identity, acts, and commits or aborts the claim. */
function guard<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  act: (accepted: Accepted, claim: Claim) => MaybePromise<T | Failed<T>>,
  use = 0,
): MaybePromise<Received<T>> {
  const { replay } = gate;
  return andThen(
    replay.begin(claim.identity, passage.nowMs, gate.leaseMs),
    (begun): MaybePromise<Received<T>> => {
      if (begun.state === 'full') {
        const full = objection('replay-guard-full', 'the replay guard remembers as many claims as it may');
        return { kind: 'refused', verdict: refuse(gate, passage, full) };
      }
      const seen = begun.state === 'begun' ? underWay(gate, claim) : begun;
      if (seen !== undefined && use + 1 < (gate.scheme.uses ?? 1)) {
        return guard(gate, passage, verdict, nextUse(claim, use + 1), act, use + 1);
      }
      if (seen !== undefined) {
        const replayed = objection('replayed', `the same request came before; the first is ${seen.state}`);
        const refused = refuse(gate, passage, replayed, repeatOf(gate, verdict, seen));
        return { kind: 'refused', verdict: { ...refused, claim } };
      }
      return runOnce(gate, passage, verdict, claim, act);
    },
  );
}

/** Its lease has run out by the clock, which was set forward or stood still for long, and its outcome is on its way still. */
function underWay({ leases, leaseMs }: PipelineGate, { identity }: Claim): Seen | undefined {
  return leases.holds(identity) ? { state: 'in-flight', retryAfterMs: leaseMs } : undefined;
}

/** Acts, and settles the claim by what came of it. */
function runOnce<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Accepted,
  claim: Claim,
  act: (accepted: Accepted, claim: Claim) => MaybePromise<T | Failed<T>>,
): MaybePromise<Received<T>> {
  const { leases } = gate;
  let acted: MaybePromise<T | Failed<T>>;
  try {
    acted = act(verdict, claim);
  } catch (error) {
    return andThen(giveUp(gate, claim), () => {
      throw error;
    });
  }
  if (!isThenable(acted)) return settle(gate, verdict, claim, acted);
  leases.hold(claim.identity, passage.nowMs);
  const end = (): void => leases.release(claim.identity);
  return Promise.resolve(acted).then(
    (value) => {
      let settled: MaybePromise<Received<T>> | undefined;
      try {
        settled = settle(gate, verdict, claim, value);
      } finally {
        if (!(settled instanceof Promise)) end();
      }
      return settled instanceof Promise ? settled.finally(end) : settled;
    },
    async (error: unknown) => {
      try {
        await giveUp(gate, claim);
      } finally {
        end();
      }
      throw error;
    },
  );
}

function settle<T>(
  { replay }: PipelineGate,
  verdict: Accepted,
  { identity, untilMs }: Claim,
  value: T | Failed<T>,
): MaybePromise<Received<T>> {
  const isFailed = value instanceof Failed;
  const settled = isFailed ? replay.abort(identity) : replay.commit(identity, untilMs);
  return andThen(settled, () => ({ kind: 'done', verdict, value: isFailed ? value.value : value }));
}

/** The act threw: nobody knows how far it came, so a proof that is for one request is used up. */
function giveUp({ scheme, replay }: PipelineGate, { identity, untilMs }: Claim): MaybePromise<void> {
  return scheme.singleUse ? replay.commit(identity, untilMs) : replay.abort(identity);
}

function repeatOf({ repeats }: PipelineGate, { id }: Accepted, begun: Seen): Repeat {
  if (begun.state === 'in-flight') return begun;
  return { ...begun, acknowledge: repeats === 'acknowledge' || (repeats === 'by-id' && id !== undefined) };
}

/** The claim of an identity's next use, where it may be used more than once: the number is mixed into its last two bytes. */
function nextUse({ identity, untilMs }: Claim, use: number): Claim {
  const next = identity.slice();
  const [high, low] = [next.length - 2, next.length - 1];
  const previous = use - 1;
  next[high] = (next[high] as number) ^ ((previous ^ use) >> 8);
  next[low] = (next[low] as number) ^ ((previous ^ use) & 0xff);
  return { identity: next, untilMs };
}

function actOnce<T>(
  verdict: Accepted,
  claim: undefined,
  act: (accepted: Accepted, claim: undefined) => MaybePromise<T | Failed<T>>,
): MaybePromise<Received<T>> {
  return andThen(act(verdict, claim), (value) => ({
    kind: 'done',
    verdict,
    value: value instanceof Failed ? value.value : value,
  }));
}

/** A record whose optional members are set one by one: spreading conditional members costs more than the rest of a verdict. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function accept({ scheme }: PipelineGate, passage: Passage): Accepted {
  const { key, reading, timestampMs, claims, form } = passage as Passage & { key: RingKey };
  key.hit();
  const evidence = evidenceOf(scheme, passage);
  const verdict: Writable<Accepted> = scheme.isIdInBody
    ? new AcceptedWithLateId(scheme.name, key.info.id, evidence, () => scheme.signedId(passage))
    : { ok: true, provider: scheme.name, keyId: key.info.id, evidence };
  if (reading?.name) verdict.reading = reading.name;
  if (scheme.replay === 'signed-id' && !scheme.isIdInBody) {
    const id = scheme.signedId(passage);
    if (id !== undefined) verdict.id = id;
  }
  if (timestampMs !== undefined) verdict.timestampMs = timestampMs;
  if (claims) verdict.claims = claims;
  if (form)
    verdict.fields = new Map(form.flatMap(({ name, value }) => (value === '' ? [] : [[name, value]])));
  return verdict;
}

function refuse(
  { scheme }: PipelineGate,
  passage: Passage,
  { reason, message }: Objection,
  repeat?: Repeat,
): Refused {
  const verdict: Writable<Refused> = {
    ok: false,
    provider: scheme.name,
    reason,
    step: REFUSALS[reason].step,
    message,
    evidence: evidenceOf(scheme, passage),
  };
  if (repeat) verdict.repeat = repeat;
  return verdict;
}

function evidenceOf(scheme: Scheme, passage: Passage): Evidence {
  let signatures = 0;
  for (const variant of passage.signatures) signatures += variant.length;
  const evidence: Writable<Evidence> = {
    provider: scheme.name,
    bodyBytes: passage.request.body.length,
    signatures,
    keysTried: passage.keysTried,
    readingsTried: passage.readingsTried,
    nowMs: passage.nowMs,
  };
  if (passage.signaturesSkipped > 0) evidence.signaturesSkipped = passage.signaturesSkipped;
  if (passage.namedKeyId !== undefined) evidence.namedKeyId = passage.namedKeyId;
  if (passage.timestampText !== undefined) evidence.timestampText = passage.timestampText;
  if (passage.timestampMs !== undefined) evidence.timestampMs = passage.timestampMs;
  return evidence;
}

/** A promise of any maker: whose value were settled at once would be committed before it is there. */
function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
