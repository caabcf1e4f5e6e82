/** JSON whose values or names a program has changed that read it, and that can be changed back. */

import { FEW_STYLES, LINE } from '../few-styles.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { printTree } from '../json-print.ts';
import { type JsonTree, mapTree } from '../json-tree.ts';
import { withJson } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** Each of the changes alone, in the few styles. */
function withValues(trial: Trial, changes: readonly ((tree: JsonTree) => JsonTree)[]): Generator<Change> {
  return withJson(trial, function* (tree) {
    const before = printTree(LINE, tree);
    for (const change of changes) {
      const other = mapTree(tree, change);
      // Where it changes nothing, printers have rows of their own.
      if (printTree(LINE, other) === before) continue;
      for (const style of FEW_STYLES) yield printTree(style, other);
    }
  });
}

type ValueChange = (tree: JsonTree) => JsonTree;

/** Without members that such a value has. */
const without =
  (isOmitted: (value: JsonTree) => boolean): ValueChange =>
  (tree) =>
    tree.kind === 'object'
      ? { kind: 'object', members: tree.members.filter(({ value }) => !isOmitted(value)) }
      : tree;

const renamed =
  (rename: (name: string) => string): ValueChange =>
  (tree) =>
    tree.kind === 'object'
      ? { kind: 'object', members: tree.members.map(({ name, value }) => ({ name: rename(name), value })) }
      : tree;

const texts =
  (change: (text: string) => string): ValueChange =>
  (tree) =>
    tree.kind === 'text' ? { kind: 'text', text: change(tree.text) } : tree;

const isNull = (value: JsonTree): boolean => value.kind === 'word' && value.word === 'null';

function isEmpty(value: JsonTree): boolean {
  switch (value.kind) {
    case 'object':
      return value.members.length === 0;
    case 'list':
      return value.items.length === 0;
    case 'text':
      return value.text === '';
    case 'word':
      return value.word === 'null' || value.word === 'false' || Number(value.word) === 0;
  }
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter, at) => (at === 0 ? '' : '_') + letter.toLowerCase());
const camel = (name: string): string =>
  (name[0]?.toLowerCase() ?? '') +
  name.slice(1).replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string): string => (name[0]?.toUpperCase() ?? '') + camel(name).slice(1);

const UTC = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|\+00:?00)$/;

/** A time in UTC, with another end. */
const dated = (end: string, fraction: (digits: string) => string): ValueChange =>
  texts((text) =>
    text.replace(
      UTC,
      (_, day: string, time: string, digits = '') => `${day}T${time}${fraction(digits)}${end}`,
    ),
  );

const asItIs = (digits: string): string => digits;
const milliseconds = (digits: string): string => `.${digits.slice(1, 4).padEnd(3, '0')}`;
const shortest = (digits: string): string => digits.replace(/\.?0+$/, '');

const EMPTY_LIST: JsonTree = { kind: 'list', items: [] };
const EMPTY_OBJECT: JsonTree = { kind: 'object', members: [] };

/** Each change in 3 styles. */
export const BODY_JSON_VALUES: readonly TrialHypothesis[] = [
  {
    id: 'body-json-nulls-added',
    ...COMPARED,
    changes: (trial) => withValues(trial, [without(isNull), without(isEmpty)]),
    says: () =>
      'The signature is of the body’s JSON without the members that are null or empty: they were added by a program that read it into objects and printed these, or the sender leaves them out of what it signs.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-json-name-case',
    ...COMPARED,
    changes: (trial) => withValues(trial, [renamed(snake), renamed(camel), renamed(pascal)]),
    says: () =>
      'The signature is of the body’s JSON with its names in another case (user_id, userId, UserId): they were converted after it was signed.',
    mend: () => `${RAW} Converters of names must come after the gate. ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-json-empty-object',
    ...COMPARED,
    changes: (trial) =>
      withValues(trial, [
        (tree) => (tree.kind === 'list' && tree.items.length === 0 ? EMPTY_OBJECT : tree),
        (tree) => (tree.kind === 'object' && tree.members.length === 0 ? EMPTY_LIST : tree),
      ]),
    says: () =>
      'Empty objects {} have become empty lists [] since the body was signed, or the reverse, as PHP and Lua confuse them: the body was parsed and printed again.',
    mend: () => `${RAW} In PHP: file_get_contents('php://input').`,
    example: 'raw-body',
  },
  {
    id: 'body-json-empty-text',
    ...COMPARED,
    changes: (trial) =>
      withValues(trial, [
        (tree) => (isNull(tree) ? { kind: 'text', text: '' } : tree),
        (tree) => (tree.kind === 'text' && tree.text === '' ? { kind: 'word', word: 'null' } : tree),
      ]),
    says: () =>
      'Empty texts "" have become null since the body was signed, or the reverse, as Laravel’s ConvertEmptyStringsToNull does: the body was parsed and printed again.',
    mend: () => `${RAW} In Laravel: $request->getContent().`,
    example: 'raw-body',
  },
  {
    id: 'body-json-number-text',
    ...COMPARED,
    changes: (trial) =>
      withValues(trial, [
        (tree) =>
          tree.kind === 'word' && /^[-\d]/.test(tree.word) ? { kind: 'text', text: tree.word } : tree,
        (tree) =>
          tree.kind === 'text' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(tree.text)
            ? { kind: 'word', word: tree.text }
            : tree,
      ]),
    says: () =>
      'Numbers have become texts since the body was signed, or the reverse: 1 and "1". The body was parsed and printed again.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-json-dates',
    ...COMPARED,
    changes: (trial) =>
      withValues(trial, [
        dated('Z', asItIs),
        dated('Z', milliseconds),
        dated('Z', shortest),
        dated('+00:00', asItIs),
        dated('+00:00', shortest),
        dated('+00:00', milliseconds),
      ]),
    says: () =>
      'Times are written otherwise than they were signed (…Z, …+00:00, …000Z): a program read them as times and printed them again.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
];
