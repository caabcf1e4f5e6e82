/** The table: of each provider a block, in it each attack, in it each place. */
import type { Coverage } from '@countersign/core';
import { ATTACKS } from '../attacks/all.ts';
import { PLACE_IDS, type PlaceId } from './model.ts';
import type { Row, Tally } from './tally.ts';

const COLUMN = 8;

export interface Report {
  readonly text: string;
  readonly tried: number;
  readonly accepted: number;
  readonly wrong: number;
  /** Cells with neither a number nor a reason. */
  readonly empty: readonly string[];
}

/** @param isWhole whether the search was of all cells: in a part of them others are rightly empty */
export function reportOf(tally: Tally, coverages: ReadonlyMap<string, Coverage>, isWhole: boolean): Report {
  const reasons: string[] = [];
  const empty: string[] = [];
  const lines: string[] = [];
  const rows = [...tally.rows.values()];
  for (const provider of [...new Set(rows.map((row) => row.provider))].toSorted()) {
    const own = new Map(
      rows.filter((row) => row.provider === provider).map((row) => [`${row.attack} ${row.place}`, row]),
    );
    lines.push('', heading(provider, [...own.values()], coverages.get(provider)));
    for (const { id } of ATTACKS) {
      const cells = PLACE_IDS.map((place) => {
        const row = own.get(`${id} ${place}`);
        if (row && row.tried > 0) return row.wrong > 0 ? `${row.wrong}!` : short(row.tried);
        if (row?.why !== undefined) return letterOf(reasons, row.why);
        if (isWhole) empty.push(`${provider} ${id} ${place}`);
        return '';
      });
      lines.push(id.padEnd(14) + cells.map((cell) => cell.padStart(COLUMN)).join(''));
    }
  }
  const legend = reasons.map((reason, i) => `  ${letter(i).padEnd(3)} ${reason}`);
  return {
    text: [...lines, '', 'A cell without a number cannot be:', ...legend].join('\n'),
    tried: sum(rows, 'tried'),
    accepted: sum(rows, 'accepted'),
    wrong: sum(rows, 'wrong'),
    empty,
  };
}

/** A part that is proved has a star. */
function heading(provider: string, rows: readonly Row[], coverage: Coverage | undefined): string {
  const isProved = (place: PlaceId): boolean =>
    place === 'proof' ||
    (place === 'headers' && (coverage?.headers.length ?? 0) > 0) ||
    (coverage?.covered as readonly string[] | undefined)?.includes(place === 'time' ? 'timestamp' : place) ===
      true;
  const columns = PLACE_IDS.map((place) => `${place}${isProved(place) ? '*' : ''}`.padStart(COLUMN)).join('');
  const counts = `${sum(rows, 'tried')} mutations, ${sum(rows, 'accepted')} taken with every proved part unchanged, ${sum(rows, 'wrong')} wrong`;
  return `${provider}: ${counts}\n${''.padEnd(14)}${columns}`;
}

function sum(rows: readonly Row[], of: 'tried' | 'accepted' | 'wrong'): number {
  return rows.reduce((total, row) => total + row[of], 0);
}

function short(count: number): string {
  return count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
}

function letterOf(reasons: string[], reason: string): string {
  if (!reasons.includes(reason)) reasons.push(reason);
  return letter(reasons.indexOf(reason));
}

/** a, b, … z, aa, ab, … */
function letter(at: number): string {
  const last = String.fromCharCode(97 + (at % 26));
  return at < 26 ? last : letter(Math.floor(at / 26) - 1) + last;
}
