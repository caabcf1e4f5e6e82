/** Whether what `explain` says first of a request of vectors/explain-corpus is what really happened: corpus/answers.json has which findings name a cause. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In corpus/answers.json: of a cause that no request shows, or not each, e.g. another secret. */
export const NOTHING = '(nothing)';

/** By the cause: ids of findings, with `*` for what they end with otherwise. */
export const ANSWERS: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../corpus/answers.json'), 'utf8'),
);

/** Two at once name the cause where one of them does. @param id the finding’s, or `NOTHING` */
export function isRight(cause: string, id: string): boolean {
  const patterns = ANSWERS[cause] ?? [];
  return id.split('+').some((part) => patterns.some((pattern) => matches(pattern, part)));
}

function matches(pattern: string, id: string): boolean {
  return pattern === id || new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(id);
}
