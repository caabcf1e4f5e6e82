/**
 * The way of a request, top to bottom, and the only place that decides:
 *
 *     receive → pick → extract → canonical → compare → fresh → replay → validate → act → respond
 *
 * `judge` goes from receive to fresh, `trace` does the same and keeps what was made on the way, `pass` goes on with pick,
 * replay and act. Validate and respond are the gateway's. Each step says in the passage where the request is, so that a refusal
 * names the step in which it happened.
 *
 * A refusal is a value: a flood of forgeries costs no stack traces. Time is judged after the compare:
 * an unsigned timestamp means nothing, and nobody unauthenticated can probe the clock.
 */
import { andThen, ownPromise } from './and-then.ts';
import type { Message } from './crypto/backend.ts';
import { requestFault } from './effective-request.ts';
import type { Received } from './gate.ts';
import { type Act, checkActed, guard, receivedAs } from './guard.ts';
import type { FoundKeys, RingKey } from './keys.ts';
import { mismatch, noKey } from './mismatch.ts';
import type { Accepted, MaybePromise, Refused, RequestHead, SignedRequest, Verdict } from './model.ts';
import { type Objection, objection } from './objection.ts';
import { pause, SLICE_BYTES } from './pause.ts';
import { isTestMethod, mayBeTest, pick, pickMethod } from './pick-handshake.ts';
import type { JudgingGate, PipelineGate } from './pipeline-gate.ts';
import { REFUSALS, type Step } from './refusals.ts';
import { Passage, type Reading, type Scheme, watchSteps } from './scheme.ts';
import { counted } from './text/amounts.ts';
import type { Trace, TracedMessage } from './trace.ts';
import { whyUnusable } from './unusable-keys.ts';
import { accept, refuse } from './verdicts.ts';

const NO_BODY = new Uint8Array(0);

/** receive and extract, as far as the head goes: the same code that judges the whole request afterwards. */
export function refuseHead(gate: JudgingGate, head: RequestHead): Refused | undefined {
  const passage = open(gate, { ...head, body: NO_BODY });
  const early =
    headFault(head) ?? (isTestMethod(gate.scheme, head) ? undefined : extractHead(gate.scheme, passage));
  if (early === undefined || mayBeTest(gate.scheme, early.reason)) return undefined;
  return refuse(gate, passage, early);
}

/** receive → extract → canonical → compare → fresh. */
export function judge(gate: JudgingGate, request: SignedRequest): MaybePromise<Verdict> {
  return prove(gate, open(gate, request));
}

/** The same way, and the record of it. */
export function trace(gate: JudgingGate, request: SignedRequest): MaybePromise<Trace> {
  const passage = open(gate, request);
  const messages: TracedMessage[] = [];
  if (gate.scheme.proof === 'signature') passage.messages = messages;
  return andThen(prove(gate, passage), (verdict): Trace => {
    const { step, objection: fault, key, reading } = passage;
    const usual = verdict.ok ? undefined : REFUSALS[verdict.reason];
    const remedy = fault?.remedy === undefined ? usual?.explained : fault.explained;
    // The operator knows the keys of a list.
    const keys = gate.keys.written.length > 0 ? undefined : passage.keys?.list();
    return {
      request,
      verdict,
      step,
      messages,
      ...(key && reading && { match: { keyId: key.info.id, reading: reading.name } }),
      ...(remedy !== undefined && { remedy }),
      ...(fault?.code && { code: fault.code }),
      ...(keys && { keys }),
    };
  });
}

/** The whole way; `act` runs at most once for each proved identity. @param onStep told of each step. Undefined: nobody is */
export function pass<T>(
  gate: PipelineGate,
  request: SignedRequest,
  act: Act<T>,
  onStep?: (step: Step) => void,
): MaybePromise<Received<T>> {
  const passage = open(gate, request);
  if (onStep !== undefined) watchSteps(passage, onStep);
  const proved = prove(gate, passage);
  return andThen(proved, (verdict) => {
    const isLate = proved instanceof Promise;
    const picked = gate.scheme.handshakes.length > 0 ? pick(gate, passage, verdict) : undefined;
    if (picked === undefined) return claimAndAct(gate, passage, verdict, act, isLate);
    return andThen(picked, (test) => {
      if (test === undefined) return claimAndAct(gate, passage, verdict, act, isLate);
      return 'reason' in test
        ? { kind: 'refused', verdict: refuse(gate, passage, test) }
        : { kind: 'handshake', handshake: test };
    });
  });
}

