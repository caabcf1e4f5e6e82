/**
 * What `words` has of an event, as PostgreSQL's `tsvector`: its words, its gate, and the blocks of places that it is in. By a block an index looks at
 * a bounded part of itself: it has no order, and of a frequent word it would read all places.
 */
import { createHash } from 'node:crypto';
import { foldedWords } from '../folded-words.ts';

/** Blocks of so many bits of places each. */
export const BLOCK_BITS: readonly number[] = [8, 12, 16, 20, 24];

/** PostgreSQL takes 2,046 bytes; what is longer is nobody's word. */
const MOST_BYTES = 200;
/** PostgreSQL takes 1 MB of lexemes. What comes after is not found. */
const MOST_TEXT_BYTES = 512 * 1024;

export interface IndexedEvent {
  readonly gate: string;
  readonly place: number;
  /** What is found of it. */
  readonly text: string;
}

/** The text form of a `tsvector`. */
export function vectorOf({ gate, place, text }: IndexedEvent): string {
  const lexemes = new Set([gateLexeme(gate), ...BLOCK_BITS.map((bits) => blockLexeme(place, bits))]);
  let bytes = 0;
  for (const word of foldedWords(text)) {
    const lexeme = wordLexeme(word);
    if (lexemes.has(lexeme)) continue;
    bytes += Buffer.byteLength(lexeme);
    if (bytes > MOST_TEXT_BYTES) break;
    lexemes.add(lexeme);
  }
  return [...lexemes].join(' ');
}

export interface WordQuery {
  /** As they are sought. */
  readonly words: readonly string[];
  readonly gates: readonly string[];
  readonly place: number;
  readonly bits: number;
}

/** The text form of a `tsquery`: events of these gates that have all words, in the block that has the place. */
export function queryOf({ words, gates, place, bits }: WordQuery): string {
  const sought = new Set(words.flatMap(foldedWords).map(wordLexeme));
  return [...sought, `(${gates.map(gateLexeme).join(' | ')})`, blockLexeme(place, bits)].join(' & ');
}

/** It holds letters, digits and marks alone: nothing in it is to be escaped. */
function wordLexeme(word: string): string {
  if (Buffer.byteLength(word) <= MOST_BYTES) return `'${word}'`;
  return `'#${createHash('sha256').update(word).digest('hex')}'`;
}

// No word has one of the characters that these begin with.

function gateLexeme(gate: string): string {
  return `'@${createHash('sha256').update(gate).digest('base64url')}'`;
}

function blockLexeme(place: number, bits: number): string {
  return `'/${bits}/${Math.floor(place / 2 ** bits)}'`;
}
