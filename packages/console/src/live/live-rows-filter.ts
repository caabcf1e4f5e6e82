/** Which rows of the live list are shown. */
import { LIVE } from '../words/live.ts';
import type { LiveRow } from './live-row.ts';

export type LiveKind = keyof typeof LIVE.filter.kinds;

export interface LiveFilter {
  readonly gate: string | undefined;
  readonly kind: LiveKind;
  /** In lower case; empty: any. */
  readonly text: string;
}

/** As the address has them: what it does not know is no filter. */
export function liveFilterOf(gate?: string, kind = '', text = ''): LiveFilter {
  return { gate, kind: isKind(kind) ? kind : '', text: text.trim().toLowerCase() };
}

function isKind(kind: string): kind is LiveKind {
  return Object.hasOwn(LIVE.filter.kinds, kind);
}

/** @param rows the oldest first. The newest first. What was lost is shown under any filter. */
export function filteredRows(rows: readonly LiveRow[], { gate, kind, text }: LiveFilter): readonly LiveRow[] {
  const shown: LiveRow[] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    if (row === undefined) continue;
    if (row.kind === 'lost') shown.push(row);
    else if (
      (gate === undefined || row.view.gate === gate) &&
      isOfKind(row, kind) &&
      (text === '' || row.searched.includes(text))
    )
      shown.push(row);
  }
  return shown;
}

function isOfKind(row: Exclude<LiveRow, { kind: 'lost' }>, kind: LiveKind): boolean {
  if (kind === '') return true;
  if (row.kind === 'verdict') return row.view.verdict === kind;
  return kind === 'delivery' || (kind === 'failed' && row.view.delivery.state !== 'delivered');
}
