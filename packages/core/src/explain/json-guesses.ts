/** Texts that a JSON document may have been before its numbers and blanks were written anew: the likeliest first. */
import { utf8 } from '../text/bytes.ts';
import { type JsonStyle, printTree } from './json-print.ts';
import { JSON_PRINTERS } from './json-printers.ts';
import type { JsonTree } from './json-tree.ts';
import { type Spelling, spellingsOf, withFraction } from './number-spellings.ts';

interface Guess {
  readonly body: Uint8Array;
  /** What was written otherwise, e.g. `19.90 (19.9 now)`: the first few. */
  readonly detail: string;
}

interface GuessLimits {
  /** Of how many steps in all a guess may be unlikely. */
  readonly cost: number;
  /** At most, those by one rule for all numbers among them: these are 120. */
  readonly guesses: number;
  /** Whether to guess the text with its numbers as they are, too: printers have rows of their own. Default false. */
  readonly asItIs?: boolean;
}

/** Above it the numbers are too many to be guessed one by one. */
const MAX_UNKNOWNS = 24;

/** Where they stand in all: each splits the text once more. */
const MAX_PLACES = 1000;

/** All texts together. */
const MAX_BYTES = 40_000_000;

/** Of how many numbers a sentence speaks. */
const MAX_TOLD = 3;

/** How senders print, and how unlikely it is. */
const STYLE_COSTS: Readonly<Record<string, number>> = {
  compact: 0,
  python: 2,
  'python-unicode': 2,
  'php-unicode': 3,
  php: 3,
  'python-compact': 3,
  'javascript-2': 2,
  go: 3,
  'javascript-4': 4,
  dotnet: 5,
};

const STYLES: readonly { readonly style: JsonStyle; readonly cost: number }[] = JSON_PRINTERS.flatMap(
  (printer) => {
    const { numbers: _, order: __, ...style } = printer;
    const cost = STYLE_COSTS[printer.id];
    return cost === undefined ? [] : [{ style, cost }];
  },
);

const ENDS: readonly { readonly end: string; readonly cost: number }[] = [
  { end: '', cost: 0 },
  { end: '\n', cost: 2 },
];

/** What may have been written otherwise: a number or null, wherever it stands under one name, or empty lists. */
interface Unknown {
  readonly name: string;
  readonly word: string;
  readonly spellings: readonly Spelling[];
}

/** A tree whose numbers are places in a list of unknowns. */
interface Open {
  readonly tree: JsonTree;
  readonly unknowns: readonly Unknown[];
  readonly places: number;
}

/** Without the text that the tree is now. */
export function* guessesOf(
  tree: JsonTree,
  { cost: most, guesses, asItIs = false }: GuessLimits,
): Generator<Guess> {
  const open = openTree(tree);
  const { unknowns, places } = open;
  if ((unknowns.length === 0 && !asItIs) || unknowns.length > MAX_UNKNOWNS || places > MAX_PLACES) return;
  const frames = new Map<JsonStyle, Frame>();
  // Each is printed when its turn comes: all at once would take longer than other requests may wait.
  const frameIn = (style: JsonStyle): Frame => {
    const frame = frames.get(style) ?? frameOf(style, open.tree);
    frames.set(style, frame);
    return frame;
  };
  let left = guesses;
  let bytesLeft = MAX_BYTES;
  const guess = (style: JsonStyle, words: readonly string[], end: string): Guess | undefined => {
    if (left-- <= 0) return undefined;
    const body = filled(frameIn(style), words, end);
    bytesLeft -= body.length;
    return bytesLeft < 0 ? undefined : { body, detail: toldOf(unknowns, words) };
  };
  for (const words of [...conventions(unknowns)]) {
    for (const { style } of STYLES) {
      for (const { end } of ENDS) {
        const next = guess(style, words, end);
        if (!next) return;
        yield next;
      }
    }
  }
  for (let cost = asItIs ? 0 : 1; cost <= most; cost++) {
    for (const { style, cost: styleCost } of STYLES) {
      for (const { end, cost: endCost } of ENDS) {
        const rest = cost - styleCost - endCost;
        for (const words of choices(unknowns, rest)) {
          // As the numbers are, printers have rows of their own.
          if (!asItIs && rest === 0) continue;
          const next = guess(style, words, end);
          if (!next) return;
          yield next;
        }
      }
    }
  }
}

/** Of a text that JSON escapes: it stands nowhere else. */
const MARK = '\0';

