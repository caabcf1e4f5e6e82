/** What the full-text index has of an event, and how a search for words is written for SQLite's FTS5. */
import { isUtf8 } from 'node:buffer';
import type { DatabaseSync } from 'node:sqlite';
import { unpackBody } from './body-packing.ts';
import { nodeSqlite } from './node-sqlite.ts';
import { DIGEST } from './sqlite-event-row.ts';
import type { Query, Row } from './sqlite-row.ts';
import { StoreError } from './store.ts';

/** A longer body is found by its id and its type alone: to unpack it would hold the loop. */
const MOST_INDEXED_BYTES = 256 * 1024;
/** Of a body; their words take two milliseconds. */
const INDEXED_CHARS = 64 * 1024;

/** What is found of an event: its id, its type, the text of its body. The same text must come of it when it is taken out. */
function indexedText(id: string, type: string | undefined, body: Uint8Array): string {
  return `${id} ${type ?? ''} ${textOf(body)}`;
}

/** Nothing of what is no text: compressed, pictures, UTF-16. */
function textOf(body: Uint8Array): string {
  if (body.byteLength === 0 || !isUtf8(body)) return '';
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('utf8')
    .slice(0, INDEXED_CHARS);
  return text.includes('\\') ? text.replace(ESCAPES, unescaped) : text;
}

/** As JSON writes letters and breaks of lines. */
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|.)/gs;

function unescaped(written: string, code: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return /[bfnrt]/.test(written.charAt(1)) ? ' ' : written.charAt(1);
}

/** For FTS5: each is quoted, so that `OR`, `*` or a column's name in it is no more than a word. */
export interface SoughtWords {
  /** All of them, those of the phrases too. */
  readonly words: readonly string[];
  /** What must stand side by side. */
  readonly phrases: readonly string[];
}

/**
 * Words and "phrases", all of which must be there.
 * @see https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function soughtWords(text: string): SoughtWords {
  const parts = (text.match(/"[^"]*"?|[^\s"]+/g) ?? [])
    .map((part) => part.replaceAll('"', '').replaceAll('\0', ' ').toWellFormed())
    // Letters, digits, and what is between the two: the rest separates words.
    .filter((part) => /[\p{L}\p{N}\p{Co}]/u.test(part));
  const wordsOf = (part: string): readonly string[] =>
    part.split(/[^\p{L}\p{N}\p{M}\p{Co}]+/u).filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word));
  const quoted = (word: string): string => `"${word}"`;
  return {
    words: [...new Set(parts.flatMap(wordsOf))].map(quoted),
    phrases: parts.filter((part) => wordsOf(part).length > 1).map(quoted),
  };
}

/** What the index has of an event. @returns undefined where the body is damaged */
export function wordsOfRow(row: Row): string | undefined {
  const { id, type, body, encoding, body_bytes: bodyBytes } = row;
  if (!(body instanceof Uint8Array)) return undefined;
  const text = (bytes: Uint8Array): string =>
    indexedText(String(id), typeof type === 'string' ? type : undefined, bytes);
  if (encoding === DIGEST || Number(bodyBytes) > MOST_INDEXED_BYTES) return text(new Uint8Array(0));
  if (typeof encoding !== 'string') return text(body);
  try {
    const unpacked = unpackBody(body, encoding, Number(bodyBytes));
    return unpacked instanceof Promise ? undefined : text(unpacked);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/* FTS5 would go on to the next event that has all words, however far that is: it is asked for one at a time, within bounds. */

export interface WordStretch {
  /** Of events that have all that is sought, the newest first. */
  readonly places: readonly number[];
  /** The last place that was looked at. */
  readonly downTo: number;
}

interface WordBounds {
  /** Places before this one, from `first` on. */
  readonly below: number;
  readonly first: number;
  /** Phrases are looked for until then, by `performance.now()`. */
  readonly endMs: number;
}

/** The next stretch: longer while they are quick. */
type WordPlaces = (bounds: WordBounds) => WordStretch;

const FIRST_PLACES = 256;
const MOST_PLACES = 4_096;
const QUICK_MS = 0.4;
/** Of a stretch: each row is read. */
const MOST_MATCHES = 128;

/** @returns what finds the places of a text’s words; undefined where nothing of it is a word */
export function createWordPlaces(db: DatabaseSync, all: Query): (text: string) => WordPlaces | undefined {
  const isPhraseIn = createPhraseTest();
  const event = db.prepare('SELECT * FROM events WHERE place = ?');
  return (text) => {
    const { words, phrases } = soughtWords(text);
    if (words.length === 0) return undefined;
    const rare = words.map((word) => ({ word, found: 0 }));
    let length = FIRST_PLACES;
    return ({ below, first, endMs }) => {
      const atMs = performance.now();
      const end = Math.max(first, below - length);
      let places: readonly number[] | undefined;
      for (const each of rare) {
        const having = placesOf(all, each.word, { below, end });
        each.found = having.length;
        const earlier: ReadonlySet<number> | undefined = places && new Set(places);
        places = earlier === undefined ? having : having.filter((place) => earlier.has(place));
        if (places.length === 0) break;
      }
      // The one that leaves least comes first.
      rare.sort((a, b) => a.found - b.found);
      const some = (places ?? []).slice(0, MOST_MATCHES);
      const downTo = some.length < MOST_MATCHES ? end : (some.at(-1) ?? end);
      if (performance.now() - atMs < QUICK_MS) length = Math.min(MOST_PLACES, 2 * length);
      if (phrases.length === 0) return { places: some, downTo };
      const matching: number[] = [];
      for (const place of some) {
        const row = event.get(place);
        const words = row && wordsOfRow(row);
        if (words !== undefined && isPhraseIn(phrases, words)) matching.push(place);
        if (performance.now() >= endMs) return { places: matching, downTo: place };
      }
      return { places: matching, downTo };
    };
  };
}

function placesOf(
  all: Query,
  word: string,
  { below, end }: { readonly below: number; readonly end: number },
): readonly number[] {
  // Of a bound that is no integer, as numbers of JavaScript are, FTS5 makes none.
  return all(
    `SELECT rowid FROM event_words
     WHERE event_words MATCH ? AND rowid < CAST(? AS INTEGER) AND rowid >= CAST(? AS INTEGER) ORDER BY rowid DESC`,
    [word, below, end],
  ).map(({ rowid }) => Number(rowid));
}

/** By an index of one text in memory, so that words are told apart as in the large one. */
function createPhraseTest(): (phrases: readonly string[], words: string) => boolean {
  let db: DatabaseSync | undefined;
  return (phrases, words) => {
    if (db === undefined) {
      db = new (nodeSqlite().DatabaseSync)(':memory:');
      db.exec(`CREATE VIRTUAL TABLE event_words USING fts5(words, content='')`);
    }
    try {
      db.prepare('INSERT INTO event_words (rowid, words) VALUES (1, ?)').run(words);
      return (
        db.prepare('SELECT 1 FROM event_words WHERE event_words MATCH ?').get(phrases.join(' ')) !== undefined
      );
    } finally {
      db.exec(`INSERT INTO event_words (event_words) VALUES ('delete-all')`);
    }
  };
}
