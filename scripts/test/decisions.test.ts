/** Prevents: a program that decides by the words of a sentence, and goes another way when somebody improves them. */
import { expect, it } from 'vitest';
import { decisionsByPattern, decisionsByWords } from '../sentences.ts';

/** The words of others, who give no code with them. */
const FOREIGN: readonly string[] = [
  'SQLite is an experimental feature',
  'bad port',
  'bad response',
  'ES_SYNTAX.test(error.message)',
];

function isOwn(decision: string): boolean {
  return !FOREIGN.some((words) => decision.endsWith(words));
}

it.each(['core', 'api', 'gateway', 'sandbox', 'cli'])('%s decides by no sentence', (name) => {
  expect(decisionsByWords(`packages/${name}/src`).filter(isOwn)).toEqual([]);
});

it.each(['core', 'api', 'gateway', 'sandbox', 'cli'])('%s looks into no sentence by a pattern', (name) => {
  expect(decisionsByPattern(`packages/${name}/src`).filter(isOwn)).toEqual([]);
});
