/** Which gates' events are in the full-text index, and whether it is being thrown away. */
import type { IndexedGate } from '../full-text-store.ts';
import type { Session } from './database.ts';

/** In place of a gate's name: no gate has it. */
export const THROWN_AWAY = '';

interface AskedGate extends Required<IndexedGate> {
  /** It is to be noted that it is asked for: the last note is old. */
  readonly isAskedAnew: boolean;
}

export interface FullTextState {
  readonly gates: readonly AskedGate[];
  /** Then nothing is found, and nothing is taken in. */
  readonly isThrownAway: boolean;
}

export async function readFullText(session: Session): Promise<FullTextState> {
  const rows = await session.query(`
    SELECT gate, place, asked > now() - interval '1 hour' AS is_asked, asked < now() - interval '1 minute' AS is_asked_anew
    FROM countersign.full_text`);
  const all = rows.map((row) => ({
    gate: String(row['gate']),
    place: Number(row['place']),
    isAsked: row['is_asked'] === true,
    isAskedAnew: row['is_asked_anew'] === true,
  }));
  return {
    gates: all.filter(({ gate }) => gate !== THROWN_AWAY),
    isThrownAway: all.some(({ gate }) => gate === THROWN_AWAY),
  };
}
