/** Explains a verdict to an operator: the ten steps with what each read, and the messages that were compared. */
import { andThen } from './and-then.ts';
import { joinMessage } from './crypto/backend.ts';
import type { Gate } from './gate.ts';
import { describeGiven, memberOf } from './given.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import { REFUSALS, type Refusal, STEPS, type Step } from './refusals.ts';
import { type RequestSource, requestFrom } from './request-from.ts';
import { extract, Passage, type Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';

/** One line of evidence. Holds no secret, no token and no signature. */
export interface EvidenceLine {
  readonly label: string;
  readonly value: string;
}

export interface StepEvidence {
  readonly step: Step;
  /** `later`: this step belongs to the gateway, or comes after the one that refused. */
  readonly state: 'passed' | 'refused' | 'later';
  readonly lines: readonly EvidenceLine[];
}

/** The bytes that a signature must cover, under one reading. */
export interface ExplainedMessage {
  /** Empty where the scheme has one reading only. */
  readonly reading: string;
  readonly bytes: Uint8Array;
  /** Whether a key proved this one. */
  readonly matched: boolean;
}

export interface Explanation {
  readonly verdict: Verdict;
  readonly steps: readonly StepEvidence[];
  /** Empty where the proof was not well-formed, so that nothing was compared. May hold request content, never a key. */
  readonly messages: readonly ExplainedMessage[];
  readonly refusal?: Refusal;
}

/**
 * Judges the request once more and tells what was read. For the operator: never show it to the sender.
 * @throws SetupError for what is no request; see `requestFrom`.
 */
export function explain(gate: Gate, source: RequestSource): MaybePromise<Explanation> {
  if (typeof memberOf(gate, 'verify') !== 'function') {
    throw new SetupError('gate', `it is ${describeGiven(gate)}`, 'Give what createGate returns.');
  }
  return andThen(requestFrom(source), (request) =>
    andThen(gate.verify(request), (verdict) =>
      andThen(messagesOf(gate, request, verdict), (messages) => explained(gate, request, verdict, messages)),
    ),
  );
}

function explained(
  gate: Gate,
  request: SignedRequest,
  verdict: Verdict,
  messages: readonly ExplainedMessage[],
): Explanation {
  const stopped = verdict.ok ? STEPS.indexOf('replay') : STEPS.indexOf(verdict.step);
  const steps = STEPS.map((step, i): StepEvidence => {
    if (!verdict.ok && i === stopped) {
      return {
        step,
        state: 'refused',
        lines: [...linesOf(step, gate, request, verdict), line('refused', verdict.message)],
      };
    }
    return i < stopped
      ? { step, state: 'passed', lines: linesOf(step, gate, request, verdict) }
      : { step, state: 'later', lines: [] };
  });
  const refusal = verdict.ok ? {} : { refusal: REFUSALS[verdict.reason] };
  return { verdict, steps, messages, ...refusal };
}

function messagesOf(
  { scheme }: Gate,
  request: SignedRequest,
  verdict: Verdict,
): MaybePromise<readonly ExplainedMessage[]> {
  if (scheme.proof === 'token') return [];
  const passage = new Passage(request, verdict.evidence.nowMs);
  return andThen(extract(scheme, passage), (fault) => (fault ? [] : readMessages(scheme, passage, verdict)));
}

function readMessages(scheme: Scheme, passage: Passage, verdict: Verdict): readonly ExplainedMessage[] {
  const messages: ExplainedMessage[] = [];
  for (const reading of scheme.readings) {
    const message = reading.message(passage);
    if (message === undefined || 'reason' in message) continue;
    const bytes = joinMessage(message);
    if (!bytes) continue;
    if (messages.some((earlier) => earlier.reading === reading.name || sameBytes(earlier.bytes, bytes)))
      continue;
    messages.push({
      reading: reading.name,
      bytes,
      matched: verdict.ok && (verdict.reading ?? '') === reading.name,
    });
  }
  return messages;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function line(label: string, value: string): EvidenceLine {
  return { label, value };
}

function linesOf(
  step: Step,
  gate: Gate,
  request: SignedRequest,
  { evidence, ...verdict }: Verdict,
): EvidenceLine[] {
  switch (step) {
    case 'receive':
      return [line('method', request.method), line('body', `${evidence.bodyBytes} bytes`)];
    case 'pick':
      return [line('provider', evidence.provider)];
    case 'extract':
      return [
        line(gate.scheme.proof === 'token' ? 'tokens' : 'signatures', String(evidence.signatures)),
        ...(evidence.signaturesSkipped === undefined
          ? []
          : [line('not decodable', String(evidence.signaturesSkipped))]),
        ...(evidence.namedKeyId === undefined ? [] : [line('key id named', evidence.namedKeyId)]),
      ];
    case 'canonical':
      return [line('readings tried', String(evidence.readingsTried))];
    case 'compare':
      return [
        line('comparisons', String(evidence.keysTried)),
        ...(verdict.ok && 'keyId' in verdict ? [line('key', verdict.keyId)] : []),
        ...(verdict.ok && 'reading' in verdict && verdict.reading ? [line('reading', verdict.reading)] : []),
      ];
    case 'fresh':
      return [
        ...(evidence.timestampText === undefined ? [] : [line('timestamp', evidence.timestampText)]),
        ...(evidence.timestampMs === undefined
          ? []
          : [line('age', `${(evidence.nowMs - evidence.timestampMs) / 1000} s`)]),
        line('judged at', new Date(evidence.nowMs).toISOString()),
      ];
    default:
      return [];
  }
}
