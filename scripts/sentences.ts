/** Prevents: a sentence of the program that no test has ever raised, so that nobody has read it beside its cause. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesOf, isNode, type Node, nodesOfSource } from './syntax-tree.ts';

export interface Sentence {
  /** File and line. */
  readonly place: string;
  /** As written, with `…` where a value stands. */
  readonly text: string;
  /** Matches what is said, whatever the values are. */
  readonly pattern: RegExp;
}

/** By the name of a function, class or property: which of its arguments are sentences; for a property it is its value. */
export type SentencePlaces = Readonly<Record<string, readonly number[] | 'property'>>;

/** Every sentence of a folder's sources that stands, as it is or with values in it, at one of the places. */
export function sentencesOf(folder: string, places: SentencePlaces): readonly Sentence[] {
  return filesOf(folder, ['.ts']).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return nodesOfSource(source)
      .flatMap((node) => sentencesAt(node, places))
      .flatMap((node) => {
        const line = source.slice(0, node.start).split('\n').length;
        return variantsOf(node).map((parts) => sentence(`${relative(folder, file)}:${line}`, parts));
      });
  });
}

function sentencesAt(node: Node, places: SentencePlaces): readonly Node[] {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const at = placeOf(node['callee'], places);
    const values = node['arguments'];
    return Array.isArray(at) && Array.isArray(values) ? at.map((i: number) => values[i]).filter(isNode) : [];
  }
  if (node.type === 'Property' && placeOf(node['key'], places) === 'property' && isNode(node['value'])) {
    return [node['value']];
  }
  return [];
}

function placeOf(name: unknown, places: SentencePlaces): SentencePlaces[string] | undefined {
  if (!isNode(name)) return undefined;
  if (name.type === 'MemberExpression') return placeOf(name['property'], places);
  const text = name['name'];
  return typeof text === 'string' && Object.hasOwn(places, text) ? places[text] : undefined;
}

/** A text in parts; between two of them stands a value. */
type Parts = readonly string[];

/** What an expression can come to; nothing where that is written elsewhere. */
function variantsOf(node: unknown): readonly Parts[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [[node['value']]] : [];
    case 'TemplateLiteral':
      return [(node['quasis'] as readonly { value: { cooked: string } }[]).map(({ value }) => value.cooked)];
    case 'ConditionalExpression':
      return [...variantsOf(node['consequent']), ...variantsOf(node['alternate'])];
    case 'LogicalExpression':
      return [...variantsOf(node['left']), ...variantsOf(node['right'])];
    case 'ParenthesizedExpression':
      return variantsOf(node['expression']);
    // A sentence with values that are given later.
    case 'ArrowFunctionExpression':
      return variantsOf(node['body']);
    default:
      return [];
  }
}

function sentence(place: string, parts: Parts): Sentence {
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return { place, text: parts.join('…'), pattern: new RegExp(escaped.join('[^\n]*?')) };
}

/** Fewer letters than this, without the values, are found anywhere: that such a sentence is found proves nothing. */
const LEAST_LETTERS = 12;

/** Short sentences that a person has read where they stand; another needs more words, or a line here. */
const READ_IN_PLACE: ReadonlySet<string> = new Set([
  // What was given, by its kind or number.
  'it is …',
  'it is a PEM',
  'it is JSON',
  'it returned …',
  'it threw …',
  '… is not none',
  // What a member lacks, behind its path.
  'is missing',
  'is required',
  'is empty',
  'has …',
  'has no key',
  'has no jti',
  'has no iat',
  '… is not a field',
  '… is not a file',
  '… is not text',
  '… must be …',
  'there is no … …',
  // Parts that longer sentences are made of.
  'the … …',
  'the … is …',
  '…; it has …',
  '…, at byte …',
  'a bug: …',
]);

