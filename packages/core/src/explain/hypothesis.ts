/** A mistake that people make, as a row of data: which change of a trial undoes it, what happened, and what to do. */
import type { Step } from '../refusals.ts';
import type { Trace } from '../trace.ts';
import type { Circumstances } from './circumstances.ts';
import type { Certainty } from './finding.ts';
import type { Change, Trial } from './trial.ts';

/** The part of a request or gate that a hypothesis is about. Two hypotheses about one part are not tried together. */
export type Part =
  | 'body'
  | 'key'
  | 'signature'
  | 'message'
  | 'place'
  | 'algorithm'
  | 'time'
  | 'token'
  | 'message-signature'
  | 'replay';

interface Row {
  /** Kebab-case; names its page, its vectors and its finding. */
  readonly id: string;
  readonly part: Part;
  /** The steps at which a request is refused that this can explain. */
  readonly steps: readonly Step[];
  /** What happened, as whole sentences. @param detail of the change or sign that held */
  says(detail: string): string;
  /** What to do, as whole sentences. */
  mend(detail: string): string;
  /** A topic of `examples/examples.ts`: the code for people’s frameworks that shows it. */
  readonly example?: string;
}

/** One that is proved by a trial: the engine judges the changed trial, and nothing else. */
export interface TrialHypothesis extends Row {
  /**
   * What is tried, likeliest first; nothing where it does not apply. Lazily: the search stops where its time is over. A change is no larger than a
   * few times the body, and takes less than a millisecond a 100 KB to make.
   */
  changes(trial: Trial): Iterable<Change> | AsyncIterable<Change>;
  /** Whether it takes too much of the budget to be tried together with another: it has many trials, or is rare. Default false. */
  readonly isTriedAlone?: boolean;
  /** Whether it is tried only where no other holds: it has hundreds of trials. Default false. */
  readonly isLast?: boolean;
  /** For keys: whether what it leaves has the key’s own encoding, which few texts have. A key that cannot be read at all is repaired by these. Default false. */
  readonly isRepair?: boolean;
}

type Unproved = Exclude<Certainty, 'proved'>;

/** One that shows by itself and no trial can prove, e.g. that the secret is an API key. */
export interface SignHypothesis extends Row {
  readonly certainty: Unproved | ((trial: Trial, trace: Trace, circumstances: Circumstances) => Unproved);
  /** Whether it says nothing where a trial has proved what happened: it is of what else could not be read. Default false. */
  readonly isFallback?: boolean;
  /** The detail of its sentence; undefined where it does not show. */
  sees(trial: Trial, trace: Trace, circumstances: Circumstances): string | undefined;
}

export type Hypothesis = TrialHypothesis | SignHypothesis;

export function isTried(hypothesis: Hypothesis): hypothesis is TrialHypothesis {
  return 'changes' in hypothesis;
}

/**
 * The rows of those ids, in the order of the ids.
 * @throws Error where an id is no row’s: it is misspelt, or its row has another now
 */
export function rowsOf<T extends Hypothesis>(ids: readonly string[], rows: readonly T[]): readonly T[] {
  return ids.flatMap((id) => {
    const own = rows.filter((row) => row.id === id);
    if (own.length === 0) throw new Error(`no hypothesis of the list has the id ${id}`);
    return own;
  });
}

/** The rows, of which no others than those are tried together with another. */
export function allAloneExcept(
  together: readonly string[],
  rows: readonly Hypothesis[],
): readonly Hypothesis[] {
  const others = rowsOf(together, rows);
  return rows.map((row) => (isTried(row) && !others.includes(row) ? { ...row, isTriedAlone: true } : row));
}