/** @param isLate whether the verdict was waited for */
function claimAndAct<T>(
  gate: PipelineGate,
  passage: Passage,
  verdict: Verdict,
  act: Act<T>,
  isLate: boolean,
): MaybePromise<Received<T>> {
  if (!verdict.ok) return { kind: 'refused', verdict };
  passage.step = 'replay';
  const claimed = gate.claims.claim(passage);
  return andThen(claimed, (claim) => {
    if (claim === undefined) return actUnclaimed(gate.scheme, verdict, passage.request, act);
    // The clock has gone on where something was waited for: what was fresh may be forgotten by now.
    const waited = isLate || claimed instanceof Promise;
    return guard(gate, passage, verdict, claim, act, waited ? gate.now() : passage.nowMs);
  });
}

function open(gate: JudgingGate, request: SignedRequest): Passage {
  const passage = new Passage(request, gate.now(), gate.scheme.open());
  passage.maxBodyBytes = gate.maxBodyBytes;
  return passage;
}

function prove(gate: JudgingGate, passage: Passage): MaybePromise<Verdict> {
  const fault = receive(gate, passage) ?? pickMethod(gate.scheme, passage);
  if (fault) return refuse(gate, passage, fault);
  return andThen(extract(gate.scheme, passage), findKeys, gate, passage);
}

/** receive: the bounds, and the grammar of the head, whether or not the proof covers it. */
function receive({ maxBodyBytes }: JudgingGate, { request }: Passage): Objection | undefined {
  if (request.body.length > maxBodyBytes) {
    return objection(
      'body-too-large',
      `the body has ${counted(request.body.length, 'byte')}; at most ${maxBodyBytes} are taken`,
    );
  }
  return headFault(request);
}

function headFault(head: RequestHead): Objection | undefined {
  const fault = requestFault(head);
  return fault === undefined ? undefined : objection('malformed-request', fault);
}

/** extract: head, then body. */
function extract(scheme: Scheme, passage: Passage): MaybePromise<Objection | undefined> {
  return extractHead(scheme, passage) ?? scheme.extractBody?.(passage);
}

function extractHead(scheme: Scheme, passage: Passage): Objection | undefined {
  passage.step = 'extract';
  return scheme.extractHead(passage);
}

/** extract, last part: the keys that may have made the proof. */
function findKeys(fault: Objection | undefined, gate: JudgingGate, passage: Passage): MaybePromise<Verdict> {
  if (fault) return refuse(gate, passage, fault);
  if (gate.action) passage.action = gate.action.asked(passage.request);
  return andThen(gate.keys.find(passage), proveWith, gate, passage);
}

function proveWith(foundKeys: FoundKeys, gate: JudgingGate, passage: Passage): MaybePromise<Verdict> {
  passage.keys = foundKeys;
  const keys = foundKeys.usable(passage.nowMs, passage.namedKeyId);
  return keys.length === 0
    ? andThen(unproved(gate, passage, noKeyOf(gate, passage, foundKeys)), refused, gate, passage)
    : andThen(canonical(gate.scheme, passage, keys, 0), confirm, gate, passage);
}

function noKeyOf({ keys, action }: JudgingGate, passage: Passage, foundKeys: FoundKeys): Objection {
  return action?.noKey(foundKeys, passage.action) ?? noKey(keys, foundKeys, passage.namedKeyId);
}

function refused(fault: Objection, gate: JudgingGate, passage: Passage): Refused {
  return refuse(gate, passage, fault);
}

/** canonical: the message of the next reading that applies, which is compared before another is made. */
function canonical(
  scheme: Scheme,
  passage: Passage,
  keys: readonly RingKey[],
  first: number,
): MaybePromise<Objection | undefined> {
  passage.step = 'canonical';
  for (let at = first; at < scheme.readings.length; at++) {
    const message = (scheme.readings[at] as Reading).message(passage);
    if (message === undefined) continue;
    if ('reason' in message) return message;
    passage.message = message;
    passage.readingsTried++;
    passage.messages?.push({ reading: (scheme.readings[at] as Reading).name, message });
    return compare(scheme, passage, keys, at, 0);
  }
  passage.step = 'compare';
  return mismatch(scheme, passage.request);
}

