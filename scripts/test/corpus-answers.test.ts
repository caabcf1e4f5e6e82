/** Prevents: an explanation that counts as right and names something else: an answer of corpus/answers.json that takes all of a part, or that no row of explain is. */
import { expect, it } from 'vitest';
import { HYPOTHESES } from '../../packages/core/src/explain/table.ts';
import { readCorpus } from '../../packages/core/test/explain-corpus/corpus-lines.ts';
import { ANSWERS, isRight, NOTHING } from '../corpus-answers.ts';

const causes = new Set(readCorpus().map(({ cause }) => cause));
causes.delete('none');

it('each cause of the corpus has its answers, and no other', () => {
  expect(Object.keys(ANSWERS).sort()).toEqual([...causes].sort());
});

const rows = Object.entries(ANSWERS).flatMap(([cause, answers]) =>
  answers.filter((answer) => answer !== NOTHING).map((answer): [string, string] => [cause, answer]),
);

it.each(rows)('%s: %s is a row of explain, and no whole part of them', (cause, answer) => {
  expect(answer).not.toMatch(/^[a-z]+-\*$/);
  const ids = HYPOTHESES.map(({ id }) => id).filter((id) => isRight(cause, id));
  expect(ids.some((id) => new RegExp(`^${answer.replaceAll('*', '.*')}$`).test(id))).toBe(true);
});
