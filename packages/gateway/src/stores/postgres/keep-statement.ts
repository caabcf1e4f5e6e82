/** A batch of events, their claims, their deliveries and what is counted of them: in one statement, which is one round trip and one commit. */
import type { EventClaim } from '../event-store.ts';
import {
  CLAIM_PARAMETERS,
  type ClaimWriting,
  claimKeyOf,
  claimParameters,
  writeClaims,
} from './claim-rows.ts';
import type { Session, Value } from './database.ts';
import {
  DAY_PARAMETERS,
  dayParameters,
  daysOfEvents,
  EVENT_PARAMETERS,
  type EventWriting,
  eventParameters,
  insertEvents,
} from './event-rows.ts';
import { deliveryParameters, insertDeliveries } from './new-deliveries.ts';
import { ANNOUNCED_SQL } from './places.ts';

const NOW = 1;
const CLAIMS = NOW + 1;
const EVENTS = CLAIMS + CLAIM_PARAMETERS;
const DAYS = EVENTS + EVENT_PARAMETERS;
const DELIVERIES = DAYS + DAY_PARAMETERS;

const KEEP_SQL = `
  WITH announced AS MATERIALIZED (${ANNOUNCED_SQL}),
  claimed AS (${writeClaims(NOW, CLAIMS)}),
  kept AS (${insertEvents({ claimed: 'claimed', announced: 'announced' }, EVENTS)}),
  sent AS (${insertDeliveries('kept', NOW, DELIVERIES)}),
  counted AS (
    INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place, first_ms, last_ms)
    SELECT 'events', gate, '', day, count(*), sum(body_bytes), min(place), max(place), min(received_ms), max(received_ms)
    FROM kept JOIN ${daysOfEvents(DAYS)} USING (id) GROUP BY gate, day
    UNION ALL
    SELECT 'deliveries', destination, state, day, count(*), 0, min(place), max(place), NULL, NULL
    FROM sent JOIN ${daysOfEvents(DAYS)} ON of_day.id = sent.event_id GROUP BY destination, state, day
  )
  SELECT id FROM kept`;

export interface KeepTime {
  readonly nowMs: number;
  /** Of `firstBlocking`. */
  readonly floor: string;
}

/**
 * Writes them, and gives the ids of those that are kept; the claims of the others are held.
 * @param writings no two of one id, and no claim twice
 */
export async function keepAll(
  session: Session,
  writings: readonly EventWriting[],
  { nowMs, floor }: KeepTime,
): Promise<ReadonlySet<string>> {
  const values: readonly Value[] = [
    nowMs,
    ...claimParameters(claimsOf(writings)),
    ...eventParameters(writings),
    ...dayParameters(writings),
    ...deliveryParameters(
      writings.flatMap(({ event, deliveries = [] }) =>
        deliveries.map((delivery) => ({ ...delivery, eventId: event.id })),
      ),
      floor,
    ),
  ];
  const rows = await session.query(KEEP_SQL, values);
  return new Set(rows.map(({ id }) => String(id)));
}

/** Each once: of further claims that are one the later end holds. */
function claimsOf(writings: readonly EventWriting[]): readonly ClaimWriting[] {
  const claims = new Map<string, ClaimWriting>();
  for (const { event, further } of writings) {
    const { gate, claim } = event;
    for (const furtherClaim of further) {
      const key = claimKeyOf({ gate, ...furtherClaim });
      claims.set(key, longer({ gate, ...furtherClaim }, claims.get(key)));
    }
    if (claim !== undefined)
      claims.set(claimKeyOf({ gate, ...claim }), { gate, ...claim, eventId: event.id });
  }
  return [...claims.values()];
}

function longer(
  claim: { readonly gate: string } & EventClaim,
  other: ClaimWriting | undefined,
): ClaimWriting {
  if (other === undefined) return claim;
  return {
    gate: claim.gate,
    identity: claim.identity,
    untilMs: Math.max(claim.untilMs, other.untilMs),
    freshUntilMs: Math.max(claim.freshUntilMs ?? claim.untilMs, other.freshUntilMs ?? other.untilMs),
  };
}
