/** Patterns of texts as a filter has them: `invoice.paid`, `customer.*`, `*.failed`. */
import { SetupError } from '@countersign/core';

const MAX_LENGTH = 256;

/**
 * Makes what holds a text against a pattern, to the letter. One `*` stands for any characters, also none; `\*` is a star, `\\` a backslash.
 * No more than one: so each text is judged in the time that it takes to compare it, whoever wrote it.
 * @throws SetupError with the place of what stands for nothing
 */
export function textPattern(pattern: string, option: string): (text: string) => boolean {
  if (pattern.length > MAX_LENGTH) {
    throw new SetupError(
      option,
      `the pattern has ${pattern.length} characters`,
      `Give at most ${MAX_LENGTH}; one * stands for any characters.`,
    );
  }
  const parts = partsOf(pattern, option);
  const [start = '', end] = parts;
  if (end === undefined) return (text) => text === start;
  const shortest = start.length + end.length;
  return (text) => text.length >= shortest && text.startsWith(start) && text.endsWith(end);
}

/** What stands before a `*` and behind it, or the one text. */
function partsOf(pattern: string, option: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < pattern.length; i++) {
    let char = pattern[i] as string;
    if (char === '*') {
      if (parts.length > 0) throw secondStar(option, i);
      parts.push(part);
      part = '';
      continue;
    }
    if (char === '\\') {
      char = pattern[++i] ?? '';
      if (char !== '*' && char !== '\\') throw oddBackslash(option, i);
    }
    part += char;
  }
  return [...parts, part];
}

function secondStar(option: string, at: number): SetupError {
  return new SetupError(
    option,
    `at character ${at + 1}: a second * in the pattern`,
    'Have one * at most, or give several patterns; \\* is a star.',
  );
}

/** @param at of what follows it */
function oddBackslash(option: string, at: number): SetupError {
  return new SetupError(
    option,
    `at character ${at}: a backslash stands for nothing`,
    'Write \\* for a star, \\\\ for a backslash.',
  );
}
