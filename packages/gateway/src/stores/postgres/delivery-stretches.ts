/** Which days have deliveries, and at which places: kept with their counts. */
import type { DeliveryMatch } from '../delivery-store.ts';
import type { Row, Session } from './database.ts';

/** Deliveries of a day, and the places that they are within. */
export interface DeliveryStretch {
  readonly day: string;
  readonly first: number;
  readonly last: number;
  /** How many there are. */
  readonly number: number;
  /** Absent: of any destination, in any state. */
  readonly destination?: string;
  readonly state?: string;
}

/** Of more destinations and states all that is there is looked at. */
const MAX_SOURCES = 16;

/** Those that may have what is asked for. */
export async function deliveryStretches(
  session: Session,
  { destination, state }: Pick<DeliveryMatch, 'destination' | 'state'>,
): Promise<readonly DeliveryStretch[]> {
  const rows = await session.query(
    `SELECT name, state, day, sum(number)::bigint AS number, min(first_place) AS first, max(last_place) AS last, bool_or(number > 0 AND last_place IS NULL) AS is_open
    FROM countersign.totals
    WHERE kind = 'deliveries' AND ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR state = $2)
    GROUP BY name, state, day HAVING sum(number) > 0`,
    [destination ?? null, state ?? null],
  );
  const stretches = rows.map(stretchOf);
  const sources = new Set(rows.map((row) => JSON.stringify([row['name'], row['state']])));
  const isAny = destination === undefined && state === undefined;
  return isAny || sources.size > MAX_SOURCES ? byDay(stretches) : stretches;
}

/** Of places: the days that may have them. */
export async function daysOfPlaces(session: Session, places: readonly number[]): Promise<readonly string[]> {
  const stretches = await deliveryStretches(session, {});
  return stretches
    .filter(({ first, last }) => places.some((place) => place >= first && place <= last))
    .map(({ day }) => day);
}

/** What was counted without its places may stand anywhere. */
function stretchOf(row: Row): DeliveryStretch {
  const isOpen = row['is_open'] === true;
  return {
    day: String(row['day']),
    destination: String(row['name']),
    state: String(row['state']),
    number: Number(row['number']),
    first: isOpen ? 0 : Number(row['first']),
    last: isOpen ? Number.MAX_SAFE_INTEGER : Number(row['last']),
  };
}

function byDay(stretches: readonly DeliveryStretch[]): readonly DeliveryStretch[] {
  const days = new Map<string, DeliveryStretch>();
  for (const { day, first, last, number } of stretches) {
    const before = days.get(day);
    days.set(day, {
      day,
      number: number + (before?.number ?? 0),
      first: Math.min(first, before?.first ?? first),
      last: Math.max(last, before?.last ?? last),
    });
  }
  return [...days.values()];
}
