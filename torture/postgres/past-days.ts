/**
 * A store with very many deliveries and jobs that have ended: gateways are as fast as without them. Then their days are dropped under load: nothing of
 * today is lost, and nobody waits long for it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { fillEndedJobs, fillPastDays } from './fill-past-days.ts';
import { endSharedWorld, openSharedWorld, type SharedWorld } from './shared-world.ts';
import { MEASURED_MS, speedOf } from './speed.ts';

export const pastDays: Trial = {
  name: 'past-days',
  summary: 'deliveries and jobs of days that are over, and these days dropped under load',
  run: runPastDays,
};

const GATEWAYS = 4;
const CONNECTIONS = 8;
const ENDED = 200_000;
const LONG_ENDED = 2_000_000;
const DAYS = 10;
/** Gates are told to keep a week. */
const KEEP_FOR = '7d';
const AGO = 9;
/** The machine does other things as well. */
const LEAST_RATIO = 0.5;
/** Days are looked for once a minute, and emptied one after the other. */
const GONE_WITHIN_MS = 300_000;
/** To drop a partition takes a lock that all wait for; who drops gives it up after 50 ms. */
const MOST_PAUSE_MS = 3_000;
const POLL_MS = 20;
const MOST_REPEATED = 500;

async function runPastDays(options: TrialOptions): Promise<TrialResult> {
  // It takes minutes, and all that is kept meanwhile is looked through.
  const world = await openSharedWorld({ ...options, connections: CONNECTIONS }, { gateways: GATEWAYS });
  try {
    return await fillAndDrop(world);
  } finally {
    await world.close();
  }
}

async function fillAndDrop(world: SharedWorld): Promise<TrialResult> {
  const { options, server, members, ledger, sender } = world;
  const { faults, say } = options;
  const ended = options.isLong === true ? LONG_ENDED : ENDED;
  await Promise.all(members.map(({ start }) => start()));
  sender.start();
  // Its first seconds are those of a process that compiles.
  await delay(MEASURED_MS);
  const before = await speedOf(world);
  const days = await fillPastDays(server, { events: ended, days: DAYS, ago: AGO });
  await fillEndedJobs(server, ended);
  say(`${ended} deliveries and as many jobs that have ended were written`);
  const after = await speedOf(world);
  const ratios = {
    acknowledged: after.acknowledged / before.acknowledged,
    delivered: after.delivered / before.delivered,
  };
  for (const [what, ratio] of Object.entries(ratios))
    if (ratio < LEAST_RATIO)
      faults.add(
        'slow',
        `with ${ended} that have ended, ${ratio.toFixed(2)} of what was ${what} a second before`,
      );
  await keepAWeek(world);
  const dropped = await untilGone(world, days);
  const { stored, delivered } = await endSharedWorld(world, MOST_REPEATED);
  return {
    figures: {
      ended,
      acknowledgedRatio: ratios.acknowledged.toFixed(2),
      deliveredRatio: ratios.delivered.toFixed(2),
      daysEmptied: DAYS,
      daysDropped: dropped.days,
      afterSeconds: (dropped.tookMs / 1_000).toFixed(0),
      acknowledgedMeanwhile: dropped.acknowledged,
      longestPauseMs: Math.round(dropped.longestPauseMs),
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
    },
  };
}

/** By a reload, as an operator does it. */
async function keepAWeek({ members }: SharedWorld): Promise<void> {
  for (const { work, gateway } of members) {
    const config: { readonly gates: Readonly<Record<string, { readonly keep: object }>> } = JSON.parse(
      readFileSync(work.configFile, 'utf8'),
    );
    for (const { keep } of Object.values(config.gates)) Object.assign(keep, { for: KEEP_FOR });
    writeFileSync(work.configFile, JSON.stringify(config));
    if (gateway.pid !== undefined) process.kill(gateway.pid, 'SIGHUP');
  }
}

interface Dropped {
  /** Whose partitions are gone. */
  readonly days: number;
  readonly tookMs: number;
  readonly acknowledged: number;
  /** In which nobody was told anything. */
  readonly longestPauseMs: number;
}

/** Until nothing of these days is left, and some of their partitions have gone; the others go once nobody is at any for a moment. */
async function untilGone(
  { options: { faults, say }, server, ledger }: SharedWorld,
  days: readonly string[],
): Promise<Dropped> {
  const startMs = performance.now();
  const { acknowledged } = ledger;
  const stopWatch = longestPause(ledger);
  const ask = server.session();
  let left = { days: days.length, events: Number.POSITIVE_INFINITY };
  while (left.days === days.length || left.events > 0) {
    if (performance.now() - startMs > GONE_WITHIN_MS) {
      faults.add(
        'slow',
        `${left.events} events and ${left.days} of ${days.length} days are there ${GONE_WITHIN_MS / 1_000} s after they might go`,
      );
      break;
    }
    await delay(500);
    const result = await ask(LEFT, [days]);
    const [row] = 'rows' in result ? result.rows : result;
    left = {
      days: Number(Reflect.get(Object(row), 'days')),
      events: Number(Reflect.get(Object(row), 'events')),
    };
  }
  const dropped = {
    days: days.length - left.days,
    tookMs: performance.now() - startMs,
    acknowledged: ledger.acknowledged - acknowledged,
    longestPauseMs: stopWatch(),
  };
  say(`${dropped.days} of ${days.length} days were dropped, and ${left.events} events of them are left`);
  if (dropped.longestPauseMs > MOST_PAUSE_MS)
    faults.add(
      'slow',
      `nothing was acknowledged for ${Math.round(dropped.longestPauseMs)} ms while days were dropped`,
    );
  return dropped;
}

const LEFT = `
  SELECT (SELECT count(*) FROM countersign.days WHERE day = ANY($1))::integer AS days,
    (SELECT coalesce(sum(number), 0) FROM countersign.totals WHERE kind = 'events' AND day = ANY($1))::integer AS events`;

/** @returns what ends it, and gives the longest time in which nothing was acknowledged */
function longestPause(ledger: SharedWorld['ledger']): () => number {
  let lastMs = performance.now();
  let last = ledger.acknowledged;
  let longestMs = 0;
  const watch = setInterval(() => {
    if (ledger.acknowledged === last) return;
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    last = ledger.acknowledged;
  }, POLL_MS);
  return () => {
    clearInterval(watch);
    return longestMs;
  };
}
