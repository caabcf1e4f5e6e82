/** A destination that is ill in every way, one after the other: no acknowledgement waits for it, and all is delivered once it is well. */
import { setTimeout as delay } from 'node:timers/promises';
import { SINK_MOODS } from '../engine/sink.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endWorld, openWorld, resumeWhereDisabled, type World } from '../engine/world.ts';

export const destination: Trial = {
  name: 'destination',
  summary: 'a destination that is down, hanging, slow, gone, overwhelmed and broken in turn',
  run: runDestination,
};

/** Long enough for attempts to time out. */
const MOOD_MS = 2_500;
/** Acknowledged while the destination is as it is. */
const ENOUGH = 100;
const WITHIN_MS = 10_000;

async function runDestination(options: TrialOptions): Promise<TrialResult> {
  const world = await openWorld(options);
  try {
    return await throughAllMoods(world);
  } finally {
    await world.close();
  }
}

async function throughAllMoods(world: World): Promise<TrialResult> {
  const { options, gateway, ledger, sender, sink, deliveries } = world;
  await gateway.start();
  sender.start();
  let slowestMs = 0;
  for (const mood of SINK_MOODS) {
    // A circuit that is open would leave the mood unmet; it forgets with the process.
    await gateway.kill();
    await sink.setMood(mood);
    await gateway.start();
    await resumeWhereDisabled(world);
    const startMs = performance.now();
    const acknowledged = sender.afterAcknowledged(ENOUGH);
    await Promise.race([acknowledged, delay(WITHIN_MS)]);
    const tookMs = performance.now() - startMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs >= WITHIN_MS) {
      options.faults.add(
        'no-answer',
        `while the destination is ${mood}, ${ENOUGH} requests are not acknowledged in ${WITHIN_MS / 1_000} s`,
      );
    }
    await delay(MOOD_MS);
    const met = sink.met.get(mood) ?? 0;
    options.say(`${mood}: met ${met} times, ${ENOUGH} acknowledged in ${Math.round(tookMs)} ms`);
    if (met === 0 && mood !== 'down')
      options.faults.add('nothing-tried', `no delivery was tried while the destination was ${mood}`);
  }
  const { stored, delivered } = await endWorld(world, 2_000);
  return {
    figures: {
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
      deliveries: deliveries.deliveries,
      slowestHundredMs: Math.round(slowestMs),
    },
  };
}
