/** What is counted of deliveries that go from one state to another. */
import { arrayOf } from './arrays.ts';
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
    arrayOf(
      'text',
      steps.map(({ destination }) => destination),
    ),
    arrayOf(
      'text',
      steps.map(({ state }) => state),
    ),
    arrayOf(
      'text',
      steps.map(({ eventId }) => dayTextOf(eventId)),
    ),
    arrayOf(
      'bigint',
      steps.map(({ number }) => number),
    ),
    arrayOf(
      'bigint',
      steps.map(({ place }) => place),
    ),
  ]);
}
