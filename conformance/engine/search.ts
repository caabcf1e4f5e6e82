/** The search: opens all subjects and judges the trials of one subject under one attack. */
import { ATTACKS } from '../attacks/all.ts';
import { type Budget, budgetOf, numbersOf } from './budget.ts';
import { type Cell, cellsOf, nameOf, trialOf } from './cells.ts';
import { judge } from './judge.ts';
import { type Attack, type Opened, PLACE_IDS, type Subject } from './model.ts';
import { openSubject } from './open-subject.ts';
import { addFinding, newTally, rowOf, shown, type Tally } from './tally.ts';

export interface SearchOptions {
  readonly seed: number;
  readonly total: number;
  /** Only cells whose name has each of its words. */
  readonly only: string;
}

/** One subject under one attack, at every place. */
export interface Job {
  readonly name: string;
  readonly cells: readonly Cell[];
}

export interface Search {
  readonly options: SearchOptions;
  readonly budget: Budget;
  readonly jobs: readonly Job[];
}

export async function openSearch(subjects: readonly Subject[], options: SearchOptions): Promise<Search> {
  const words = options.only.split(/\s+/).filter((word) => word !== '');
  const isAsked = ({
    subject,
    attack,
    place,
  }: Omit<Cell, 'count' | 'subject'> & { subject: Subject }): boolean => {
    const name = `${subject.provider} ${subject.id} ${attack.id} ${place}`;
    return words.every((word) => name.includes(word));
  };
  // Those of one sender together: a change may make one of another.
  const providers = new Set(
    subjects
      .filter((subject) =>
        ATTACKS.some((attack) => PLACE_IDS.some((place) => isAsked({ subject, attack, place }))),
      )
      .map(({ provider }) => provider),
  );
  const opened: Opened[] = [];
  for (const subject of subjects) {
    if (providers.has(subject.provider)) opened.push(await openSubject(subject, subjects, opened));
  }
  const jobs = opened.flatMap((subject) =>
    ATTACKS.map(
      (attack: Attack): Job => ({
        name: `${subject.id} ${attack.id}`,
        cells: cellsOf(subject, attack).filter(isAsked),
      }),
    ),
  );
  const asked = jobs.filter(({ cells }) => cells.length > 0);
  return {
    options,
    budget: budgetOf(
      asked.flatMap(({ cells }) => cells),
      options.total,
    ),
    jobs: asked,
  };
}

export async function runJob({ options, budget }: Search, { cells }: Job): Promise<Tally> {
  const tally = newTally();
  for (const cell of cells) {
    const row = rowOf(tally, cell.subject.provider, cell.attack.id, cell.place);
    for (const n of numbersOf(cell, budget)) {
      const trial = trialOf(cell, n, options.seed);
      if (!trial) continue;
      row.tried++;
      const pending = judge(cell.subject, trial);
      const judged = pending instanceof Promise ? await pending : pending;
      if (judged.kind === 'refused') continue;
      if (judged.kind === 'accepted') row.accepted++;
      else {
        row.wrong++;
        addFinding(tally, {
          cell: nameOf(cell),
          n,
          kind: judged.kind,
          what: judged.what ?? '',
          request: shown(trial.request),
        });
      }
    }
    if (row.tried === 0)
      row.why = typeof cell.count === 'string' ? cell.count : 'each variant leaves it as it is';
  }
  return tally;
}
