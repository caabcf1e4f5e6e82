/** The ten steps of a request with what each read, and the messages that were compared. */

import { joinMessage } from '../crypto/backend.ts';
import { keyWarningText } from '../keys/key-warning.ts';
import { type KeyInfo, unusableBecause } from '../keys.ts';
import type { SignedRequest, Verdict } from '../model.ts';
import { REFUSALS, type Refusal, STEPS, type Step } from '../refusals.ts';
import type { Scheme } from '../scheme.ts';
import { tokenLines } from '../schemes/jwt/token-lines.ts';
import { counted, duration } from '../text/amounts.ts';
import { equalBytes } from '../text/bytes.ts';
import { shownText } from '../text/shown-text.ts';
import type { Trace } from '../trace.ts';

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

export interface Explained {
  readonly verdict: Verdict;
  readonly steps: readonly StepEvidence[];
  /** Empty where the proof was not well-formed, so that nothing was compared. May hold request content, never a key. */
  readonly messages: readonly ExplainedMessage[];
  readonly refusal?: Refusal;
}

/** The steps of a request whose way was traced, and what it was held against. */
export function stepsOf(scheme: Scheme, trace: Trace): Explained {
  const { verdict: judged, step: last, remedy } = trace;
  const verdict = judged.ok || remedy === undefined ? judged : { ...judged, remedy };
  const steps = STEPS.map((step, i): StepEvidence => {
    if (i > STEPS.indexOf(last)) return { step, state: 'later', lines: [] };
    const lines = linesOf(step, scheme, trace);
    return step !== last || verdict.ok
      ? { step, state: 'passed', lines }
      : { step, state: 'refused', lines: [...lines, line('refused', verdict.message)] };
  });
  const refusal = verdict.ok ? {} : { refusal: { ...REFUSALS[verdict.reason], remedy: verdict.remedy } };
  return { verdict, steps, messages: messagesOf(trace), ...refusal };
}

/** What proved the request, though it was refused at a later step; nothing where the proof itself was refused. */
function proofOf({ match, step, verdict }: Trace): Trace['match'] {
  return verdict.ok || STEPS.indexOf(step) > STEPS.indexOf('compare') ? match : undefined;
}

function messagesOf(trace: Trace): readonly ExplainedMessage[] {
  const proof = proofOf(trace);
  const messages: ExplainedMessage[] = [];
  for (const { reading, message } of trace.messages) {
    const bytes = joinMessage(message);
    if (!bytes || messages.some((earlier) => earlier.reading === reading || equalBytes(earlier.bytes, bytes)))
      continue;
    messages.push({ reading, bytes, matched: proof?.reading === reading });
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

/** What came back, as an operator knows it: no key is shown. */
function keysText(keys: readonly KeyInfo[], nowMs: number): string {
  if (keys.length === 0) return 'none';
  return keys
    .map((key) => {
      const id = shownText(key.id);
      const why = unusableBecause(key, nowMs);
      const notes = key.warnings.map((warning) => keyWarningText(warning, 'it'));
      const purpose = key.for === undefined ? '' : ` for ${shownText(key.for.action)}`;
      return [`${id}${purpose}${why === undefined ? '' : `, which ${why}`}`, ...notes].join('; ');
    })
    .join(' · ');
}

function line(label: string, value: string): EvidenceLine {
  return { label, value };
}

function linesOf(step: Step, { proof: kind, headers }: Scheme, trace: Trace): EvidenceLine[] {
  const { request, keys } = trace;
  const { evidence } = trace.verdict;
  const proof = proofOf(trace);
  switch (step) {
    case 'receive':
      return [
        line('method', shownText(request.method)),
        line('body', counted(evidence.bodyBytes, 'byte')),
        ...proxyLines(request),
      ];
    case 'pick':
      return [line('provider', evidence.provider)];
    case 'extract':
      return [
        line(kind === 'token' ? 'tokens' : 'signatures', String(evidence.signatures)),
        ...(evidence.signaturesSkipped === undefined
          ? []
          : [line('not decodable', String(evidence.signaturesSkipped))]),
        ...(evidence.namedKeyId === undefined || headers.token.length > 0
          ? []
          : [line('key id named', shownText(evidence.namedKeyId))]),
        ...tokenLines(request.headers, headers.token),
        ...(keys ? [line('keys found', keysText(keys, evidence.nowMs))] : []),
      ];
    case 'canonical':
      return [line('readings tried', String(evidence.readingsTried))];
    case 'compare':
      return [
        line('comparisons', String(evidence.comparisons)),
        ...(proof ? [line('key', shownText(proof.keyId))] : []),
        ...(proof?.reading ? [line('reading', proof.reading)] : []),
      ];
    case 'fresh':
      return [
        ...(evidence.timestampText === undefined
          ? []
          : [line('timestamp', shownText(evidence.timestampText))]),
        ...(evidence.timestampMs === undefined ? [] : [ageLine(evidence.nowMs - evidence.timestampMs)]),
        line('judged at', new Date(evidence.nowMs).toISOString()),
      ];
    default:
      return [];
  }
}
