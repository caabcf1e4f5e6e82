/** Explains a verdict to an operator: the ten steps with what each read, and the messages that were compared. */

import { andThen } from './and-then.ts';
import { joinMessage } from './crypto/backend.ts';
import { duration } from './freshness.ts';
import type { Gate } from './gate.ts';
import { describeGiven, memberOf } from './given.ts';
import type { MaybePromise, SignedRequest, Verdict } from './model.ts';
import { OTHER_TOKEN } from './pipeline.ts';
import { REFUSALS, type Refusal, STEPS, type Step } from './refusals.ts';
import { type RequestSource, requestFrom } from './request-from.ts';
import { extract, Passage, type Scheme } from './scheme.ts';
import { tokenLines } from './schemes/jwt/token-lines.ts';
import { SetupError } from './setup-error.ts';
import { equalBytes } from './text/bytes.ts';
import { shownText } from './text/shown-text.ts';

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
  const told = tellRemedy(verdict);
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
  const refusal = told.ok ? {} : { refusal: { ...REFUSALS[told.reason], remedy: told.remedy } };
  return { verdict: told, steps, messages, ...refusal };
}

/** Remedies that advise to explain, and what is left to do once that is done. */
const ONCE_EXPLAINED: ReadonlyMap<string, string> = new Map([
  [
    REFUSALS['signature-mismatch'].remedy,
    'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s, and the message with the bytes that the sender signs.',
  ],
  [
    OTHER_TOKEN,
    'The token is another issuer’s or of another key, or was changed. Compare what it says of itself at the step extract, and the gate’s key with the issuer’s.',
  ],
]);

function tellRemedy(verdict: Verdict): Verdict {
  const remedy = verdict.ok ? undefined : ONCE_EXPLAINED.get(verdict.remedy);
  return verdict.ok || remedy === undefined ? verdict : { ...verdict, remedy };
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
    if (messages.some((earlier) => earlier.reading === reading.name || equalBytes(earlier.bytes, bytes)))
      continue;
    messages.push({
      reading: reading.name,
      bytes,
      matched: verdict.ok && (verdict.reading ?? '') === reading.name,
    });
  }
  return messages;
}

function proxyLines({ forwarded }: SignedRequest): EvidenceLine[] {
  const { scheme, host } = forwarded ?? {};
  if (scheme === undefined && host === undefined) return [];
  const address = `${scheme ?? 'http(s)'}://${host ?? '(the Host field’s)'}`;
  return [line('a trusted proxy says', shownText(address))];
}

function ageLine(ms: number): EvidenceLine {
  return ms < 0 ? line('ahead by', duration(-ms)) : line('age', duration(ms));
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
      return [
        line('method', request.method),
        line('body', `${evidence.bodyBytes} bytes`),
        ...proxyLines(request),
      ];
    case 'pick':
      return [line('provider', evidence.provider)];
    case 'extract':
      return [
        line(gate.scheme.proof === 'token' ? 'tokens' : 'signatures', String(evidence.signatures)),
        ...(evidence.signaturesSkipped === undefined
          ? []
          : [line('not decodable', String(evidence.signaturesSkipped))]),
        ...(evidence.namedKeyId === undefined || gate.scheme.tokenHeaders
          ? []
          : [line('key id named', evidence.namedKeyId)]),
        ...tokenLines(request.headers, gate.scheme.tokenHeaders ?? []),
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
        ...(evidence.timestampMs === undefined ? [] : [ageLine(evidence.nowMs - evidence.timestampMs)]),
        line('judged at', new Date(evidence.nowMs).toISOString()),
      ];
    default:
      return [];
  }
}
