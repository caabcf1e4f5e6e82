/** Prevents: a program that decides by the words of a sentence, and goes another way when somebody improves them. */
import { expect, it } from 'vitest';
import { decisionsByWords } from '../sentences.ts';

/** The words of others, who give no code with them. */
const FOREIGN: readonly string[] = ['SQLite is an experimental feature', 'bad port'];

it.each(['core', 'api', 'gateway', 'sandbox', 'cli'])('%s decides by no sentence', (name) => {
  const decisions = decisionsByWords(`packages/${name}/src`);
  expect(decisions.filter((decision) => !FOREIGN.some((words) => decision.endsWith(words)))).toEqual([]);
});
