/** Explains to an operator why a request is refused, and what to do. */
import type { Gate } from '../gate.ts';
import { describeGiven, memberOf } from '../given.ts';
import type { MaybePromise } from '../model.ts';
import type { RequestSource } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import type { Trace } from '../trace.ts';
import type { Finding } from './finding.ts';
import { search } from './search.ts';
import { type Explained, stepsOf } from './steps.ts';
import { HYPOTHESES } from './table.ts';

export interface Explanation extends Explained {
  /** Why the request was refused, the likeliest first; empty where nothing is claimed. */
  readonly findings: readonly Finding[];
}

export interface ExplainOptions {
  /** How long the trials may take, in milliseconds. Default 250. */
  readonly budgetMs?: number;
}

const DEFAULT_BUDGET_MS = 250;

/**
 * Judges the request once more, tells what was read, and tries what people most often get wrong. For the operator: never show it to the sender.
 * @throws SetupError for what is no request; see `requestFrom`.
 */
export function explain(
  source: RequestSource,
  gate: Gate,
  { budgetMs = DEFAULT_BUDGET_MS }: ExplainOptions = {},
): Promise<Explanation> {
  if (typeof memberOf(gate, 'trace') !== 'function') {
    throw new SetupError('gate', `it is ${describeGiven(gate)}`, 'Give what createGate returns.');
  }
  return explainTrace(gate, gate.trace(source), budgetMs);
}

async function explainTrace(gate: Gate, traced: MaybePromise<Trace>, budgetMs: number): Promise<Explanation> {
  const trace = await traced;
  const { verdict } = trace;
  const options = { budgetMs, elapsedMs: () => performance.now() };
  const findings = verdict.ok ? [] : await search(HYPOTHESES, gate, { ...trace, verdict }, options);
  return { ...stepsOf(gate.scheme, trace), findings };
}
