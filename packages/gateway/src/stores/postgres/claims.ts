/**
 * Claims in PostgreSQL: the unique index says who of all gateways has taken one. Nothing of it is remembered here: another gateway may
 * release a claim at any time.
 */
import { endsOf } from '../claim-row.ts';
import type { Claim, ClaimStore, HeldClaim } from '../claim-store.ts';
import { arrayOf, column } from './arrays.ts';
import { BatchQueue } from './batch-queue.ts';
import { claimKeyOf, claimParameters, inLockOrder, isUnleased, writeClaims } from './claim-rows.ts';
import type { Database, Value } from './database.ts';
import {
  type ClaimLook,
  type ClaimName,
  heldClaimsOf,
  LOOK_AT_CLAIMS,
  lookParameters,
  nameOf,
  PURGE_LEASES,
} from './lease-statements.ts';
import { withRetry } from './retry.ts';
import { rounds } from './rounds.ts';
import { WriteMeter } from './write-meter.ts';

export interface PostgresClaims extends ClaimStore {
  /** Deletes some that have ended. @returns how many */
  purge(): Promise<number>;
  /** Settles when what was queued is done. */
  close(): Promise<void>;
}

export interface ClaimsOptions {
  readonly database: Database;
  readonly meter: WriteMeter;
  /** Milliseconds since the epoch; may be set. */
  readonly now: () => number;
}

const MAX_BATCH = 256;
const FIND_LANES = 2;
const PER_PAGE = 1_000;
/** A millisecond or two each time. */
const PURGED = 1_000;
/** Clocks of gateways and of the server differ by less, or something is wrong. */
const CLOCKS_MS = 60_000;

type ClaimWrite =
  | { readonly kind: 'remember'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly claim: ClaimName }
  | { readonly kind: 'giveUp'; readonly claim: ClaimName; readonly atMs: number };

export function createPostgresClaims({ database, meter, now }: ClaimsOptions): PostgresClaims {
  const nowMs = (): number => Math.floor(now());
  const queue = new BatchQueue<ClaimWrite, boolean>({
    maxBatch: MAX_BATCH,
    meter,
    commit: async (batch) => {
      const done = new Set<ClaimWrite>();
      // What is asked for at the same time happens in that order.
      for (const round of rounds(batch, ({ claim }) => [claimKeyOf(claim)]))
        for (const write of await writeRound(database, round, nowMs())) done.add(write);
      return batch.map((write) => done.has(write));
    },
  });
  const finds = new BatchQueue<ClaimLook, HeldClaim | undefined>({
    maxBatch: MAX_BATCH,
    lanes: FIND_LANES,
    meter: new WriteMeter(meter.maxDepth),
    commit: (batch) => findAll(database, batch),
  });
  return {
    find: (gate, identity, atMs) => finds.add({ gate, identity, atMs }),
    remember: async (claim) => {
      await queue.add({ kind: 'remember', claim });
    },
    release: (gate, identity) => queue.add({ kind: 'release', claim: { gate, identity } }),
    giveUp: (gate, identity, atMs) => queue.add({ kind: 'giveUp', claim: { gate, identity }, atMs }),
    list: (atMs) => listClaims(database, Math.floor(atMs)),
    purge: () => purge(database, nowMs()),
    close: async () => {
      await Promise.all([queue.close(), finds.close()]);
    },
  };
}

/** A gate may ask with each request: those of the same time share a round trip. */
async function findAll(
  database: Database,
  batch: readonly ClaimLook[],
): Promise<readonly (HeldClaim | undefined)[]> {
  const rows = await database.query(LOOK_AT_CLAIMS, lookParameters(batch));
  return heldClaimsOf(batch, rows);
}

/** Gives those that did something. */
async function writeRound(
  database: Database,
  round: readonly ClaimWrite[],
  nowMs: number,
): Promise<readonly ClaimWrite[]> {
  const remembered = round.filter((write) => write.kind === 'remember');
  if (remembered.length > 0)
    await withRetry(() =>
      database.query(writeClaims(1, 2), [nowMs, ...claimParameters(remembered.map(({ claim }) => claim))]),
    );
  const ended = round.filter((write) => write.kind !== 'remember');
  if (ended.length === 0) return remembered;
  const rows = await withRetry(() => database.query(END_SQL, [nowMs, ...endParameters(ended)]));
  const keys = new Set(rows.map((row) => claimKeyOf(nameOf(row))));
  return [...remembered, ...ended.filter(({ claim }) => keys.has(claimKeyOf(claim)))];
}

/** One that was lengthened meanwhile is looked at anew when it is locked. */
const END_SQL = `
  WITH ended AS (
    SELECT claims.gate, claims.identity
    FROM unnest($2::text[], $3::bytea[], $4::bigint[]) WITH ORDINALITY AS asked (gate, identity, at_ms, number)
    JOIN countersign.claims ON claims.gate = asked.gate AND claims.identity = asked.identity
    WHERE claims.until_ms > $1 AND ${isUnleased('$1')}
      AND (asked.at_ms IS NULL OR coalesce(claims.fresh_until_ms, claims.until_ms) <= asked.at_ms)
    ORDER BY asked.number
    FOR UPDATE OF claims
  )
  DELETE FROM countersign.claims USING ended
  WHERE claims.gate = ended.gate AND claims.identity = ended.identity
  RETURNING claims.gate, claims.identity`;

function endParameters(ended: readonly Exclude<ClaimWrite, { kind: 'remember' }>[]): readonly Value[] {
  const byClaim = new Map(ended.map((write) => [claimKeyOf(write.claim), write]));
  const sorted = inLockOrder(ended.map(({ claim }) => claim));
  return [
    column('text', sorted, ({ gate }) => gate),
    column('bytea', sorted, ({ identity }) => identity),
    arrayOf(
      'bigint',
      sorted.map((claim) => {
        const write = byClaim.get(claimKeyOf(claim));
        return write?.kind === 'giveUp' ? Math.floor(write.atMs) : null;
      }),
    ),
  ];
}

async function* listClaims(database: Database, atMs: number): AsyncGenerator<Claim> {
  let last: ClaimName = { gate: '', identity: new Uint8Array(0) };
  for (;;) {
    const rows = await database.query(
      `SELECT gate, identity, until_ms, fresh_until_ms FROM countersign.claims
      WHERE (gate, identity) > ($1, $2) AND until_ms > $3 AND ${isUnleased('$3')} ORDER BY gate, identity LIMIT ${PER_PAGE}`,
      [last.gate, last.identity, atMs],
    );
    for (const row of rows) {
      last = nameOf(row);
      yield { ...last, ...endsOf(row['until_ms'], row['fresh_until_ms']) };
    }
    if (rows.length < PER_PAGE) return;
  }
}

/** By the server's clock too: a gateway's that is ahead is set right some day, and what it has ended is needed then. */
async function purge(database: Database, nowMs: number): Promise<number> {
  const leases = await database.query(PURGE_LEASES, [nowMs, CLOCKS_MS, PURGED]);
  const claims = await database.query(
    `DELETE FROM countersign.claims WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM countersign.claims
      WHERE leased_until_ms IS NULL AND until_ms <= least($1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) - $2
      ORDER BY until_ms LIMIT ${PURGED} FOR UPDATE SKIP LOCKED))
    RETURNING 1 AS gone`,
    [nowMs, CLOCKS_MS],
  );
  return leases.length + claims.length;
}
