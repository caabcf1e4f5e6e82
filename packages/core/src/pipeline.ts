/**
 * The way of a request, top to bottom, and the only place that decides:
 *
 *     receive → pick → extract → canonical → compare → fresh → replay → validate → act → respond
 *
 * `judge` does receive to fresh; `pass` adds handshakes, and replay around the caller's act.
 * A refusal is a value: a flood of forgeries costs no stack traces. Time is judged after the compare:
 * an unsigned timestamp means nothing, and nobody unauthenticated can probe the clock.
 */
import type { Acted } from './acted.ts';
import { andThen } from './and-then.ts';
import type { Message } from './crypto/backend.ts';
import { requestFault } from './effective-request.ts';
import type { Received } from './gate.ts';
import { checkActed, guard } from './guard.ts';
import { type RingKey, unusableBecause } from './keys.ts';
import type {
  Accepted,
  BegunClaim,
  Handshake,
  MaybePromise,
  Refused,
  RequestHead,
  SignedRequest,
  Verdict,
} from './model.ts';
import { type Objection, objection } from './objection.ts';
import { pause, SLICE_BYTES } from './pause.ts';
import type { PipelineGate } from './pipeline-gate.ts';
import type { RefusalReason } from './refusals.ts';
import { extract, Passage, type Reading, type Scheme, UNUSABLE_KEY } from './scheme.ts';
import { accept, refuse } from './verdicts.ts';

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
  act: (accepted: Accepted, claim: BegunClaim | undefined) => MaybePromise<Acted<T>>,
): MaybePromise<Received<T>> {
  const passage = new Passage(request, gate.now());
  const proved = prove(gate, passage);
  return andThen(proved, (verdict) => {
    const handshake = findHandshake(gate.scheme, passage, verdict);
    if (handshake) return { kind: 'handshake', handshake };
    if (!verdict.ok) return { kind: 'refused', verdict };
    const claimed = gate.claims.claim(passage);
    return andThen(claimed, (claim) => {
      if (claim === undefined) return actOnce(verdict, undefined, act);
      // The clock has gone on where something was waited for: what was fresh may be forgotten by now.
      const waited = proved instanceof Promise || claimed instanceof Promise;
      return guard(gate, passage, verdict, claim, act, waited ? gate.now() : passage.nowMs);
    });
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
  return early instanceof Promise
    ? early.then((fault) => findKeys(gate, passage, fault))
    : findKeys(gate, passage, early);
}

function findKeys(gate: PipelineGate, passage: Passage, early: Objection | undefined): MaybePromise<Verdict> {
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
  const compared = compare(scheme, passage, keys);
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

const NO_VALID_KEY =
  'Look at the states and the validity of the gate’s keys: each is revoked, has ended, or is not valid yet.';

function noKey({ keys }: PipelineGate, { namedKeyId }: Passage): Objection {
  const outage = keys.outage();
  if (outage !== undefined) return objection('keys-unavailable', outage);
  return namedKeyId === undefined
    ? objection('unknown-key', 'no key of the ring is valid now', NO_VALID_KEY)
    : objection('unknown-key', 'the key ring has no valid key of the id that the request names');
}

const OTHER_SECRET =
  'Compare the gate’s key with what the sender is set to send; look for quotes and blanks around either.';

/** What to do about a token that no key proves. */
export const OTHER_TOKEN =
  'The token is another issuer’s or of another key, or was changed. Compare the gate’s key with the issuer’s; `countersign explain` shows what the token says of itself.';

/** Pairs of a public key and a signature that are tried for one request: each costs up to a millisecond. */
const MAX_SLOW_TRIES = 16;

/**
 * canonical and compare: each reading's message against each key, until one matches. Written so that it goes on from
 * where a promise interrupted it, and interrupts itself after what takes long.
 */
function compare(
  scheme: Scheme,
  passage: Passage,
  keys: readonly RingKey[],
  slowTries = 0,
  firstReading = 0,
  firstKey = 0,
): MaybePromise<Objection | undefined> {
  let tries = slowTries;
  for (let r = firstReading; r < scheme.readings.length; r++) {
    const reading = scheme.readings[r] as Reading;
    if (r > firstReading || firstKey === 0) {
      const message = reading.message(passage);
      if (message === undefined) continue;
      if ('reason' in message) return message;
      passage.message = message;
      passage.readingsTried++;
    }
    for (let k = r === firstReading ? firstKey : 0; k < keys.length; k++) {
      const key = keys[k] as RingKey;
      const signatures = passage.signatures[key.variant] ?? [];
      if (signatures.length === 0 || isOfAnother(reading, passage, key)) continue;
      if (key.proof.isSlow) tries += signatures.length;
      if (tries > MAX_SLOW_TRIES) {
        return objection(
          'signature-mismatch',
          `no public key of those that were tried proves the request; at most ${MAX_SLOW_TRIES} verifications are made`,
          'Take keys that are in use no more out of the gate’s keys, or have the sender send fewer signatures.',
        );
      }
      passage.keysTried++;
      const found = key.proof.find(passage.message as Message, signatures);
      if (!(found instanceof Promise) && found >= 0) return match(passage, reading, key, found);
      const isLast = k + 1 === keys.length && r + 1 === scheme.readings.length;
      if (found instanceof Promise || (!isLast && takesLong(key, passage.message as Message))) {
        return (found instanceof Promise ? found : pause().then(() => found)).then((at) =>
          at >= 0 ? match(passage, reading, key, at) : compare(scheme, passage, keys, tries, r, k + 1),
        );
      }
    }
  }
  return mismatch(scheme);
}

function mismatch({ proof, tokenHeaders }: Scheme): Objection {
  if (proof === 'signature') return objection('signature-mismatch', 'no key of the ring proves the request');
  return tokenHeaders === undefined
    ? objection('signature-mismatch', 'the token is none of the ring’s keys', OTHER_SECRET)
    : objection('signature-mismatch', 'no key of the ring proves the token', OTHER_TOKEN);
}

function isOfAnother(reading: Reading, passage: Passage, { info }: RingKey): boolean {
  const named = reading.keyId?.(passage);
  return named !== undefined && named !== info.id;
}

function takesLong({ proof }: RingKey, message: Message): boolean {
  if (proof.isSlow) return true;
  let length = 0;
  for (const part of message) length += part.length;
  return length >= SLICE_BYTES;
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
  return andThen(compare(gate.scheme, passage, watched), () => {
    Object.assign(passage, { keysTried, readingsTried, signatures });
    const why = proving && unusableBecause(proving.info, passage.nowMs);
    return why === undefined
      ? refused
      : objection(refused.reason, `key "${proving?.info.id}" proves the request, but ${why}`, UNUSABLE_KEY);
  });
}

function match(passage: Passage, reading: Reading, key: RingKey, at: number): undefined {
  passage.reading = reading;
  passage.key = key;
  passage.signatures = [[passage.signatures[key.variant]?.[at] as Uint8Array]];
}

function actOnce<T>(
  verdict: Accepted,
  claim: undefined,
  act: (accepted: Accepted, claim: undefined) => MaybePromise<Acted<T>>,
): MaybePromise<Received<T>> {
  return andThen(act(verdict, claim), (acted) => {
    const { kind, value } = checkActed(acted);
    return { kind, verdict, value };
  });
}
