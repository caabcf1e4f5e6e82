/** Judges what stands in the playground’s fields, and explains a refusal. */
import type { ByteDiffView, TracedFindingView, TracedStepView } from '@countersign/api';
import { SetupError, type Verdict } from '@countersign/core';
import {
  diffBytes,
  type ExplainedMessage,
  type Explanation,
  examplesByCode,
  explain,
  type Finding,
  type SignedBytes,
} from '@countersign/core/explain';
import { base64Of } from '../request/bytes.ts';
import { type Bench, BenchFault, keysOf, requestOf, targetOptions, timeOf } from './bench.ts';

/** The search is sliced: the page stays alive meanwhile. */
const BUDGET_MS = 1000;
const MOST_FINDINGS = 10;

export type UncoveredPart = 'body' | 'path';

export interface JudgedRequest {
  readonly kind: 'judged';
  /** Whether its cause is being looked for: there may be more findings in a while. */
  readonly isSearching: boolean;
  readonly verdict: Verdict;
  readonly steps: readonly TracedStepView[];
  readonly findings: readonly TracedFindingView[];
  readonly untried: Explanation['untried'];
  readonly messages: readonly ExplainedMessage[];
  readonly diff: ByteDiffView | undefined;
  /** What was changed after it was signed, and is taken all the same. */
  readonly uncovered: UncoveredPart | undefined;
}

export type Judged =
  | JudgedRequest
  /** What stands in the fields makes no gate or no request. */
  | { readonly kind: 'fault'; readonly problem: string; readonly remedy: string };

/** @param onVerdict told of the verdict before the search for its cause, which takes a while, begins */
export async function judgeBench(bench: Bench, onVerdict?: (judged: Judged) => void): Promise<Judged> {
  try {
    const nowMs = timeOf(bench.at);
    const against = { ...targetOptions(bench.target), keys: keysOf(bench), now: () => nowMs };
    const request = requestOf(bench);
    const first = await explain(request, against, { budgetMs: 0 });
    if (first.verdict.ok) return await judgedOf(first, bench);
    onVerdict?.({ ...(await judgedOf(first, bench)), isSearching: true });
    return await judgedOf(await explain(request, against, { budgetMs: BUDGET_MS }), bench);
  } catch (error) {
    return faultOf(error);
  }
}

/** @throws what is neither of the fields nor of a set-up */
export function faultOf(error: unknown): Extract<Judged, { kind: 'fault' }> {
  if (error instanceof SetupError)
    return { kind: 'fault', problem: `${error.option}: ${error.problem}.`, remedy: error.remedy };
  if (error instanceof BenchFault) return { kind: 'fault', problem: error.message, remedy: '' };
  throw error;
}

async function judgedOf(explanation: Explanation, bench: Bench): Promise<JudgedRequest> {
  const { verdict, steps, findings, untried, messages } = explanation;
  const later = verdict.ok ? 'skipped' : 'not-reached';
  return {
    kind: 'judged',
    isSearching: false,
    verdict,
    steps: steps.map(({ step, state, lines }) => ({
      step,
      status: state === 'later' ? later : state,
      evidence: lines,
    })),
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => findingView(finding, verdict.provider)),
    untried,
    messages,
    diff: verdict.ok ? undefined : await diffOf(explanation, bench),
    uncovered: verdict.ok ? uncoveredChange(bench) : undefined,
  };
}

function findingView({ id, certainty, sentence, mend }: Finding, provider: string): TracedFindingView {
  const examples = examplesByCode(id, provider).map(({ frameworks, language, code, note }) => ({
    frameworks,
    language,
    code,
    ...(note !== undefined && { note }),
  }));
  return { id, certainty, sentence, mend, examples };
}

/** What was signed here beside what is there now; else what a finding tells. */
async function diffOf(explanation: Explanation, bench: Bench): Promise<ByteDiffView | undefined> {
  for (const pair of pairsOf(explanation, bench)) {
    const { segments, cut } = await diffBytes(pair.signed, pair.arrived);
    if (segments.every(({ kind }) => kind === 'same')) continue;
    return {
      finding: pair.finding,
      of: pair.of,
      segments: segments.map(({ kind, offset, bytes }) => ({ kind, offset, base64: base64Of(bytes) })),
      cut,
    };
  }
  return undefined;
}

/** The message first; then the body, of which a message may have a digest only. */
function pairsOf({ messages, signed }: Explanation, bench: Bench): readonly SignedBytes[] {
  const [arrived] = messages;
  const { message, body } = bench.signed;
  const own: SignedBytes[] = [];
  if (message !== undefined && arrived !== undefined) {
    own.push({ finding: '', of: 'message', signed: message, arrived: arrived.bytes });
    own.push({ finding: '', of: 'body', signed: body, arrived: requestOf(bench).body });
  }
  return signed === undefined ? own : [...own, signed];
}

/** The proof does not cover it. */
function uncoveredChange(bench: Bench): UncoveredPart | undefined {
  const { body, url } = requestOf(bench);
  const { signed } = bench;
  if (signed.body.length !== body.length || body.some((byte, i) => byte !== signed.body[i])) return 'body';
  return signed.url === url ? undefined : 'path';
}
