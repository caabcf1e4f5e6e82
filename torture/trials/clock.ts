/** A clock that is set both ways, under load and while the gateway is down: nothing is lost, and nothing is kept twice once it is set right. */
import { createSteppedClock, type SteppedClock } from '../engine/clock.ts';
import { createGatewayProcess, type GatewayProcess } from '../engine/gateway-process.ts';
import { judgeFile } from '../engine/judge-store.ts';
import { createLedger, type Ledger } from '../engine/ledger.ts';
import { createSender, type Sender } from '../engine/sender.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { createWorkFolder, type WorkFolder } from '../engine/work-folder.ts';

export const clock: Trial = {
  name: 'clock',
  summary: 'the clock is set both ways, with and without a kill between',
  run: runClock,
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Step {
  readonly offsetMs: number;
  /** Killed before, and started again by the new time. */
  readonly isRestarted: boolean;
}

const STEPS: readonly Step[] = [
  { offsetMs: HOUR, isRestarted: false },
  { offsetMs: -HOUR, isRestarted: false },
  { offsetMs: 0, isRestarted: false },
  // Longer than any claim is held: a process that ran by this time must not have forgotten what is needed when it is set right.
  { offsetMs: 25 * HOUR, isRestarted: false },
  { offsetMs: 0, isRestarted: false },
  { offsetMs: 25 * HOUR, isRestarted: true },
  { offsetMs: 0, isRestarted: true },
  { offsetMs: -25 * HOUR, isRestarted: true },
  { offsetMs: 90_000, isRestarted: true },
  { offsetMs: -90_000, isRestarted: false },
  { offsetMs: 0, isRestarted: true },
];
const ENOUGH = 200;

interface Run {
  readonly options: TrialOptions;
  readonly work: WorkFolder;
  readonly steppedClock: SteppedClock;
  readonly gateway: GatewayProcess;
  readonly ledger: Ledger;
  readonly sender: Sender;
}

async function runClock(options: TrialOptions): Promise<TrialResult> {
  const { seed, connections, faults } = options;
  const work = await createWorkFolder();
  const steppedClock = createSteppedClock(work.folder);
  const ledger = createLedger();
  const gateway = createGatewayProcess({
    ...work,
    ...steppedClock.gateway,
    onUnasked: (problem) => faults.add('gateway-ended', problem),
  });
  const sender = createSender({
    ...work,
    connections,
    seed,
    requests: createRequestSource({ seed }),
    ledger,
    faults,
    whenUp: () => gateway.whenUp(),
    now: () => steppedClock.now(),
    clockSteps: () => steppedClock.steps,
  });
  try {
    return await stepAndJudge({ options, work, steppedClock, gateway, ledger, sender });
  } finally {
    sender.close();
    await gateway.kill();
    work.remove();
  }
}

async function stepAndJudge(run: Run): Promise<TrialResult> {
  const { options, work, steppedClock, gateway, ledger, sender } = run;
  const { faults, say } = options;
  await gateway.start();
  sender.start();
  await sender.afterAcknowledged(ENOUGH);
  let beforeMs = 0;
  for (const { offsetMs, isRestarted } of STEPS) {
    // What is on its way as all claims end may be taken anew: nothing is.
    const endsClaims = Math.abs(offsetMs - beforeMs) > 23 * HOUR;
    beforeMs = offsetMs;
    if (endsClaims) await sender.pause();
    if (isRestarted) await gateway.kill();
    steppedClock.set(offsetMs);
    if (endsClaims) sender.start();
    if (isRestarted && !(await gateway.start())) {
      faults.add('gateway-ended', `it does not start ${offsetMs / MINUTE} minutes from the true time`);
    }
    await sender.afterAcknowledged(ENOUGH);
    say(
      `${offsetMs / MINUTE} minutes from the true time: ${ledger.acknowledged} acknowledged, ${faults.count} faults`,
    );
  }
  await sender.pause();
  await sender.settleUnknown();
  const repeated = await sender.repeatAcknowledged(Number.POSITIVE_INFINITY);
  const code = await gateway.stop();
  if (code !== 0) faults.add('gateway-ended', `the stop ended with ${code}`);
  const stored = judgeFile(work.storeFile, ledger, faults);
  return {
    figures: {
      clockBy: steppedClock.by,
      steps: STEPS.length,
      acknowledged: ledger.acknowledged,
      repeated,
      stored,
    },
  };
}
