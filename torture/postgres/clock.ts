/** The clock of one gateway of three is an hour wrong, either way, and set under load: nothing is lost, kept twice or delivered late once it is right. */
import { createSteppedClock, type SteppedClock } from '../engine/clock.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endSharedWorld, openSharedWorld, type SharedWorld } from './shared-world.ts';

export const clock: Trial = {
  name: 'clock',
  summary:
    'the clock of one gateway of three is set an hour forward and back, with and without a kill between',
  run: runClock,
};

const GATEWAYS = 3;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ENOUGH = 200;
const MOST_REPEATED = 5_000;

interface Step {
  readonly offsetMs: number;
  /** It is killed before: the others have what it had in hand. */
  readonly isRestarted: boolean;
}

const STEPS: readonly Step[] = [
  { offsetMs: HOUR, isRestarted: false },
  { offsetMs: -HOUR, isRestarted: false },
  { offsetMs: HOUR, isRestarted: true },
  { offsetMs: -HOUR, isRestarted: true },
  { offsetMs: 0, isRestarted: false },
];

async function runClock(options: TrialOptions): Promise<TrialResult> {
  let steppedClock: SteppedClock | undefined;
  const world = await openSharedWorld(options, {
    gateways: GATEWAYS,
    gateway(work, at) {
      if (at > 0) return {};
      steppedClock = createSteppedClock(work.folder);
      return steppedClock.gateway;
    },
    // Those of the other gate have a signed time, which a gateway that is an hour wrong must refuse.
    sender: { requests: createRequestSource({ seed: options.seed, gate: 'github' }) },
  });
  try {
    if (steppedClock === undefined) throw new Error('the world was opened without its gateways');
    return await stepAndJudge(world, steppedClock);
  } finally {
    await world.close();
  }
}

async function stepAndJudge(world: SharedWorld, steppedClock: SteppedClock): Promise<TrialResult> {
  const { options, members, ledger, sender } = world;
  const { faults, say } = options;
  await Promise.all(members.map(({ start }) => start()));
  const [wrong] = members;
  sender.start();
  await sender.afterAcknowledged(ENOUGH);
  for (const { offsetMs, isRestarted } of STEPS) {
    if (isRestarted) await wrong?.gateway.kill();
    steppedClock.set(offsetMs);
    if (isRestarted && (await wrong?.start()) !== true)
      faults.add('gateway-ended', `it does not start ${offsetMs / MINUTE} minutes from the true time`);
    await sender.afterAcknowledged(ENOUGH);
    say(
      `${offsetMs / MINUTE} minutes from the true time: ${ledger.acknowledged} acknowledged, ${faults.count} faults`,
    );
  }
  const { stored, delivered, repeated } = await endSharedWorld(world, MOST_REPEATED);
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
