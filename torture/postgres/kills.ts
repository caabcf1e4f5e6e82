/**
 * Gateways that share a PostgreSQL, two of them through PgBouncer, are killed at random moments, and so is PostgreSQL with all its processes: what any of them acknowledged is
 * there, once, to the byte, and is delivered at least once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../scripts/seeded-random.ts';
import { SINK_MOODS } from '../engine/sink.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { judgeDatabase } from './judge.ts';
import { hasPgbouncer, openPgbouncer, type Pgbouncer } from './pgbouncer.ts';
import {
  endSharedWorld,
  type Member,
  openSharedWorld,
  resumeEverywhere,
  type SharedWorld,
} from './shared-world.ts';

export const kills: Trial = {
  name: 'kills',
  summary: 'SIGKILL at random moments of four gateways, and of the PostgreSQL that they share',
  run: runKills,
};

const GATEWAYS = 4;
/** The others reach it through PgBouncer in transaction mode. */
const DIRECT = 2;
const JUDGED_EVERY = 25;
const MOST_REPEATED = 5_000;
const ACKNOWLEDGED_WITHIN_MS = 4_000;

async function runKills(options: TrialOptions): Promise<TrialResult> {
  let pgbouncer: Pgbouncer | undefined;
  const world = await openSharedWorld(options, {
    gateways: GATEWAYS,
    async store(server, at) {
      if (!hasPgbouncer || at < DIRECT) return server.address;
      pgbouncer ??= await openPgbouncer(server);
      return pgbouncer.address;
    },
  });
  try {
    const { figures } = await killAndJudge(world);
    return { figures: { ...figures, behindPgbouncer: pgbouncer === undefined ? 0 : GATEWAYS - DIRECT } };
  } finally {
    await world.close();
    await pgbouncer?.close();
  }
}

async function killAndJudge(world: SharedWorld): Promise<TrialResult> {
  const { options, server, members, ledger, sender, sink, deliveries } = world;
  const { faults } = options;
  const draw = seededRandom(options.seed + 1);
  const startMs = performance.now();
  const tally: Tally = { gateways: 0, starting: 0 };
  await Promise.all(members.map(({ start }) => start()));
  sender.start();
  for (let kill = 1; kill <= options.kills; kill++) {
    await sink.setMood(SINK_MOODS[kill % SINK_MOODS.length] ?? 'well');
    await momentOf(world, draw);
    options.say(`${kill}: ${await killOnce(world, draw, tally)}, ${ledger.acknowledged} acknowledged`);
    if (kill % JUDGED_EVERY === 0 && kill < options.kills) await judgeAsLeft(world, kill);
  }
  const { stored, delivered, repeated } = await endSharedWorld(world, MOST_REPEATED);
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
      ofPostgres: server.crashes,
      ofGateways: tally.gateways,
      inTheirStart: tally.starting,
      sent: counts.sent,
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
      deliveries: deliveries.deliveries,
      refused: counts.statuses.get(503) ?? 0,
      forged: counts.forged,
      repeats: counts.repeats,
      twins: counts.twins,
      repeated,
      connectionsLost: counts.lostConnections,
      seconds: Math.round((performance.now() - startMs) / 1_000),
    },
  };
}

interface Tally {
  gateways: number;
  /** Of them, killed before they served. */
  starting: number;
}

/** Amid the last restart, some time later, or right upon an answer, when what comes after the answer is yet to be done. */
async function momentOf({ sender }: SharedWorld, draw: () => number): Promise<void> {
  const kind = draw() % 10;
  if (kind < 3) return void (await delay(draw() % 250));
  // Else those that are killed in their starts would be all.
  await Promise.race([
    sender.afterAcknowledged(kind < 7 ? 1 : 1 + (draw() % 1_000)),
    delay(ACKNOWLEDGED_WITHIN_MS),
  ]);
  if (kind < 7) await delay(draw() % 600);
}

/** Of ten kills two are PostgreSQL’s, and one is of two gateways at once. What was killed starts again, while others are killed. */
async function killOnce(world: SharedWorld, draw: () => number, tally: Tally): Promise<string> {
  const { server, members } = world;
  const kind = draw() % 10;
  if (kind < 2) {
    await server.crash();
    await delay(draw() % 400);
    const startMs = performance.now();
    await server.start();
    return `PostgreSQL, which has started again after ${Math.round(performance.now() - startMs)} ms`;
  }
  const first = draw() % members.length;
  const victims = kind === 2 ? [first, (first + 1) % members.length] : [first];
  await Promise.all(
    victims.map(async (at) => {
      const member = members[at];
      if (member === undefined) return;
      tally.gateways++;
      if (!member.gateway.isUp) tally.starting++;
      await member.gateway.kill();
      void startAgain(world, member);
    }),
  );
  return `gateway ${victims.join(' and ')}`;
}

/** A destination that has said 410 is resumed, if it says so no longer. */
async function startAgain(world: SharedWorld, { start }: Member): Promise<void> {
  const isUp = await start();
  if (!isUp || world.sink.mood === 'gone') return;
  await resumeEverywhere(world).catch(() => {
    // It was killed meanwhile, or PostgreSQL was.
  });
}

/** With nobody sending: what is acknowledged now must be there. */
async function judgeAsLeft({ options, server, ledger, sender }: SharedWorld, kill: number): Promise<void> {
  await sender.pause();
  const events = await judgeDatabase(server, ledger, options.faults);
  options.say(
    `${kill} kills: ${ledger.acknowledged} acknowledged, ${events} in the store, ${options.faults.count} faults`,
  );
  sender.start();
}
