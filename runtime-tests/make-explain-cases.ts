/** Chooses refused requests, and has Node explain each. */
import { readdirSync } from 'node:fs';
import { readCorpus } from '../packages/core/test/explain-corpus/corpus-lines.ts';
import { EXPLAIN_VECTORS, readExplainFile } from '../packages/core/test/support/explain-vectors.ts';
import { seededRandom } from '../scripts/seeded-random.ts';
import { findingsOf } from './suites/explain.ts';
import type { ExplainCase } from './suites/suite-data.ts';

const CORPUS_LINES = 40;

/** The first request of each file of `vectors/explain`, and as many of the corpus as a seed picks; with `isAll` every one of both. */
export async function makeExplainCases(isAll: boolean): Promise<readonly ExplainCase[]> {
  const choices = [...vectors(isAll), ...corpus(isAll)];
  const cases: ExplainCase[] = [];
  for (const choice of choices) cases.push({ ...choice, findings: JSON.stringify(await findingsOf(choice)) });
  return cases;
}

type Choice = Omit<ExplainCase, 'findings'>;

function vectors(isAll: boolean): readonly Choice[] {
  return readdirSync(EXPLAIN_VECTORS).flatMap((file) => {
    const { id, cases } = readExplainFile(file.replace('.json', ''));
    return (isAll ? cases : cases.slice(0, 1)).map((vector) => ({ title: `${id}: ${vector.name}`, vector }));
  });
}

function corpus(isAll: boolean): readonly Choice[] {
  const lines = [...readCorpus()];
  const random = seededRandom(1);
  const picked = isAll
    ? lines
    : Array.from({ length: CORPUS_LINES }, () => lines.splice(random() % lines.length, 1)).flat();
  return picked.map((line) => ({ title: line.id, line }));
}
