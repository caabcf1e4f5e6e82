/**
 * SIGKILL at random moments, and the same store again: what was acknowledged is there, once, to the byte, and is delivered at least once,
 * though the destination is in turn down, hanging, slow, gone, overwhelmed and broken.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../scripts/seeded-random.ts';
import { judgeFile } from '../engine/judge-store.ts';
import type { Ledger } from '../engine/ledger.ts';
import { copyStore } from '../engine/read-store.ts';
import { SINK_MOODS, type Sink } from '../engine/sink.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endWorld, openWorld, resumeWhereDisabled, type World } from '../engine/world.ts';

export interface KillsOptions extends TrialOptions {
  /** Gets the store once it is judged and the gateway has ended, before it is removed. */
  readonly onJudged?: (storeFile: string, ledger: Ledger) => void;
  /** Spoils the store while the gateway is down, before the last start. */
  readonly spoilBeforeRepeats?: (storeFile: string) => void;
}

export const kills: Trial = {
  name: 'kills',
  summary: 'SIGKILL at random moments under load, to a destination that is ill in turn',
  run: runKills,
};

/** The store is judged after every so many kills, as the kill left it. */
const JUDGED_EVERY = 10;
const MOST_REPEATED = 20_000;

export async function runKills(options: KillsOptions): Promise<TrialResult> {
  const world = await openWorld(options);
  try {
    return await killAndJudge(world, options);
  } finally {
    await world.close();
  }
}

async function killAndJudge(world: World, options: KillsOptions): Promise<TrialResult> {
  const { work, gateway, ledger, sender, sink } = world;
  const { faults } = options;
  const draw = seededRandom(options.seed + 1);
  const startMs = performance.now();
  sender.start();
  let killedInStart = 0;
  for (let kill = 1; kill <= options.kills; kill++) {
    await sink.setMood(SINK_MOODS[kill % SINK_MOODS.length] ?? 'well');
    if (await killOnce(world, draw)) killedInStart++;
    if (kill % JUDGED_EVERY === 0 || kill === options.kills) await judgeAsLeft(world, kill);
  }
  options.spoilBeforeRepeats?.(work.storeFile);
  await gateway.start();
  const { stored, delivered, repeated } = await endWorld(world, MOST_REPEATED);
  options.onJudged?.(work.storeFile, ledger);
  const { counts } = sender;
  if (counts.acknowledged < options.kills || counts.forged === 0 || counts.lostConnections === 0) {
    faults.add(
      'nothing-tried',
      `${counts.acknowledged} acknowledged, ${counts.forged} forged, ${counts.lostConnections} cut off: too few`,
    );
  }
  return {
    figures: {
      kills: options.kills,
      killedInStart,
      sent: counts.sent,
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
      deliveries: world.deliveries.deliveries,
      moods: moodsMet(sink),
      forged: counts.forged,
      repeats: counts.repeats,
      twins: counts.twins,
      repeated,
      connectionsLost: counts.lostConnections,
      seconds: Math.round((performance.now() - startMs) / 1_000),
    },
  };
}

function moodsMet({ met }: Pick<Sink, 'met'>): string {
  return [...met].map(([mood, times]) => `${mood} ${times}`).join(' ');
}

/**
 * At a moment that is drawn: in a start, some time into it, or right upon an answer, when whatever comes after the answer is yet to be done.
 * @returns whether the gateway was still starting
 */
async function killOnce(world: World, draw: () => number): Promise<boolean> {
  const { gateway, sender } = world;
  const started = gateway.start();
  const kind = draw() % 10;
  if (kind < 2) {
    await Promise.race([delay(draw() % 250), started]);
    const wasStarting = !gateway.isUp;
    await gateway.kill();
    await started;
    return wasStarting;
  }
  await started;
  if (world.sink.mood !== 'gone') await resumeWhereDisabled(world);
  if (kind < 6) await delay(draw() % 600);
  else await Promise.race([sender.afterAcknowledged(1 + (draw() % 2_000)), delay(2_000)]);
  await gateway.kill();
  return false;
}

/** With nobody sending, so that what is not answered now never is. */
async function judgeAsLeft({ options, work, ledger, sender }: World, kill: number): Promise<void> {
  const copy = join(work.folder, 'copy.db');
  copyStore(work.storeFile, copy);
  const events = await judgeFile(copy, ledger, options.faults);
  options.say(
    `${kill} kills: ${sender.counts.acknowledged} acknowledged, ${events} in the store, ${options.faults.count} faults`,
  );
}
