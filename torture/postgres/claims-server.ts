/**
 * Gateways whose claims are in Redis, which is killed and stopped again and again: no request runs twice where its gate refuses meanwhile; where its gate
 * accepts, once at each gateway at most, and marked; and what is kept goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../packages/core/test/support/redis-server.ts';
import { addressOf } from '../../packages/gateway/test/redis/links.ts';
import { figureOf } from '../engine/admin-calls.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { type Copies, createCopies } from './copies.ts';
import { endSharedWorld, openSharedWorld, type SharedWorld } from './shared-world.ts';
import { openUpstream, type Upstream } from './upstream.ts';

export const claimsServer: Trial = {
  name: 'claims-server',
  summary: 'the Redis of three gateways’ claims is killed and stopped, with copies under way at all of them',
  run: async (options) =>
    leaveOutRedis ? { figures: {}, skipped: redisReason.trim() } : runClaimsServer(options),
};

const GATEWAYS = 3;
const ROUNDS = 6;
const LONG_ROUNDS = 30;
/** Shorter than a lease: a request that was under way when Redis went is still leased when it is back. */
const DOWN_MS = 1_500;
const RAN_BETWEEN = 100;
const UNAVAILABLE_WHILE_DOWN = 20;
const ACCEPTED_WHILE_DOWN = 50;
const MOST_REPEATED = 500;

async function runClaimsServer(options: TrialOptions): Promise<TrialResult> {
  const redis = await startRedis();
  const upstream = await openUpstream();
  try {
    const forwarding = { claims: addressOf(redis), upstream: upstream.address };
    const world = await openSharedWorld(options, { gateways: GATEWAYS, forwarding });
    try {
      return await takeAway(world, redis, upstream);
    } finally {
      await world.close();
    }
  } finally {
    await upstream.close();
    await redis.close();
  }
}

async function takeAway(world: SharedWorld, redis: RedisServer, upstream: Upstream): Promise<TrialResult> {
  const { options, members, ledger, sender } = world;
  await Promise.all(members.map(({ start }) => start()));
  const copies = createCopies(members.map(({ work }) => work.address));
  sender.start();
  copies.start();
  const rounds = options.isLong === true ? LONG_ROUNDS : ROUNDS;
  let keptWhileDown = 0;
  for (let round = 1; round <= rounds; round++) {
    await Promise.all([
      copies.after('refuse', 'ran', RAN_BETWEEN),
      copies.after('accept', 'ran', RAN_BETWEEN),
    ]);
    const isKilled = round % 2 === 1;
    const before = ledger.acknowledged;
    if (isKilled) await redis.kill();
    else redis.pause();
    await Promise.all([
      copies.after('refuse', 'unavailable', UNAVAILABLE_WHILE_DOWN),
      copies.after('accept', 'ran', ACCEPTED_WHILE_DOWN),
      delay(DOWN_MS),
    ]);
    keptWhileDown += ledger.acknowledged - before;
    if (isKilled) await redis.start();
    else redis.resume();
    options.say(`${round}: Redis was ${isKilled ? 'killed' : 'stopped'}, ${copies.sent.length} sent to run`);
  }
  await copies.after('refuse', 'ran', RAN_BETWEEN);
  await copies.stop();
  if (keptWhileDown === 0) options.faults.add('slow', 'nothing was kept while Redis was away');
  const { twice, marked } = judgeRuns(copies, upstream, options);
  let unchecked = 0;
  for (const { work } of members)
    unchecked += (await figureOf(work.admin, 'countersign_claims_unchecked_total')) ?? 0;
  if (unchecked === 0 || marked === 0)
    options.faults.add('nothing-tried', 'no request was accepted while Redis was away');
  const { stored, delivered } = await endSharedWorld(world, MOST_REPEATED);
  return {
    figures: {
      rounds,
      sentToRun: copies.sent.length,
      acceptedUnchecked: unchecked,
      ranTwiceUnchecked: twice,
      keptWhileAway: keptWhileDown,
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
    },
  };
}

/** @returns those of the gate that accepts: how many ran more than once, and how many were marked */
function judgeRuns(
  { sent }: Copies,
  { runs }: Upstream,
  { faults }: TrialOptions,
): { readonly twice: number; readonly marked: number } {
  let twice = 0;
  let marked = 0;
  for (const { gate, key, ran } of sent) {
    const { count, unchecked } = runs.get(key) ?? { count: 0, unchecked: 0 };
    // The first run may have been checked, and Redis gone before it was told.
    const most = gate === 'refuse' || unchecked === 0 ? 1 : GATEWAYS;
    if (count > most) faults.add('duplicate', `${key} ran ${count} times, ${unchecked} of them unchecked`);
    if (gate === 'refuse' && unchecked > 0)
      faults.add('unverified', `${key} ran unchecked at a gate that refuses`);
    if (ran > 0 && count === 0) faults.add('lost', `${key} was answered 200, and did not run`);
    if (count > 1) twice++;
    if (unchecked > 0) marked++;
  }
  return { twice, marked };
}
