/**
 * Prevents: an `explain` that claims what did not happen, or misses what did. Explains each request of vectors/explain-corpus, and holds its first finding
 * against what really happened (corpus/answers.json: which findings name a cause). Exits 1 below the figures that are promised.
 */
import { type CorpusLine, readCorpus } from '../packages/core/test/explain-corpus/corpus-lines.ts';
import { explainLine } from '../packages/core/test/explain-corpus/explain-line.ts';
import { isRight, NOTHING } from './corpus-answers.ts';
import { readArguments } from './read-arguments.ts';

/** Of the requests that something broke, and show by what: the true cause comes first. Of the plainly forged ones, which carry nothing genuine: nothing is claimed. */
const RIGHT_SHARE = 0.95;
const SILENT_SHARE = 0.99;

interface Score {
  requests: number;
  right: number;
  /** Nothing is claimed. */
  silent: number;
  /** Nothing is claimed, and nothing shows the cause: another secret, a query that is gone. Neither right nor wrong. */
  unshown: number;
  readonly wrong: Map<string, number>;
}

const { values } = readArguments(
  'node scripts/explain-corpus.ts [--cause NAME] [--from FOLDER] [--budget MS] [--json]',
  {
    options: {
      cause: { type: 'string' },
      from: { type: 'string' },
      budget: { type: 'string', default: '250' },
      json: { type: 'boolean', default: false },
    },
  },
);

const scores = new Map<string, Score>();
let spentMs = 0;
let longestMs = 0;
for (const line of linesOf(values.cause)) await score(line);
report();

function linesOf(named: string | undefined): readonly CorpusLine[] {
  return readCorpus(values.from).filter(
    ({ cause }) => cause !== 'none' && (named === undefined || cause === named),
  );
}

async function score(line: CorpusLine): Promise<void> {
  const startMs = performance.now();
  const { findings } = await explainLine(line, Number(values.budget));
  const tookMs = performance.now() - startMs;
  spentMs += tookMs;
  longestMs = Math.max(longestMs, tookMs);
  const row = scoreOf(line.cause);
  row.requests++;
  const [first] = findings;
  if (first === undefined) {
    row.silent++;
    if (isRight(line.cause, NOTHING)) row.unshown++;
  } else if (isRight(line.cause, first.id)) row.right++;
  else row.wrong.set(first.id, (row.wrong.get(first.id) ?? 0) + 1);
}

function scoreOf(cause: string): Score {
  const row = scores.get(cause) ?? {
    requests: 0,
    right: 0,
    silent: 0,
    unshown: 0,
    wrong: new Map<string, number>(),
  };
  scores.set(cause, row);
  return row;
}

function report(): void {
  const broken = [...scores].filter(([cause]) => cause !== 'forged');
  const total = (of: (row: Score) => number): number => broken.reduce((sum, [, row]) => sum + of(row), 0);
  const requests = total((row) => row.requests);
  const unshown = total((row) => row.unshown);
  const forged = scores.get('forged');
  const forgedRequests = forged?.requests ?? 0;
  // A genuine signature over another body’s digest: that is said of them, and no more.
  const halfForged = forged?.right ?? 0;
  const result = {
    requests,
    right: total((row) => row.right),
    silent: total((row) => row.silent),
    unshown,
    rightShare: requests === unshown ? 1 : total((row) => row.right) / (requests - unshown),
    rightOfAllShare: requests === 0 ? 1 : total((row) => row.right) / requests,
    forged: forgedRequests - halfForged,
    forgedSilentShare:
      forgedRequests === halfForged ? 1 : (forged?.unshown ?? 0) / (forgedRequests - halfForged),
    halfForged,
    msEach: spentMs / (requests + forgedRequests),
    longestMs,
  };
  if (values.json) console.log(JSON.stringify({ ...result, causes: Object.fromEntries(broken) }));
  else print(broken, result);
  if (result.rightShare < RIGHT_SHARE || result.forgedSilentShare < SILENT_SHARE) process.exitCode = 1;
}

function print(
  broken: readonly (readonly [string, Score])[],
  result: Record<
    | 'requests'
    | 'right'
    | 'silent'
    | 'unshown'
    | 'rightShare'
    | 'rightOfAllShare'
    | 'forged'
    | 'forgedSilentShare'
    | 'halfForged'
    | 'msEach'
    | 'longestMs',
    number
  >,
): void {
  const rows = broken.toSorted(([a], [b]) => a.localeCompare(b));
  console.log('cause: requests, true cause first, nothing claimed, another first');
  for (const [cause, { requests, right, silent, unshown, wrong }] of rows) {
    const others = [...wrong].map(([id, count]) => `${id} ${count}`).join(', ');
    const mark = right + unshown === requests ? ' ' : '!';
    console.log(
      `${mark} ${cause.padEnd(46)} ${String(requests).padStart(4)} ${String(right).padStart(4)} ${String(silent).padStart(4)}  ${others}`,
    );
  }
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `\n${result.right} of ${result.requests - result.unshown}: the true cause first in ${percent(result.rightShare)} (at least ${percent(RIGHT_SHARE)}), nothing claimed of ${result.silent - result.unshown}; of ${result.unshown} more nothing is claimed, and no request shows their cause (${percent(result.rightOfAllShare)} with these)`,
  );
  console.log(
    `${result.forged} plainly forged: nothing claimed of ${percent(result.forgedSilentShare)} (at least ${percent(SILENT_SHARE)}); ${result.halfForged} more carry a genuine signature over another body’s digest, and that alone is claimed`,
  );
  console.log(`${result.msEach.toFixed(1)} ms each, ${result.longestMs.toFixed(0)} ms at most`);
}
