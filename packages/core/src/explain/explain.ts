/** Explains to an operator why a request is refused, and what to do. */
import { isTime } from '../freshness.ts';
import type { Gate } from '../gate.ts';
import { memberOf } from '../given.ts';
import { OTHER_UNDER_ID, PART_BEFORE } from '../guard.ts';
import type { KeySpec } from '../keys.ts';
import type { MaybePromise } from '../model.ts';
import { REFUSALS } from '../refusals.ts';
import { type RequestSource, requestFrom } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import type { Trace } from '../trace.ts';
import { type Candidates, candidateGate, checkCandidates } from './candidates.ts';
import type { Arrival } from './circumstances.ts';
import { checkExplainOptions, type ExplainOptions, type RefusedBefore } from './explain-options.ts';
import type { Finding } from './finding.ts';
import { keySetupFindings } from './key-setup-findings.ts';
import { MAX_CHANGED_BYTES } from './other-body.ts';
import { rankedProviders } from './ranked-providers.ts';
import { search } from './search.ts';
import type { SignedBytes } from './signed-bytes.ts';
import { timeOffset } from './signed-times.ts';
import { type Explained, stepsOf } from './steps.ts';
import { HYPOTHESES } from './table.ts';
import { firstTrial, isProved } from './trial.ts';

export interface Explanation extends Explained {
  /** What the request was held against. */
  readonly gate: Gate;
  /** Why the request was refused, the likeliest first; empty where nothing is claimed. */
  readonly findings: readonly Finding[];
  /** What was left out of the search; empty where all was tried, or nothing was refused. */
  readonly untried: readonly Untried[];
  /** Where its proof held and says a time: a neighbour of the gate’s next requests. */
  readonly arrival?: Arrival;
  /** What the sender has signed in place of what arrived, where a finding tells. */
  readonly signed?: SignedBytes;
}

/** `budget`: its time was over before all was tried. `long-body`: the body is longer than 64 KB, and was not written otherwise. */
export type Untried = 'budget' | 'long-body';

const DEFAULT_BUDGET_MS = 250;
const UNREADABLE_KEY = 'key-unreadable';

/**
 * Judges the request once more, tells what was read, and tries what people most often get wrong. For the operator: never show it to the sender.
 * @param against the gate that refused it; or keys, and what else is known of its sender
 * @throws SetupError for what is no request, see `requestFrom`; and for candidates or options that are none, to the last member.
 */
export function explain(
  source: RequestSource,
  against: Gate | Candidates,
  options: ExplainOptions = {},
): Promise<Explanation> {
  checkExplainOptions(options);
  if (isGate(against)) return explainTrace(against, against.trace(source), options);
  checkCandidates(against);
  return against.provider === undefined && against.scheme === undefined
    ? explainRanked(source, against, options)
    : explainCandidates(source, against, options);
}

function explainCandidates(
  source: RequestSource,
  candidates: Candidates,
  options: ExplainOptions,
): Promise<Explanation> {
  const { gate, keyFault } = candidateGate(candidates);
  const explanation = explainTrace(gate, gate.trace(source), options);
  return keyFault === undefined
    ? explanation
    : explanation.then((own) => withKeyFault(own, candidates, keyFault));
}

/** More are hardly alike. */
const MAX_PROVIDERS = 4;

/** Tries the providers whose requests look like this one: the first that accepts it wins, else the first with a proved cause, else the likeliest. */
async function explainRanked(
  source: RequestSource,
  candidates: Candidates,
  { budgetMs = DEFAULT_BUDGET_MS, ...options }: ExplainOptions,
): Promise<Explanation> {
  const request = await requestFrom(source);
  const ranked = rankedProviders(request).slice(0, MAX_PROVIDERS);
  const explanations: Explanation[] = [];
  for (const provider of ranked) {
    const against = { ...candidates, provider };
    const explanation = await unlessUnbuilt(() =>
      explainCandidates(request, against, { ...options, budgetMs: budgetMs / ranked.length }),
    );
    if (explanation) explanations.push(explanation);
  }
  const best =
    explanations.find(({ verdict }) => verdict.ok) ?? explanations.find(hasProof) ?? explanations[0];
  if (best) return best;
  throw new SetupError(
    'provider',
    'no ready-made provider’s requests look like this one',
    'Name the provider, or declare the scheme (in a configuration, for the command): docs/catalogue.md has declarations for more than a hundred senders.',
  );
}

/** A key that cannot be read is no sign of the provider. */
function hasProof({ gate, findings }: Explanation): boolean {
  return gate.keys.written.length > 0 && findings.some(({ certainty }) => certainty === 'proved');
}