function openTree(tree: JsonTree): Open {
  const unknowns: Unknown[] = [];
  const places = new Map<string, number>();
  let count = 0;
  const indexOfUnknown = (name: string, word: string): number => {
    count++;
    const key = `${name}\0${word}`;
    const place = places.get(key) ?? unknowns.length;
    if (!places.has(key)) {
      places.set(key, place);
      unknowns.push({ name, word, spellings: spellingsAt(word) });
    }
    return place;
  };
  const opened = (value: JsonTree, name: string): JsonTree => {
    switch (value.kind) {
      case 'object':
        return {
          kind: 'object',
          members: value.members.map((member) => ({ ...member, value: opened(member.value, member.name) })),
        };
      case 'list':
        return value.items.length === 0
          ? { kind: 'word', word: MARK + indexOfUnknown('', EMPTY_LIST) + MARK }
          : { kind: 'list', items: value.items.map((item) => opened(item, name)) };
      case 'word':
        return spellingsAt(value.word).length > 1
          ? { kind: 'word', word: MARK + indexOfUnknown(name, value.word) + MARK }
          : value;
      default:
        return value;
    }
  };
  return { tree: opened(tree, ''), unknowns, places: count };
}

const EMPTY_LIST = '[]';

/** What else programs confuse: PHP writes an empty object as an empty list, and Laravel makes null of empty texts. */
const CONFUSED: Readonly<Record<string, readonly Spelling[]>> = {
  [EMPTY_LIST]: [
    { word: EMPTY_LIST, cost: 0 },
    { word: '{}', cost: 1 },
  ],
  null: [
    { word: 'null', cost: 0 },
    { word: '""', cost: 2 },
  ],
};

function spellingsAt(word: string): readonly Spelling[] {
  return CONFUSED[word] ?? (/^[-\d]/.test(word) ? spellingsOf(word) : []);
}

/** A tree in some style, with room for the unknowns: each body is made of its bytes. */
interface Frame {
  /** The text between the unknowns: one piece more than there are places. */
  readonly pieces: readonly Uint8Array[];
  /** Which unknown stands behind each piece but the last. */
  readonly places: readonly number[];
  /** Of all pieces. */
  readonly length: number;
}

function frameOf(style: JsonStyle, tree: JsonTree): Frame {
  const parts = printTree(style, tree).split(MARK);
  const pieces = parts.filter((_, i) => i % 2 === 0).map(utf8);
  const places = parts.filter((_, i) => i % 2 === 1).map(Number);
  return { pieces, places, length: pieces.reduce((sum, { length }) => sum + length, 0) };
}

/** @param words in ASCII */
function filled({ pieces, places, length }: Frame, words: readonly string[], end: string): Uint8Array {
  const total = places.reduce((sum, place) => sum + (words[place] as string).length, length + end.length);
  const body = new Uint8Array(total);
  let at = 0;
  const write = (text: string): void => {
    for (let i = 0; i < text.length; i++) body[at++] = text.charCodeAt(i);
  };
  for (const [i, piece] of pieces.entries()) {
    body.set(piece, at);
    at += piece.length;
    write(i < places.length ? (words[places[i] as number] as string) : end);
  }
  return body;
}

/** One rule for all numbers of the names that have a fraction somewhere. */
function* conventions(unknowns: readonly Unknown[]): Generator<readonly string[]> {
  const names = new Set(unknowns.filter(({ word }) => word.includes('.')).map(({ name }) => name));
  const isShort = (word: string): boolean => /^-?\d{1,8}(?:\.\d+)?$/.test(word);
  for (const digits of [2, 1, 3, 4, 6]) {
    const words = unknowns.map(({ name, word }) =>
      names.has(name) && isShort(word) ? (withFraction(word, digits) ?? word) : word,
    );
    if (words.some((word, i) => word !== unknowns[i]?.word)) yield words;
  }
  // Each whole number with a point, as where all are floating-point.
  const words = unknowns.map(({ word }) => (isShort(word) ? (withFraction(word, 1) ?? word) : word));
  if (words.some((word, i) => word !== unknowns[i]?.word)) yield words;
}

/** One spelling of each, of that cost together. */
function* choices(unknowns: readonly Unknown[], cost: number): Generator<readonly string[]> {
  if (cost < 0) return;
  const words = unknowns.map(({ word }) => word);
  yield* wordLists(unknowns, words, 0, cost);
}

function* wordLists(
  unknowns: readonly Unknown[],
  words: string[],
  from: number,
  cost: number,
): Generator<readonly string[]> {
  if (cost === 0) {
    yield words;
    return;
  }
  for (let at = from; at < unknowns.length; at++) {
    const { word, spellings } = unknowns[at] as Unknown;
    for (const other of spellings) {
      if (other.cost === 0 || other.cost > cost) continue;
      words[at] = other.word;
      yield* wordLists(unknowns, words, at + 1, cost - other.cost);
    }
    words[at] = word;
  }
}

function toldOf(unknowns: readonly Unknown[], words: readonly string[]): string {
  const texts: string[] = [];
  for (const [i, { word }] of unknowns.entries()) {
    const other = words[i] as string;
    const text = `${other} (now ${word})`;
    if (other !== word && !texts.includes(text)) texts.push(text);
    if (texts.length === MAX_TOLD) break;
  }
  return texts.join(', ');
}
