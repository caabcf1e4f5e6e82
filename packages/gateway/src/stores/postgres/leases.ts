/**
 * Leases of claims in PostgreSQL, for all gateways on a database. Steps that come while others are on their way share the next statement: under load
 * a request costs a part of a round trip and of an fsync.
 */
import { Buffer } from 'node:buffer';
import type { LeaseAnswer } from '@countersign/core/internal/server-guard';
import type { HeldClaim } from '../claim-store.ts';
import type { GateLeases, LeaseStore } from '../lease-store.ts';
import type { StoreError } from '../store.ts';
import { BatchQueue } from './batch-queue.ts';
import { claimKeyOf, inLockOrder } from './claim-rows.ts';
import type { Database, Row } from './database.ts';
import { createLeaseLink, type LeaseLink } from './lease-link.ts';
import {
  BEGIN_LEASES,
  beginParameters,
  CHANGE_LEASES,
  type ClaimLook,
  COMMIT_CLAIMS,
  changeParameters,
  commitParameters,
  heldClaimsOf,
  type LeaseBegin,
  type LeaseChange,
  type LeaseCommit,
  LOOK_AT_CLAIMS,
  lookParameters,
  nameOf,
} from './lease-statements.ts';
import { rounds } from './rounds.ts';
import { WriteMeter } from './write-meter.ts';

export interface PostgresLeases extends LeaseStore {
  /** Settles when what was queued is done. */
  close(): Promise<void>;
}

export interface LeasesOptions {
  /** Of its own: `LEASE_CONNECTIONS` at once, and no statement longer than `timeoutMs`. It is closed with the leases. */
  readonly database: Database;
  readonly timeoutMs: number;
  /** Steps that may wait; further ones are rejected. */
  readonly maxQueued: number;
}

/** A sender may wait for three seconds or more; a server that does not say a word in that time will hardly do so in four. */
export const LEASE_TIMEOUT_MS = 3_000;

const BEGIN_LANES = 2;
/** Of all lanes, and one to try whether a server that was down is up. */
export const LEASE_CONNECTIONS: number = BEGIN_LANES + 3;

const MAX_BATCH = 256;
/** Of answers, which have 128 KB at most. */
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_LOOKS = 8;
/** What is begun between a look and the write is looked at again so often. */
const MAX_TRIES = 5;
/** Leases of which nobody knows whether they were begun, because the server went away meanwhile. */
const MAX_UNSURE = 1_000;

type LeaseEnd = ({ readonly kind: 'commit' } & LeaseCommit) | ({ readonly kind: 'change' } & LeaseChange);

export function createPostgresLeases({ database, timeoutMs, maxQueued }: LeasesOptions): PostgresLeases {
  const link = createLeaseLink(database);
  // What fares badly here is told by `fault`, and not as writes of the store.
  const meter = new WriteMeter(maxQueued);
  const unsure = new Set<LeaseBegin>();
  const begins = new BatchQueue<LeaseBegin, LeaseAnswer | 'committed-with-answer'>({
    maxBatch: MAX_BATCH,
    lanes: BEGIN_LANES,
    meter,
    commit: async (batch) => {
      try {
        return await beginAll(link, batch);
      } catch (error) {
        for (const begin of batch) if (unsure.size < MAX_UNSURE) unsure.add(begin);
        throw error;
      }
    },
  });
  const ends = new BatchQueue<LeaseEnd, boolean>({
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf: (end) => (end.kind === 'commit' ? (end.answer?.byteLength ?? 0) : 0),
    meter,
    commit: (batch) => endAll(link, batch),
  });
  const looks = new BatchQueue<ClaimLook, HeldClaim | undefined>({
    maxBatch: MAX_LOOKS,
    meter,
    commit: (batch) => lookAtAll(link, batch),
  });
  link.listeners.add({
    onDown() {},
    onUp() {
      for (const { gate, identity, owner } of unsure)
        ends.add({ kind: 'change', change: 'abort', gate, identity, owner, untilMs: 0 }).catch(() => {});
      unsure.clear();
    },
  });
  const ofGate = (gate: string): GateLeases => {
    const change = (of: LeaseChange['change'], identity: string, owner: string, untilMs: number) =>
      ends.add({ kind: 'change', change: of, gate, identity: bytesOf(identity), owner, untilMs });
    const find = (identity: string, nowMs: number) =>
      looks.add({ gate, identity: bytesOf(identity), atMs: nowMs });
    return {
      async begin(identity, lease) {
        const answer = await begins.add({ gate, identity: bytesOf(identity), ...lease });
        if (answer !== 'committed-with-answer') return answer;
        const held = await find(identity, lease.nowMs);
        return held?.answer === undefined
          ? { state: 'committed' }
          : { state: 'committed', answer: held.answer };
      },
      async renew(identity, { owner, untilMs }) {
        await change('renew', identity, owner, untilMs);
      },
      async commit(identity, commit) {
        await ends.add({ kind: 'commit', gate, identity: bytesOf(identity), ...commit });
      },
      async abort(identity, owner) {
        await change('abort', identity, owner, 0);
      },
      storeAhead: (identity, { owner, untilMs }) => change('ahead', identity, owner, untilMs),
      find,
    };
  };
  return {
    timeoutMs,
    waits: link.waits,
    ofGate,
    fault: () => link.fault?.message,
    watch: (listener) => void link.listeners.add(listener),
    async close() {
      await Promise.all([begins.close(), ends.close(), looks.close()]);
      await link.close();
    },
  };
}

