/**
 * The steps of leases, each one statement on rows of `claims`. A row is
 * - committed: `leased_until_ms` is NULL, and it is held until `until_ms`;
 * - under way: it has an owner, and `leased_until_ms` has not come. Its `until_ms` is 0, or the end of a claim that is stored ahead: that
 *   counts once the lease is over;
 * - free: neither. How often it was begun is known for a day.
 *
 * All times are the gateways'. Rows are locked in the order of the arrays, which is that of `inLockOrder`.
 */
import { ATTEMPTS_KEPT_MS } from '@countersign/core/internal/server-guard';
import { heldClaimOf } from '../claim-row.ts';
import type { Claim, HeldClaim } from '../claim-store.ts';
import { column } from './arrays.ts';
import { isUnleased } from './claim-rows.ts';
import type { Row, Value } from './database.ts';

export type ClaimName = Pick<Claim, 'gate' | 'identity'>;

export interface LeaseBegin extends ClaimName {
  readonly owner: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

export interface LeaseCommit extends ClaimName {
  readonly nowMs: number;
  readonly untilMs: number;
  readonly answer: Uint8Array | undefined;
}

/** What the owner of a lease does with it. */
export interface LeaseChange extends ClaimName {
  readonly change: 'renew' | 'ahead' | 'abort';
  readonly owner: string;
  /** Of the lease, or of the claim that is stored ahead; of an abort 0. */
  readonly untilMs: number;
}

export interface ClaimLook extends ClaimName {
  readonly atMs: number;
}

/** Of a row that may be missing. */
function isFree(row: string, atMs: string): string {
  return `coalesce(${row}.until_ms, 0) <= ${atMs} AND (${row}.owner IS NULL OR ${row}.leased_until_ms <= ${atMs})`;
}

/**
 * Begins leases of what is free, and writes nothing else: a repeat is only read. Gives what each was before, and `attempts` of those that it began.
 * What another gateway has begun since this statement did is begun by none of its rows, though it was free before.
 */
export const BEGIN_LEASES: string = `
  WITH asked AS (
    SELECT gate, identity, new_owner, at_ms, lease_ms, number
    FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
      AS asked (gate, identity, new_owner, at_ms, lease_ms, number)
  ), seen AS (
    SELECT asked.*, claims.until_ms, claims.owner, claims.leased_until_ms, claims.answer IS NOT NULL AS has_answer
    FROM asked LEFT JOIN countersign.claims ON claims.gate = asked.gate AND claims.identity = asked.identity
  ), begun AS (
    INSERT INTO countersign.claims AS held (gate, identity, until_ms, taken_ms, owner, leased_until_ms, attempts)
    SELECT gate, identity, 0, at_ms, new_owner, lease_ms, 1 FROM seen WHERE ${isFree('seen', 'at_ms')} ORDER BY number
    ON CONFLICT (gate, identity) DO UPDATE SET
      until_ms = 0, fresh_until_ms = NULL, event_id = NULL, answer = NULL, taken_ms = excluded.taken_ms,
      owner = excluded.owner, leased_until_ms = excluded.leased_until_ms, attempts = held.attempts + 1
    WHERE ${isFree('held', 'excluded.taken_ms')}
    RETURNING gate, identity, attempts
  )
  SELECT seen.number, begun.attempts, seen.until_ms, seen.owner, seen.leased_until_ms, seen.has_answer
  FROM seen LEFT JOIN begun ON begun.gate = seen.gate AND begun.identity = seen.identity`;

/** @param begins each claim once, in lock order */
export function beginParameters(begins: readonly LeaseBegin[]): readonly Value[] {
  return [
    ...nameColumns(begins),
    column('text', begins, ({ owner }) => owner),
    column('bigint', begins, ({ nowMs }) => nowMs),
    column('bigint', begins, ({ untilMs }) => untilMs),
  ];
}

/** Holds a claim whoever has a lease: with the later of two ends, and the later answer. */
export const COMMIT_CLAIMS = `
  INSERT INTO countersign.claims AS held (gate, identity, until_ms, taken_ms, answer)
  SELECT gate, identity, until_ms, at_ms, answer
  FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bytea[]) AS claim (gate, identity, until_ms, at_ms, answer)
  ON CONFLICT (gate, identity) DO UPDATE SET
    until_ms = CASE WHEN held.leased_until_ms IS NULL THEN greatest(held.until_ms, excluded.until_ms) ELSE excluded.until_ms END,
    fresh_until_ms = NULL, answer = excluded.answer, owner = NULL, leased_until_ms = NULL, attempts = 0`;

/** @param commits each claim once, in lock order */
export function commitParameters(commits: readonly LeaseCommit[]): readonly Value[] {
  return [
    ...nameColumns(commits),
    column('bigint', commits, ({ untilMs }) => untilMs),
    column('bigint', commits, ({ nowMs }) => nowMs),
    column('bytea', commits, ({ answer }) => answer ?? null),
  ];
}

/** Changes leases that their owners hold, and gives those. */
export const CHANGE_LEASES = `
  WITH owned AS (
    SELECT claims.gate, claims.identity, asked.owner, asked.change, asked.end_ms
    FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY
      AS asked (gate, identity, owner, change, end_ms, number)
    JOIN countersign.claims ON claims.gate = asked.gate AND claims.identity = asked.identity
    WHERE claims.owner = asked.owner
    ORDER BY asked.number
    FOR UPDATE OF claims
  )
  UPDATE countersign.claims SET
    owner = CASE owned.change WHEN 'abort' THEN NULL ELSE claims.owner END,
    until_ms = CASE owned.change WHEN 'abort' THEN 0 WHEN 'ahead' THEN greatest(claims.until_ms, end_ms) ELSE claims.until_ms END,
    leased_until_ms = CASE owned.change WHEN 'renew' THEN greatest(claims.leased_until_ms, end_ms) ELSE claims.leased_until_ms END
  FROM owned
  WHERE claims.gate = owned.gate AND claims.identity = owned.identity AND claims.owner = owned.owner
  RETURNING claims.gate, claims.identity`;

/** @param changes each claim once, in lock order */
export function changeParameters(changes: readonly LeaseChange[]): readonly Value[] {
  return [
    ...nameColumns(changes),
    column('text', changes, ({ owner }) => owner),
    column('text', changes, ({ change }) => change),
    column('bigint', changes, ({ untilMs }) => untilMs),
  ];
}

export const LOOK_AT_CLAIMS: string = `
  SELECT number, claims.until_ms, taken_ms, event_id, answer
  FROM unnest($1::text[], $2::bytea[], $3::bigint[]) WITH ORDINALITY AS asked (gate, identity, at_ms, number)
  JOIN countersign.claims ON claims.gate = asked.gate AND claims.identity = asked.identity
  WHERE claims.until_ms > at_ms AND ${isUnleased('at_ms')}`;

export function lookParameters(looks: readonly ClaimLook[]): readonly Value[] {
  return [...nameColumns(looks), column('bigint', looks, ({ atMs }) => Math.floor(atMs))];
}

/** One for each look, in their order; undefined where nothing is held. @param rows of `LOOK_AT_CLAIMS` */
export function heldClaimsOf(
  looks: readonly ClaimLook[],
  rows: readonly Row[],
): readonly (HeldClaim | undefined)[] {
  const claims = new Map(rows.map((row) => [Number(row['number']), heldClaimOf(row)]));
  return looks.map((_, index) => claims.get(index + 1));
}

/** @param row with `gate` and `identity` */
export function nameOf({ gate, identity }: Row): ClaimName {
  return { gate: String(gate), identity: Uint8Array.from(identity) };
}

/** Deletes some that nobody will ask about, by the server's clock too. Parameters: now, and by how much clocks may differ. */
export const PURGE_LEASES: string = `
  DELETE FROM countersign.claims WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM countersign.claims
    WHERE leased_until_ms IS NOT NULL
      AND greatest(leased_until_ms, until_ms)
        <= least($1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) - $2 - ${ATTEMPTS_KEPT_MS}
    ORDER BY greatest(leased_until_ms, until_ms) LIMIT $3 FOR UPDATE SKIP LOCKED))
  RETURNING 1 AS gone`;

function nameColumns(names: readonly ClaimName[]): readonly Value[] {
  return [column('text', names, ({ gate }) => gate), column('bytea', names, ({ identity }) => identity)];
}
