/** What an event's deliveries hold of it, besides that they were made. */
import type { Session } from './database.ts';

/** What attempts were answered, and keys of order that hold up nobody. @returns whether there was any of it */
export async function forgetAnswers(session: Session, id: string): Promise<boolean> {
  const [row] = await session.query(
    `WITH answers AS (
       UPDATE countersign.attempts SET problem = NULL, answer = NULL
       WHERE event_id = $1 AND (problem IS NOT NULL OR answer IS NOT NULL) RETURNING 1),
     keys AS (
       UPDATE countersign.deliveries SET order_key = NULL, order_hash = NULL
       WHERE event_id = $1 AND NOT blocks AND order_key IS NOT NULL RETURNING 1)
     SELECT EXISTS (SELECT 1 FROM answers) OR EXISTS (SELECT 1 FROM keys) AS was_there`,
    [id],
  );
  return row?.['was_there'] === true;
}