/** Pairs of a public key and a signature that are tried for one request: each costs up to a millisecond. */
const MAX_SLOW_TRIES = 16;

/** compare: the reading’s message against each key from there on, with a pause after what takes long. */
function compare(
  scheme: Scheme,
  passage: Passage,
  keys: readonly RingKey[],
  readingAt: number,
  firstKey: number,
): MaybePromise<Objection | undefined> {
  passage.step = 'compare';
  const reading = scheme.readings[readingAt] as Reading;
  const message = passage.message as Message;
  for (let k = firstKey; k < keys.length; k++) {
    const key = keys[k] as RingKey;
    const signatures = signaturesOf(reading, passage)[key.variant];
    if (signatures === undefined || signatures.length === 0 || isOfAnother(reading, passage, key)) continue;
    if (key.proof.isSlow) passage.slowTries += signatures.length;
    if (passage.slowTries > MAX_SLOW_TRIES) return tooSlow();
    passage.comparisons++;
    const place = key.proof.find(message, signatures);
    if (!(place instanceof Promise) && place >= 0) return match(passage, reading, key, place);
    const isLast = k + 1 === keys.length && readingAt + 1 === scheme.readings.length;
    if (place instanceof Promise || (!isLast && takesLong(key, message))) {
      return (place instanceof Promise ? place : pause().then(() => place)).then((at) =>
        at >= 0 ? match(passage, reading, key, at) : compare(scheme, passage, keys, readingAt, k + 1),
      );
    }
  }
  return canonical(scheme, passage, keys, readingAt + 1);
}

function match(passage: Passage, reading: Reading, key: RingKey, at: number): undefined {
  passage.reading = reading;
  passage.key = key;
  passage.signature = signaturesOf(reading, passage)[key.variant]?.[at];
}

function signaturesOf(reading: Reading, passage: Passage): Passage['signatures'] {
  return reading.signatures?.(passage) ?? passage.signatures;
}

function tooSlow(): Objection {
  return objection(
    'signature-mismatch',
    `no public key of those that were tried proves the request; at most ${MAX_SLOW_TRIES} verifications are made`,
    'Take keys that are no longer in use out of the gate’s keys, or have the sender send fewer signatures.',
  );
}

function isOfAnother(reading: Reading, passage: Passage, { name }: RingKey): boolean {
  const named = reading.keyId?.(passage);
  return named !== undefined && named !== name;
}

function takesLong({ proof }: RingKey, message: Message): boolean {
  if (proof.isSlow) return true;
  let length = 0;
  for (const part of message) length += part.length;
  return length >= SLICE_BYTES;
}

/** compare, second half: what else the proof must hold; then fresh. */
function confirm(fault: Objection | undefined, gate: JudgingGate, passage: Passage): MaybePromise<Verdict> {
  if (fault?.reason === 'signature-mismatch')
    return andThen(unproved(gate, passage, fault), refused, gate, passage);
  if (fault) return refuse(gate, passage, fault);
  return andThen(gate.scheme.confirm?.(passage), fresh, gate, passage);
}

/** fresh: the signed time. */
function fresh(fault: Objection | undefined, gate: JudgingGate, passage: Passage): Verdict {
  if (fault) return refuse(gate, passage, fault);
  passage.step = 'fresh';
  const stale = gate.scheme.judgeTime?.(passage);
  return stale ? refuse(gate, passage, stale) : accept(gate, passage);
}

/** No key proved it: the one that would may be one that was not to be had, or one that may not. */
function unproved(
  { scheme, action }: JudgingGate,
  passage: Passage,
  fault: Objection,
): MaybePromise<Objection> {
  const { nowMs, namedKeyId } = passage;
  const keys = passage.keys as FoundKeys;
  if (keys.outage) return keys.outage;
  const unusable = keys.unusable(nowMs, namedKeyId);
  if (unusable.length === 0) return fault;
  return whyUnusable(passage, unusable, fault, action, (others) => canonical(scheme, passage, others, 0));
}

function actUnclaimed<T>(
  scheme: Scheme,
  verdict: Accepted,
  request: SignedRequest,
  act: Act<T>,
): MaybePromise<Received<T>> {
  return andThen(ownPromise(act(verdict, undefined, request)), (acted) =>
    receivedAs(scheme, verdict, checkActed(acted)),
  );
}
