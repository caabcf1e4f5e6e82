/** What is counted of deliveries that go from one state to another. */
import { column } from './arrays.ts';
import type { Session } from './database.ts';
import { dayTextOf } from './days.ts';

export interface DeliveryMove {
  readonly eventId: string;
  readonly destination: string;
  readonly place: number;
  readonly from: string;
  readonly to: string;
}

const COUNT = `
  INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place)
  SELECT 'deliveries', destination, state, day, sum(number), 0, min(place), max(place)
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS move (destination, state, day, number, place)
  GROUP BY destination, state, day HAVING sum(number) <> 0`;

/** Within the transaction that moves them. */
export async function countMoves(session: Session, moves: readonly DeliveryMove[]): Promise<void> {
  const steps = moves
    .filter(({ from, to }) => from !== to)
    .flatMap(({ from, to, ...move }) => [
      { ...move, state: from, number: -1 },
      { ...move, state: to, number: 1 },
    ]);
  if (steps.length === 0) return;
  await session.query(COUNT, [
    column('text', steps, ({ destination }) => destination),
    column('text', steps, ({ state }) => state),
    column('text', steps, ({ eventId }) => dayTextOf(eventId)),
    column('bigint', steps, ({ number }) => number),
    column('bigint', steps, ({ place }) => place),
  ]);
}