/** The first of several copies in a batch is asked for; what that comes to says what the others are. */
async function beginAll(
  link: LeaseLink,
  batch: readonly LeaseBegin[],
): Promise<readonly (LeaseAnswer | 'committed-with-answer' | StoreError)[]> {
  const firsts = new Map<string, LeaseBegin>();
  for (const begin of batch) if (!firsts.has(claimKeyOf(begin))) firsts.set(claimKeyOf(begin), begin);
  const answers = new Map<string, LeaseAnswer | 'committed-with-answer'>();
  let open: readonly LeaseBegin[] = inLockOrder([...firsts.values()]);
  for (let tries = 0; open.length > 0 && tries < MAX_TRIES; tries++) {
    const rows = await link.query(BEGIN_LEASES, beginParameters(open));
    const byNumber = new Map(rows.map((row) => [Number(row['number']), row]));
    open = open.filter((begin, at) => {
      const answer = answerOf(byNumber.get(at + 1) ?? {}, begin);
      if (answer !== undefined) answers.set(claimKeyOf(begin), answer);
      return answer === undefined;
    });
  }
  return batch.map((begin) => {
    const key = claimKeyOf(begin);
    const answer = answers.get(key);
    // Others begin and free it in turns all the while.
    if (answer === undefined) return { state: 'in-flight', retryAfterMs: 1 };
    const first = firsts.get(key);
    return begin === first ||
      first === undefined ||
      answer === 'committed-with-answer' ||
      answer.state !== 'begun'
      ? answer
      : { state: 'in-flight', retryAfterMs: Math.max(1, first.untilMs - begin.nowMs) };
  });
}

/** Undefined: another has begun it meanwhile, and it has to be looked at again. */
function answerOf(row: Row, { nowMs }: LeaseBegin): LeaseAnswer | 'committed-with-answer' | undefined {
  if (row['attempts'] !== null && row['attempts'] !== undefined)
    return { state: 'begun', attempt: Number(row['attempts']) };
  const leasedUntilMs = row['owner'] === null ? 0 : Number(row['leased_until_ms']);
  if (leasedUntilMs > nowMs) return { state: 'in-flight', retryAfterMs: leasedUntilMs - nowMs };
  if (Number(row['until_ms']) <= nowMs) return undefined;
  return row['has_answer'] === true ? 'committed-with-answer' : { state: 'committed' };
}

/** What is asked of one claim at the same time happens in that order. */
async function endAll(link: LeaseLink, batch: readonly LeaseEnd[]): Promise<readonly boolean[]> {
  const changed = new Set<LeaseEnd>();
  for (const round of rounds(batch, (end) => [claimKeyOf(end)])) {
    const commits = inLockOrder(round.filter((end) => end.kind === 'commit'));
    if (commits.length > 0) await link.query(COMMIT_CLAIMS, commitParameters(commits));
    const changes = inLockOrder(round.filter((end) => end.kind === 'change'));
    if (changes.length === 0) continue;
    const rows = await link.query(CHANGE_LEASES, changeParameters(changes));
    const keys = new Set(rows.map((row) => claimKeyOf(nameOf(row))));
    for (const change of changes) if (keys.has(claimKeyOf(change))) changed.add(change);
  }
  return batch.map((end) => end.kind === 'commit' || changed.has(end));
}

async function lookAtAll(
  link: LeaseLink,
  batch: readonly ClaimLook[],
): Promise<readonly (HeldClaim | undefined)[]> {
  const rows = await link.query(LOOK_AT_CLAIMS, lookParameters(batch));
  return heldClaimsOf(batch, rows);
}

function bytesOf(identity: string): Uint8Array {
  return Buffer.from(identity, 'hex');
}
