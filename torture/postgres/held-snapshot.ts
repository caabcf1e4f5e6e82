/** A session that holds an old snapshot, as a report or a backup does: no dead row is removed meanwhile, and the gateways go on as fast as before. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endSharedWorld, openSharedWorld, type SharedWorld } from './shared-world.ts';
import { MEASURED_MS, speedOf } from './speed.ts';

export const heldSnapshot: Trial = {
  name: 'held-snapshot',
  summary:
    'a session that keeps all dead rows, under load: acknowledged and delivered a second, before and after',
  run: runHeldSnapshot,
};

const GATEWAYS = 2;
const SHORT_MS = 20_000;
const LONG_MS = 180_000;
/** The machine does other things as well; without an end to the dead rows it would be a tenth, and ever less. */
const LEAST_RATIO = 0.3;

async function runHeldSnapshot(options: TrialOptions): Promise<TrialResult> {
  const world = await openSharedWorld(options, { gateways: GATEWAYS });
  try {
    return await hold(world);
  } finally {
    await world.close();
  }
}

async function hold(world: SharedWorld): Promise<TrialResult> {
  const { options, server, members, ledger, sender } = world;
  await Promise.all(members.map(({ start }) => start()));
  sender.start();
  // Its first seconds are those of a process that compiles.
  await delay(MEASURED_MS);
  const before = await speedOf(world);
  const held = server.session();
  await held('BEGIN ISOLATION LEVEL REPEATABLE READ', []);
  await held('SELECT pg_current_xact_id(), count(*) FROM countersign.events', []);
  const heldMs = options.isLong === true ? LONG_MS : SHORT_MS;
  await delay(heldMs - MEASURED_MS);
  const after = await speedOf(world);
  await held('COMMIT', []);
  const ratios = {
    acknowledged: after.acknowledged / before.acknowledged,
    delivered: after.delivered / before.delivered,
  };
  for (const [what, ratio] of Object.entries(ratios)) {
    if (ratio >= LEAST_RATIO) continue;
    options.faults.add(
      'slow',
      `with a snapshot that was held for ${heldMs / 1_000} s, ${ratio.toFixed(2)} of what was ${what} a second before`,
    );
  }
  const { stored, delivered } = await endSharedWorld(world, MOST_REPEATED);
  return {
    figures: {
      heldSeconds: heldMs / 1_000,
      acknowledgedASecond: Math.round(before.acknowledged),
      acknowledgedRatio: ratios.acknowledged.toFixed(2),
      deliveredRatio: ratios.delivered.toFixed(2),
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
    },
  };
}

const MOST_REPEATED = 500;
