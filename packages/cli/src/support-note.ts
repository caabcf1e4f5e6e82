/** A text for the sender’s support: what came and why it was refused, with nothing secret in it. */
import { createHash } from 'node:crypto';
import type { Gate, SignedRequest } from '@countersign/core';
import type { Explanation, Finding } from '@countersign/core/explain';
import { counted, duration } from '@countersign/core/internal/amounts';
import { shownUrl } from '@countersign/core/internal/shown-url';
import { visibleText } from './visible-text.ts';

/**
 * Neither key nor signature, no header’s value but the time, the body by its hash and length: the sender can compare these with what it sent.
 * @param request as it came
 */
export function supportNote(request: SignedRequest, explanation: Explanation): string {
  const { gate, verdict, findings } = explanation;
  if (verdict.ok) return 'The request is accepted: there is nothing to report.';
  const own = findings.find(isReceivers);
  if (own !== undefined && own === findings[0])
    return `The mistake is on this side, so there is nothing to report: ${own.sentence} ${own.mend}`;
  return [
    'Hello,',
    '',
    `we receive requests from ${verdict.provider} that our verification refuses (${verdict.reason}: ${verdict.message}).`,
    'Keys and signatures are left out of this text.',
    '',
    ...facts(gate, request, explanation).map(([label, value]) => `  ${label}: ${visibleText(value)}`),
    '',
    ...causeLines(findings),
    'Can you tell us over which bytes the signature was made: length and SHA-256 of the body that you signed, and how the URL was written?',
  ].join('\n');
}

function facts(
  gate: Gate,
  { method, url, headers, body }: SignedRequest,
  { verdict }: Explanation,
): readonly (readonly [string, string])[] {
  const { evidence } = verdict;
  const proof = gate.proofHeaders.filter((name) => headers.count(name) > 0);
  return [
    ['request', `${method} ${shownUrl(url)}`],
    ['judged at', new Date(evidence.nowMs).toISOString()],
    ...(evidence.timestampMs === undefined
      ? []
      : ([['signed time', signedTime(evidence.timestampMs, evidence.nowMs)]] as const)),
    ['body', `${counted(body.length, 'byte')}, SHA-256 ${createHash('sha256').update(body).digest('hex')}`],
    ['content-type', mediaType(headers.get('content-type'))],
    ['headers with a proof', proof.length === 0 ? 'none' : proof.join(', ')],
    ['signatures read', String(evidence.signatures)],
  ];
}

/** Without parameters but the charset: a sender may write anything there. */
function mediaType(value: string | undefined): string {
  const [, type] = /^([\w.+-]{1,80}\/[\w.+-]{1,80})(?=[ \t]*(?:;|$))/.exec(value ?? '') ?? [];
  if (type === undefined) return value === undefined ? 'none' : 'none that can be read';
  const [, charset] = /;[ \t]*charset=("?[\w.:-]{1,30}"?)[ \t]*(?:;|$)/i.exec(value ?? '') ?? [];
  return charset === undefined ? type : `${type}; charset=${charset}`;
}

function signedTime(ms: number, nowMs: number): string {
  const age = nowMs - ms;
  return `${new Date(ms).toISOString()}, ${duration(Math.abs(age))} ${age < 0 ? 'ahead' : 'before'}`;
}

/** Whether the receiver's own key is what is wrong, as is surer than a guess. */
function isReceivers({ id, certainty }: Finding): boolean {
  return id.startsWith('key-') && certainty !== 'possible';
}

function causeLines(findings: readonly Finding[]): readonly string[] {
  const [first] = findings;
  return first === undefined ? [] : [`What we see: ${first.sentence}`, ''];
}
