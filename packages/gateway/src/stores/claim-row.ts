/** Rows of SQLite’s table `claims`, as what they hold. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Claim, HeldClaim } from './claim-store.ts';
import type { Row } from './sqlite-row.ts';

/** A claim and the row that holds it. */
export interface ClaimRow {
  readonly row: number;
  readonly claim: Claim;
}

/** Who holds a claim. */
export interface Holder {
  /** Absent where the claim was remembered without an event. */
  readonly eventId?: string;
}

/** A claim as it is found. */
export function heldClaimOf(values: Row): HeldClaim {
  const { until_ms: untilMs, taken_ms: takenMs, event_id: eventId, answer } = values;
  return {
    untilMs: Number(untilMs),
    ...(typeof takenMs === 'number' && { takenMs }),
    ...(typeof eventId === 'string' && { eventId }),
    ...(answer instanceof Uint8Array && { answer }),
  };
}

/** What two columns say of a claim's ends. The second is NULL where they are one. */
export function endsOf(
  until: SQLOutputValue | undefined,
  freshUntil: SQLOutputValue | undefined,
): Pick<Claim, 'untilMs' | 'freshUntilMs'> {
  const untilMs = Number(until);
  return typeof freshUntil === 'number' && freshUntil < untilMs
    ? { untilMs, freshUntilMs: freshUntil }
    : { untilMs };
}

/** The identity is read as `hex(identity)`: 1 µs faster a row than as a blob, which node:sqlite allocates off the heap. */
export function claimRowOf(values: Row): ClaimRow {
  const identity = new Uint8Array(Buffer.from(String(values['identity']), 'hex'));
  const claim = {
    gate: String(values['gate']),
    identity,
    ...endsOf(values['until_ms'], values['fresh_until_ms']),
  };
  return { row: Number(values['row']), claim };
}
