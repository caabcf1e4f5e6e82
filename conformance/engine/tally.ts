/** What came of the trials, by provider, attack and place. */
import type { Judged } from './judge.ts';
import type { Opened } from './model.ts';

export interface Row {
  readonly provider: string;
  readonly attack: string;
  readonly place: string;
  tried: number;
  accepted: number;
  wrong: number;
  /** Why there is none. */
  why?: string;
}

export interface Finding {
  readonly cell: string;
  readonly n: number;
  readonly kind: Judged['kind'];
  readonly what: string;
  /** The request, cut where it is long. */
  readonly request: string;
}

export interface Tally {
  readonly rows: Map<string, Row>;
  readonly findings: Finding[];
}

/** Of each cell’s findings so many are kept: the first show the kind. */
const KEPT = 3;

export function newTally(): Tally {
  return { rows: new Map(), findings: [] };
}

export function rowOf({ rows }: Tally, provider: string, attack: string, place: string): Row {
  const key = `${provider} ${attack} ${place}`;
  const row = rows.get(key) ?? { provider, attack, place, tried: 0, accepted: 0, wrong: 0 };
  rows.set(key, row);
  return row;
}

export function addFinding(tally: Tally, finding: Finding): void {
  if (tally.findings.filter(({ cell }) => cell === finding.cell).length < KEPT) tally.findings.push(finding);
}

export function merge(
  into: Tally,
  { rows, findings }: { rows: readonly Row[]; findings: readonly Finding[] },
): void {
  for (const { provider, attack, place, tried, accepted, wrong, why } of rows) {
    const row = rowOf(into, provider, attack, place);
    row.tried += tried;
    row.accepted += accepted;
    row.wrong += wrong;
    if (why !== undefined) row.why ??= why;
  }
  for (const finding of findings) addFinding(into, finding);
}

const SHOWN = 600;

export function shown({ method, url, headers, body }: Opened['request']): string {
  const short = (text: string): string =>
    text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length})` : text;
  return JSON.stringify({
    method,
    url: short(url),
    headers: short(JSON.stringify([...headers])),
    body: short(Buffer.from(body).toString('latin1')),
  });
}
