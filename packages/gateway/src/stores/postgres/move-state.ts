/** How far a move into a PostgreSQL store has come: with one that has not ended no gateway starts. */
import { SetupError } from '@countersign/core';
import type { Session } from './database.ts';

export interface MoveState {
  /** What tells the source from another. */
  readonly source: string;
  /** When it was begun: what has expired by then is not moved. Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The table that is being moved, and its rows that are there. */
  readonly table: number;
  readonly rows: number;
}

export async function readMove(session: Session): Promise<MoveState | undefined> {
  const [row] = await session.query('SELECT source, now_ms, at_table, at_row FROM countersign.move');
  if (row === undefined) return undefined;
  const { source, now_ms: nowMs, at_table: table, at_row: rows } = row;
  return { source: String(source), nowMs: Number(nowMs), table: Number(table), rows: Number(rows) };
}

export async function writeMove(session: Session, { source, nowMs, table, rows }: MoveState): Promise<void> {
  await session.query(
    `INSERT INTO countersign.move (source, now_ms, at_table, at_row) VALUES ($1, $2, $3, $4)
    ON CONFLICT (one) DO UPDATE SET at_table = excluded.at_table, at_row = excluded.at_row`,
    [source, nowMs, table, rows],
  );
}

/** @throws SetupError where a move into it has not ended */
export async function refuseUnfinishedMove(session: Session): Promise<void> {
  if ((await readMove(session)) === undefined) return;
  throw new SetupError(
    'store',
    'is being moved from SQLite, and that has not ended',
    'Run the same countersign store move again: it goes on where it stopped.',
  );
}
