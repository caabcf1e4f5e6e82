/** Prevents: a program that decides by the words of a sentence, and goes another way when somebody improves them. */
import { expect, it } from 'vitest';
import { decisionsByPattern, decisionsByWords } from '../sentences.ts';

/** The words of others, who give no code with them. */
const FOREIGN: readonly string[] = [
  'SQLite is an experimental feature',
  'bad port',
  'bad response',
  'ES_SYNTAX.test(error.message)',
  // Redis, whose answers have one word for a code, and its client.
  '/^([A-Z]{3,20})\\b/.exec(message)',
  '/DB index is out of range|invalid DB index|SELECT is not allowed/.test(message)',
  '/^ERR AUTH |^ERR Client sent AUTH/.test(message)',
  "message.startsWith('Unknown RESP type')",
  '/^ERR unknown command/.test(message)',
  '/^Connection timeout/.test(message)',
  // The client of PostgreSQL.
  '/^(?:Connection terminated|timeout expired|timeout exceeded|Query read timeout)/.test(error.message)',
  'The server does not support SSL connections',
  "cause.message.startsWith('SASL')",
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
