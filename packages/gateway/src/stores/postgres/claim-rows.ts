/** Rows of the table `claims`, as they are written: by events that take them, and without one. */
import type { Claim } from '../claim-store.ts';
import { column } from './arrays.ts';
import type { Value } from './database.ts';

/** A claim to be taken for an event, or to be held without one. */
export interface ClaimWriting extends Claim {
  readonly eventId?: string;
}

/** Of a map: two claims are one where their keys are equal. */
export function claimKeyOf({ gate, identity }: Pick<Claim, 'gate' | 'identity'>): string {
  return `${Buffer.from(identity.buffer, identity.byteOffset, identity.byteLength).toString('latin1')}${gate}`;
}

/** In the order in which every gateway locks them. */
export function inLockOrder<Of extends Pick<Claim, 'gate' | 'identity'>>(
  claims: readonly Of[],
): readonly Of[] {
  return claims
    .map((claim) => ({ claim, key: claimKeyOf(claim) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ claim }) => claim);
}

/** Of a claim that is stored: whether its request is not under way, so that it counts as committed. */
export function isUnleased(atMs: string): string {
  return `(claims.owner IS NULL OR claims.leased_until_ms <= ${atMs})`;
}

/** Of `writeClaims`. */
export const CLAIM_PARAMETERS = 6;

/**
 * The parameters of `writeClaims`.
 * @param claims each once
 */
export function claimParameters(claims: readonly ClaimWriting[]): readonly Value[] {
  const sorted = inLockOrder(claims);
  return [
    column('text', sorted, ({ gate }) => gate),
    column('bytea', sorted, ({ identity }) => identity),
    column('bigint', sorted, ({ untilMs }) => untilMs),
    column('bigint', sorted, ({ freshUntilMs }) => freshUntilMs ?? null),
    column('text', sorted, ({ eventId }) => eventId ?? null),
    column('bytea', sorted, ({ answer }) => answer ?? null),
  ];
}

/**
 * Takes claims for events, and holds those that have none: of these what is held is lengthened, and its answer replaced. Gives the
 * `event_id` of each that is held by it now.
 * @param now the parameter that is the time @param first of `claimParameters`
 */
export function writeClaims(now: number, first: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  const isHeld = `held.until_ms > $${now}::bigint`;
  return `INSERT INTO countersign.claims AS held (gate, identity, until_ms, fresh_until_ms, event_id, answer, taken_ms)
    SELECT gate, identity, until_ms, fresh_until_ms, event_id, answer, $${now}::bigint
    FROM unnest(${at(0)}::text[], ${at(1)}::bytea[], ${at(2)}::bigint[], ${at(3)}::bigint[], ${at(4)}::text[], ${at(5)}::bytea[])
      AS claim (gate, identity, until_ms, fresh_until_ms, event_id, answer)
    ON CONFLICT (gate, identity) DO UPDATE SET
      until_ms = CASE WHEN ${isHeld} THEN greatest(held.until_ms, excluded.until_ms) ELSE excluded.until_ms END,
      fresh_until_ms = CASE WHEN ${isHeld}
        THEN greatest(coalesce(held.fresh_until_ms, held.until_ms), coalesce(excluded.fresh_until_ms, excluded.until_ms))
        ELSE excluded.fresh_until_ms END,
      event_id = CASE WHEN ${isHeld} THEN held.event_id ELSE excluded.event_id END,
      taken_ms = CASE WHEN ${isHeld} THEN held.taken_ms ELSE excluded.taken_ms END,
      answer = excluded.answer, owner = NULL, leased_until_ms = NULL, attempts = 0
    WHERE NOT (${isHeld}) OR excluded.event_id IS NULL
    RETURNING event_id`;
}
