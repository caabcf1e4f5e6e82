/** JSON whose numbers a program has written otherwise, or rounded. */

import { FEW_STYLES, LINE } from '../few-styles.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { guessesOf } from '../json-guesses.ts';
import { printTree } from '../json-print.ts';
import { type JsonTree, mapTree } from '../json-tree.ts';
import { isRounded, wholesRoundedTo } from '../number-spellings.ts';
import { bodyJson, otherBody, withJson } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { COMPARED, RAW } from './body-part.ts';

const LIMITS = { cost: 9, guesses: 6120 };

/** A text for each candidate: some megabytes in all. */
const MAX_ROUNDED_CHARS = 4096;
const MAX_ROUNDED = 4096;

/** `body-json-numbers` at most 6120 trials, `body-json-big-number` 4096. */
export const BODY_JSON_NUMBERS: readonly Hypothesis[] = [
  {
    id: 'body-json-big-number',
    ...COMPARED,
    changes: (trial) => withJson(trial, unrounded),
    says: () =>
      'A whole number above 2^53 was rounded since the body was signed, as JavaScript rounds it: the body was parsed and printed again.',
    mend: () => `${RAW} Besides, read such an id from the raw text, or have it sent as a string.`,
    example: 'raw-body',
  },
  {
    id: 'body-json-numbers',
    ...COMPARED,
    *changes(trial): Generator<Change> {
      const tree = bodyJson(trial);
      if (!tree) return;
      for (const { body, detail } of guessesOf(tree, LIMITS)) yield* otherBody(trial, body, detail);
    },
    says: (words) =>
      `The body is JSON that was read and printed again since it was signed, and some of its values were signed in another spelling: ${words}.`,
    mend: () => `${RAW} What a parser has made of 19.90 or 1e3 cannot be printed as it was.`,
    example: 'raw-body',
  },
  {
    id: 'body-json-rounded',
    ...COMPARED,
    certainty: 'possible',
    sees(trial: Trial) {
      const tree = bodyJson(trial);
      return tree && numbersOf(tree).find(looksRounded);
    },
    says: (word) =>
      `The body holds ${word}, which is what a program writes of a whole number that is too long for it: the body was parsed and printed again, and its last digits are lost.`,
    mend: () => `${RAW} Besides, read such an id from the raw text, or have it sent as a string.`,
    example: 'raw-body',
  },
];

/** Just above 2^53, every second number could have been sent so. */
function looksRounded(word: string): boolean {
  return isRounded(word) && /00$|[eE]/.test(word);
}

function numbersOf(tree: JsonTree): readonly string[] {
  const words: string[] = [];
  mapTree(tree, (value) => {
    if (value.kind === 'word' && /^[-\d]/.test(value.word)) words.push(value.word);
    return value;
  });
  return words;
}

/** The numbers that round to the only one that looks rounded. */
function* unrounded(tree: JsonTree): Generator<string> {
  const [number, ...others] = numbersOf(tree).filter(isRounded);
  if (number === undefined || others.length > 0) return;
  const wholes = wholesRoundedTo(number, MAX_ROUNDED);
  for (const style of [LINE, ...FEW_STYLES.slice(1, 2)]) {
    const parts = printTree(style, tree).split(number);
    if (parts.length !== 2 || parts.join('').length > MAX_ROUNDED_CHARS) return;
    for (const whole of wholes ?? []) yield parts.join(whole);
  }
}
