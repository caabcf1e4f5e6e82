/** What came of a file of vectors, against what it says and what is allowed to differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One vector: what the file wants, and what we did. `either` is for what it leaves open. */
export interface Judged {
  readonly id: string;
  readonly comment: string;
  readonly wanted: 'accepted' | 'refused' | 'either';
  /** `untried`: our public API cannot ask it. */
  readonly ours: 'accepted' | 'refused' | 'untried';
  /** Our words. */
  readonly because: string;
}

export interface FileReport {
  readonly file: string;
  readonly judged: readonly Judged[];
}

/** A difference that is meant: ours is right, or stricter on purpose. */
interface Allowed {
  readonly file: string;
  /** Vectors by id: `3, 82-108`. */
  readonly ids: string;
  readonly ours: 'accepted' | 'refused';
  readonly reason: string;
}

const ALLOWED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'allowed.json'), 'utf8'),
) as readonly Allowed[];

/** Prints one line a file, one a failure and one an allowed difference’s reason. @returns how many failed. */
export function printReports(title: string, reports: readonly FileReport[]): number {
  console.log(`\n# ${title}\n`);
  const width = Math.max(...reports.map(({ file }) => file.length));
  let failures = 0;
  for (const { file, judged } of reports) {
    const untried = judged.filter(({ ours }) => ours === 'untried');
    const differing = judged.filter(
      ({ wanted, ours }) => wanted !== 'either' && ours !== 'untried' && wanted !== ours,
    );
    const allowances = ALLOWED.filter((allowed) => allowed.file === file);
    const failed = differing.filter((vector) => !allowances.some((allowed) => covers(allowed, vector)));
    const allowed = differing.length - failed.length;
    const passed = judged.length - differing.length - untried.length;
    failures += failed.length;
    const rest = [
      ...(allowed > 0 ? [`${allowed} differ as meant`] : []),
      ...(untried.length > 0 ? [`${untried.length} not expressible (${wordsOf(untried)})`] : []),
    ];
    console.log(
      `${file.padEnd(width)}  ${[`${passed} passed`, `${failed.length} failed`, ...rest].join(', ')}`,
    );
    for (const { id, comment, wanted, ours, because } of failed) {
      console.log(`  FAILED ${id} (${comment}): wanted ${wanted}, ${ours}${because && `: ${because}`}`);
    }
    for (const allowance of allowances) {
      const met = differing.filter((vector) => covers(allowance, vector));
      console.log(`  ${met.length} ${allowance.ours}: ${allowance.reason}`);
      const stale = idsOf(allowance).filter((id) => !met.some((vector) => vector.id === id));
      if (stale.length === 0) continue;
      failures++;
      console.log(`  FAILED: differ no longer: ${stale.join(', ')}`);
    }
  }
  const total = reports.reduce((sum, { judged }) => sum + judged.length, 0);
  console.log(`\n${total} vectors, ${failures} failed`);
  return failures;
}

function covers(allowed: Allowed, { id, ours }: Judged): boolean {
  return ours === allowed.ours && idsOf(allowed).includes(id);
}

function idsOf({ ids }: Allowed): readonly string[] {
  return ids.split(', ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
  });
}

function wordsOf(judged: readonly Judged[]): string {
  return [...new Set(judged.map(({ because }) => because))].join('; ');
}
