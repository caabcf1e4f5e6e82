/** A clock that is set both ways, under load and while the gateway is down: nothing is lost, and nothing is kept twice once it is set right. */
import { createSteppedClock, type SteppedClock } from '../engine/clock.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endWorld, openWorld, type World } from '../engine/world.ts';

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

async function runClock(options: TrialOptions): Promise<TrialResult> {
  let steppedClock: SteppedClock | undefined;
  const world = await openWorld(options, {
    gateway(work) {
      steppedClock = createSteppedClock(work.folder);
      return steppedClock.gateway;
    },
    sender: () => ({
      now: () => steppedClock?.now() ?? Date.now(),
      clockSteps: () => steppedClock?.steps ?? 0,
    }),
  });
  try {
    if (steppedClock === undefined) throw new Error('the world was opened without its gateway');
    return await stepAndJudge(world, steppedClock);
  } finally {
    await world.close();
  }
}

async function stepAndJudge(world: World, steppedClock: SteppedClock): Promise<TrialResult> {
  const { options, gateway, ledger, sender } = world;
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
  const { stored, delivered, repeated } = await endWorld(world, Number.POSITIVE_INFINITY);
  return {
    figures: {
      clockBy: steppedClock.by,
      steps: STEPS.length,
      acknowledged: ledger.acknowledged,
      repeated,
      stored,
      delivered,
    },
  };
}
