/** What a set of vectors came to, by provider. */
import type { SetCase } from './vector-set.ts';
import type { Answered } from './verifier.ts';

export interface Deviation {
  readonly kind: 'false-acceptance' | 'false-refusal' | 'no-verdict' | 'skipped';
  readonly provider: string;
  readonly name: string;
  /** The vector’s own word for why, or what went wrong. */
  readonly why: string;
}

export interface Row {
  readonly provider: string;
  cases: number;
  /** Cases that must be accepted. */
  genuine: number;
  right: number;
  /** Of the right ones those that were accepted. */
  accepted: number;
  falseAcceptances: number;
  falseRefusals: number;
  noVerdict: number;
  skipped: number;
}

export interface Results {
  readonly rows: readonly Row[];
  readonly deviations: readonly Deviation[];
}

export interface AnsweredCase {
  readonly setCase: SetCase;
  readonly answered: Answered;
}

export function resultsOf(all: readonly AnsweredCase[]): Results {
  const rows = new Map<string, Row>();
  const deviations: Deviation[] = [];
  for (const { setCase, answered } of all) {
    const { provider, vector } = setCase;
    const row = rows.get(provider) ?? emptyRow(provider);
    rows.set(provider, row);
    row.cases++;
    if (vector.expect === 'accept') row.genuine++;
    const kind = kindOf(vector.expect, answered);
    if (kind === undefined) {
      row.right++;
      if (vector.expect === 'accept') row.accepted++;
    } else {
      count(row, kind);
      const why = 'why' in answered ? answered.why : (vector.why ?? vector.reason ?? '');
      deviations.push({ kind, provider, name: vector.name ?? vector.id ?? '', why });
    }
  }
  return { rows: [...rows.values()].toSorted((a, b) => (a.provider < b.provider ? -1 : 1)), deviations };
}

/** Whether nothing genuine was accepted: what refuses everything is right in each case that must be refused. */
export function provesNothing({ genuine, accepted }: Row): boolean {
  return genuine > 0 && accepted === 0;
}

export function emptyRow(provider: string): Row {
  return {
    provider,
    cases: 0,
    genuine: 0,
    right: 0,
    accepted: 0,
    falseAcceptances: 0,
    falseRefusals: 0,
    noVerdict: 0,
    skipped: 0,
  };
}

function kindOf(expected: 'accept' | 'reject', answered: Answered): Deviation['kind'] | undefined {
  if (answered.kind === 'skipped') return 'skipped';
  if (answered.kind === 'problem') return 'no-verdict';
  if (answered.kind === 'accept') return expected === 'accept' ? undefined : 'false-acceptance';
  return expected === 'reject' ? undefined : 'false-refusal';
}

function count(row: Row, kind: Deviation['kind']): void {
  if (kind === 'false-acceptance') row.falseAcceptances++;
  else if (kind === 'false-refusal') row.falseRefusals++;
  else if (kind === 'no-verdict') row.noVerdict++;
  else row.skipped++;
}