/** A provider that cannot do without options is none that could be guessed. */
async function unlessUnbuilt<T>(build: () => Promise<T>): Promise<T | undefined> {
  try {
    return await build();
  } catch (error) {
    if (error instanceof SetupError && error.option.startsWith('provider.')) return undefined;
    throw error;
  }
}

function isGate(against: Gate | Candidates): against is Gate {
  return typeof memberOf(against, 'trace') === 'function';
}

async function explainTrace(
  gate: Gate,
  traced: MaybePromise<Trace>,
  { budgetMs = DEFAULT_BUDGET_MS, refused, ...circumstances }: ExplainOptions,
): Promise<Explanation> {
  const first = await traced;
  const isRepeat = first.verdict.ok && refused?.step === 'replay';
  const trace: Trace = isRepeat ? refusedAgain(gate, first, refused) : first;
  const { verdict } = trace;
  const { findings, isComplete, signed } = verdict.ok
    ? { findings: [], isComplete: true, signed: undefined }
    : await search(
        HYPOTHESES,
        gate,
        { ...trace, verdict },
        { budgetMs, elapsedMs: () => performance.now() },
        circumstances,
      );
  const arrival = arrivalOf(gate, trace);
  const untried: readonly Untried[] = [
    ...(isComplete ? [] : (['budget'] as const)),
    ...(!verdict.ok && isLongBody(gate, trace) ? (['long-body'] as const) : []),
  ];
  return {
    ...stepsOf(gate.scheme, trace),
    gate,
    findings,
    untried,
    ...(arrival && { arrival }),
    ...(signed && { signed }),
  };
}

function isLongBody({ scheme }: Gate, { request }: Trace): boolean {
  return scheme.readsBody && request.body.length > MAX_CHANGED_BYTES;
}

function refusedAgain(gate: Gate, trace: Trace, refused: RefusedBefore): Trace {
  const { provider, evidence } = trace.verdict;
  const { reason, step, message, remedy = remedyOf(gate, refused), repeat } = refused;
  const refusal = { reason, step, message, remedy, ...(repeat && { repeat }) };
  return { ...trace, verdict: { ok: false, provider, evidence, ...refusal }, step };
}

/** What helps a repeat helps no request that only has the id, or an item, of one that came before. */
function remedyOf({ scheme }: Gate, { reason, repeat }: RefusedBefore): string {
  if (reason !== 'replayed' || repeat !== undefined) return REFUSALS[reason].remedy;
  const { remedy } = scheme.replay?.areParts ? PART_BEFORE : OTHER_UNDER_ID;
  return remedy ?? REFUSALS.replayed.remedy;
}

/** Only where the time was proved: a stranger's says nothing about a sender's clock. */
function arrivalOf(gate: Gate, trace: Trace): Arrival | undefined {
  const { verdict, request } = trace;
  if (!isProved(verdict)) return undefined;
  const { nowMs } = verdict.evidence;
  const offset = timeOffset(firstTrial(gate, request, nowMs), trace);
  if (!offset || !isTime(offset.signedMs)) return undefined;
  return { signedMs: offset.signedMs, receivedMs: nowMs };
}

/** An unreadable key comes before what the request itself lacks, since nothing was compared. */
async function withKeyFault(
  explanation: Explanation,
  { keys }: Candidates,
  error: SetupError,
): Promise<Explanation> {
  const { gate, verdict, findings } = explanation;
  const { problem, remedy } = error;
  const unreadable: Finding = {
    id: UNREADABLE_KEY,
    certainty: 'proved',
    sentence: `The key cannot be read: ${problem}.`,
    mend: remedy,
  };
  const spec = keys[Number(/^keys\[(\d+)\]/.exec(error.option)?.[1])];
  const causes = isKey(spec)
    ? await keySetupFindings(typeof spec === 'string' ? { secret: spec } : spec, gate.scheme)
    : [];
  const all = [...(causes.length === 0 ? [unreadable] : causes), ...findings];
  if (verdict.ok || verdict.reason !== 'unknown-key') return { ...explanation, findings: all };
  return {
    ...explanation,
    verdict: { ...verdict, message: `the key cannot be read: ${problem}`, remedy },
    findings: all,
  };
}

/** What untyped code hands over as a key may be anything. */
function isKey(spec: unknown): spec is string | KeySpec {
  if (typeof spec === 'string') return true;
  const secret = memberOf(spec, 'secret');
  return typeof secret === 'string' || secret instanceof Uint8Array;
}
