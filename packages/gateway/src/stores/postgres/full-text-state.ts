/** Which gates' events are in the full-text index, and whether it is being thrown away. */
import type { IndexedGate } from '../full-text-store.ts';
import type { Session } from './database.ts';

/** In place of a gate's name: no gate has it. */
export const THROWN_AWAY = '';

export interface FullTextState {
  readonly gates: readonly IndexedGate[];
  /** Then nothing is found, and nothing is taken in. */
  readonly isThrownAway: boolean;
}

export async function readFullText(session: Session): Promise<FullTextState> {
  const rows = await session.query('SELECT gate, place FROM countersign.full_text');
  const all = rows.map(({ gate, place }) => ({ gate: String(gate), place: Number(place) }));
  return {
    gates: all.filter(({ gate }) => gate !== THROWN_AWAY),
    isThrownAway: all.some(({ gate }) => gate === THROWN_AWAY),
  };
}