/** The sentences of a package's sources that none of its tests or snapshots quotes, each with its place. */
export function unquotedSentences(folder: string, places: SentencePlaces): readonly string[] {
  const quoted = [
    ...filesOf(join(folder, 'test'), ['.ts']).flatMap((file) => quotesOf(readFileSync(file, 'utf8'))),
    ...filesOf(join(folder, 'test'), ['.snap']).map((file) => readFileSync(file, 'utf8')),
  ].join('\n');
  return sentencesOf(join(folder, 'src'), places)
    .filter(({ text }) => isSentence(text))
    .filter(({ text, pattern }) => (isShort(text) && !READ_IN_PLACE.has(text)) || !pattern.test(quoted))
    .map(({ place, text }) => `${place}: ${text}`);
}

/** Whether there are words in it at all: a name, or values with signs between them, are none. */
function isSentence(text: string): boolean {
  return /[A-Za-z]/.test(text) && /[\s…]/.test(text);
}

function isShort(text: string): boolean {
  return text.replaceAll('…', '').trim().length < LEAST_LETTERS;
}

/** What a source quotes: its texts, templates and patterns, each on lines of its own; no comment and no name. */
function quotesOf(source: string): readonly string[] {
  return nodesOfSource(source).flatMap((node) => {
    if (node.type === 'TemplateLiteral') return variantsOf(node).map((parts) => parts.join('…'));
    if (node.type !== 'Literal') return [];
    const { regex, value } = node as { regex?: { pattern: string }; value?: unknown };
    if (regex !== undefined) return [regex.pattern.replace(/\\(.)/g, '$1')];
    return typeof value === 'string' ? [value] : [];
  });
}

const TEXT_TESTS: ReadonlySet<unknown> = new Set(['includes', 'startsWith', 'endsWith', 'indexOf']);

/** The members of a refusal or an error that are sentences. */
const SENTENCE_NAMES: ReadonlySet<unknown> = new Set(['message', 'problem']);

/** Where a folder's sources look into a sentence by a pattern, or for a text that a variable holds; each with its place. */
export function decisionsByPattern(folder: string): readonly string[] {
  return filesOf(folder, ['.ts']).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return nodesOfSource(source)
      .filter(looksIntoSentence)
      .map((node) => {
        const line = source.slice(0, node.start).split('\n').length;
        return `${relative(folder, file)}:${line}: ${source.slice(node.start, node.end)}`;
      });
  });
}

function looksIntoSentence(node: Node): boolean {
  const callee = node.type === 'CallExpression' ? node['callee'] : undefined;
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee['property'])) return false;
  const name = callee['property']['name'];
  if (TEXT_TESTS.has(name) || name === 'match') return isSentenceName(callee['object']);
  const values = node['arguments'];
  return (name === 'test' || name === 'exec') && Array.isArray(values) && isSentenceName(values[0]);
}

function isSentenceName(node: unknown): boolean {
  if (!isNode(node)) return false;
  return node.type === 'MemberExpression'
    ? isSentenceName(node['property'])
    : SENTENCE_NAMES.has(node['name']);
}

/** Where a folder's sources compare a text with two words or more, or look for them in one; each with its place. */
export function decisionsByWords(folder: string): readonly string[] {
  return filesOf(folder, ['.ts']).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return nodesOfSource(source)
      .flatMap(comparedBy)
      .flatMap((node) => {
        const line = source.slice(0, node.start).split('\n').length;
        return variantsOf(node).map((parts) => ({ place: `${relative(folder, file)}:${line}`, parts }));
      })
      .filter(({ parts }) => parts.some((part) => /[a-z]{2,} [a-z]/.test(part)))
      .map(({ place, parts }) => `${place}: ${parts.join('…')}`);
  });
}

function comparedBy(node: Node): readonly Node[] {
  if (node.type === 'BinaryExpression' && ['===', '!=='].includes(String(node['operator']))) {
    return [node['left'], node['right']].filter(isNode);
  }
  if (node.type === 'SwitchCase') return [node['test']].filter(isNode);
  if (node.type !== 'CallExpression') return [];
  const callee = node['callee'];
  const name = isNode(callee) && callee.type === 'MemberExpression' ? callee['property'] : undefined;
  const isTest = isNode(name) && TEXT_TESTS.has(name['name']);
  return isTest && Array.isArray(node['arguments']) ? node['arguments'].filter(isNode) : [];
}
