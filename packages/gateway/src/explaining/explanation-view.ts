/** An explanation as the admin API shows it. */
import { Buffer } from 'node:buffer';
import type {
  ByteDiffView,
  CodeExampleView,
  ExplanationView,
  TracedFindingView,
  TracedMessageView,
  TracedStepView,
  TracedVerdictView,
} from '@countersign/api';
import type { Verdict } from '@countersign/core';
import {
  diffBytes,
  type ExplainedMessage,
  type Explanation,
  examplesByCode,
  type Finding,
  type SignedBytes,
  type StepEvidence,
} from '@countersign/core/explain';

/** Of each message; a difference has its own bound, which is the same. */
const SHOWN_BYTES = 64 * 1024;
/** More than these are hardly it. */
const SHOWN_FINDINGS = 10;
/** Of the likeliest the code is shown too. */
const WITH_CODE = 3;

export interface ShownWith {
  readonly notes: readonly string[];
  /** What only shows a part of the request is left out: it hides something. */
  readonly isMasked: boolean;
  /** Values of headers are withheld of whoever asks, and may be a part of what was signed. */
  readonly isWithheld?: boolean;
  readonly form?: string;
}

export async function explanationView(
  explanation: Explanation,
  { notes, isMasked, isWithheld = false, form }: ShownWith,
): Promise<ExplanationView> {
  const { gate, verdict, steps, findings, untried, messages, signed } = explanation;
  const isShown = !isMasked && !isWithheld;
  const diff = isShown && signed !== undefined ? await diffView(signed) : undefined;
  return {
    gate: gate.id,
    provider: verdict.provider,
    judgedAt: new Date(verdict.evidence.nowMs).toISOString(),
    verdict: verdictView(verdict),
    steps: steps.map((step) => stepView(step, verdict, isMasked)),
    findings: findings
      .slice(0, SHOWN_FINDINGS)
      .map((finding, i) => findingView(finding, i < WITH_CODE ? verdict.provider : undefined)),
    untried,
    ...(isShown && { messages: messages.map(messageView) }),
    ...(diff && { diff }),
    notes,
    ...(isMasked && { masked: true }),
    ...(form !== undefined && { form }),
  };
}

function verdictView(verdict: Verdict): TracedVerdictView {
  if (verdict.ok) {
    const { ok, keyId, tenant, reading } = verdict;
    return { ok, keyId, ...(tenant !== undefined && { tenant }), ...(reading !== undefined && { reading }) };
  }
  const { ok, reason, step, message, remedy } = verdict;
  return { ok, reason, step, message, remedy };
}

/** What comes after the proof is the gateway’s, and a trace runs none of it. */
function stepView({ step, state, lines }: StepEvidence, { ok }: Verdict, isMasked: boolean): TracedStepView {
  const later = ok ? 'skipped' : 'not-reached';
  return { step, status: state === 'later' ? later : state, evidence: isMasked ? [] : lines };
}

/** @param provider whose code is shown; undefined: none is */
function findingView(finding: Finding, provider: string | undefined): TracedFindingView {
  const { id, certainty, sentence, mend } = finding;
  return { id, certainty, sentence, mend, examples: provider === undefined ? [] : examplesOf(id, provider) };
}

function examplesOf(id: string, provider: string): readonly CodeExampleView[] {
  return examplesByCode(id, provider).map(({ frameworks, language, code, note }) => ({
    frameworks,
    language,
    code,
    ...(note !== undefined && { note }),
  }));
}

function messageView({ reading, bytes, matched }: ExplainedMessage): TracedMessageView {
  return { reading, matched, bytes: bytes.length, base64: base64(bytes.subarray(0, SHOWN_BYTES)) };
}

async function diffView({ finding, of, signed, arrived }: SignedBytes): Promise<ByteDiffView> {
  const { segments, cut } = await diffBytes(signed, arrived);
  return {
    finding,
    of,
    segments: segments.map(({ kind, offset, bytes }) => ({ kind, offset, base64: base64(bytes) })),
    cut,
  };
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
