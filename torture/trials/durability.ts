/** Under strace: no answer is written before the fsync that covers its event; and two changes of the program that must be noticed. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createFaults } from '../engine/fault.ts';
import { createGatewayProcess, type GatewayProcess } from '../engine/gateway-process.ts';
import { createLedger, type Ledger } from '../engine/ledger.ts';
import { createSender, type Sender } from '../engine/sender.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import { type Change, spoiltProgram } from '../engine/spoilt-program.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { createWorkFolder, type WorkFolder } from '../engine/work-folder.ts';
import { judgeTrace, TRACED, type TraceCounts } from '../strace/judge-trace.ts';
import { readTrace } from '../strace/read-trace.ts';

export const durability: Trial = {
  name: 'durability',
  summary: 'under strace: no answer is written before the fsync that covers its event',
  run: runDurability,
};

/** Each must turn the trial red. */
export const SPOILT: readonly Change[] = [
  {
    title: 'nothing is synced',
    find: /PRAGMA synchronous = FULL/g,
    replace: 'PRAGMA synchronous = OFF',
  },
  {
    title: 'the log that a killed process left is not synced',
    find: /function wasClosed\(\w+\) \{/g,
    replace: '$& return true;',
  },
  {
    title: 'it is answered before it is committed',
    find: /run: \((\w+)\) => (\w+\(\1\)\.catch\(\w+\))/g,
    replace: 'run: ($1) => ($2, { answer: KEPT })',
  },
];

/** Acknowledged by each of the two processes: their pages are some 50 MB of trace. */
const ENOUGH = 300;
const CONNECTIONS = 16;

async function runDurability(options: TrialOptions): Promise<TrialResult> {
  const reason = whyNot();
  if (reason !== undefined) {
    if (process.env['CI'] !== undefined) options.faults.add('nothing-tried', reason);
    return { figures: {}, skipped: reason };
  }
  const counts = await traced({ ...options, program: undefined });
  let noticed = 0;
  for (const change of SPOILT) {
    const { program, remove } = spoiltProgram(change);
    const faults = createFaults();
    try {
      await traced({ ...options, faults, program, say: () => {} });
    } finally {
      remove();
    }
    const early = faults.all.find(({ code }) => code === 'answered-early');
    if (early === undefined) {
      options.faults.add(
        'nothing-tried',
        `"${change.title}" was not noticed: ${JSON.stringify(faults.all.slice(0, 3))}`,
      );
    } else {
      noticed++;
      options.say(`noticed that ${change.title}: ${early.sentence}`);
    }
  }
  return { figures: { ...counts, spoiltNoticed: noticed } };
}

/** Undefined where strace can be used. */
export function whyNot(): string | undefined {
  const { error, status } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
  if (error !== undefined) return 'strace is not installed (apt-get install strace)';
  return status === 0 ? undefined : 'strace may not trace here (it needs ptrace)';
}

export interface TracedOptions extends TrialOptions {
  /** The folder of another command line. */
  readonly program: string | undefined;
}

interface Tracing {
  readonly options: TracedOptions;
  readonly work: WorkFolder;
  readonly ledger: Ledger;
}

/** Two processes on one store, the first of them killed. */
export async function traced(options: TracedOptions): Promise<TraceCounts> {
  const work = await createWorkFolder();
  const tracing: Tracing = { options, work, ledger: createLedger() };
  try {
    const first = await tracedOnce(tracing, 'first', new Set(), async (gateway, sender) => {
      sender.start();
      await sender.afterAcknowledged(ENOUGH);
      await gateway.kill();
      await sender.abandon();
    });
    const second = await tracedOnce(tracing, 'second', first.kept, async (gateway, sender) => {
      // What the killed process left is acknowledged by this one: the log that holds it must be on the disk first.
      await sender.repeatAcknowledged(50);
      sender.start();
      await sender.afterAcknowledged(ENOUGH);
      await sender.pause();
      await gateway.stop();
    });
    const { counts } = second;
    if (first.counts.answers < ENOUGH || counts.answers < ENOUGH || counts.repeatsOfBefore === 0) {
      options.faults.add(
        'nothing-tried',
        `of ${2 * ENOUGH} answers the traces show ${first.counts.answers + counts.answers}, ${counts.repeatsOfBefore} of them repeats of what the first process kept`,
      );
    }
    return {
      answers: first.counts.answers + counts.answers,
      repeatsOfBefore: counts.repeatsOfBefore,
      commits: first.counts.commits + counts.commits,
      syncs: first.counts.syncs + counts.syncs,
    };
  } finally {
    work.remove();
  }
}

type Judged = Awaited<ReturnType<typeof judgeTrace>>;

async function tracedOnce(
  { options, work, ledger }: Tracing,
  name: string,
  before: ReadonlySet<number>,
  act: (gateway: GatewayProcess, sender: Sender) => Promise<void>,
): Promise<Judged> {
  const { faults, seed, program, say } = options;
  const trace = join(work.folder, `${name}.trace`);
  const gateway = createGatewayProcess({
    ...work,
    ...(program !== undefined && { program }),
    wrapper: [
      'strace',
      '-f',
      '-qq',
      '-s',
      '40000',
      '-e',
      'signal=none',
      '-e',
      `trace=${TRACED}`,
      '-o',
      trace,
    ],
    onUnasked: (problem) => faults.add('gateway-ended', problem),
  });
  const sender = createSender({
    ...work,
    connections: CONNECTIONS,
    seed,
    // Requests of the second process are others.
    firstNumber: name === 'first' ? 0 : 1_000_000,
    requests: createRequestSource({ seed, largeBytes: 4_096 }),
    ledger,
    faults,
    whenUp: () => gateway.whenUp(),
    now: Date.now,
  });
  try {
    await gateway.start();
    await act(gateway, sender);
  } finally {
    sender.close();
    await gateway.kill();
  }
  const judged = await judgeTrace(readTrace(trace), { before, faults });
  say(
    `${name} process: ${judged.counts.answers} answers, ${judged.counts.commits} commits, ${judged.counts.syncs} fsyncs of the log, ${Math.round(statSync(trace).size / 1e6)} MB of trace`,
  );
  return judged;
}
