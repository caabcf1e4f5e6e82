/**
 * The full-text index in SQLite: FTS5 without the texts, which stand in the events. What is taken out is overwritten (`secure-delete`), for which
 * its text is made again; of an index that marks what is deleted (`contentless_delete`) the words would stay in the file.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { CommitQueue } from './commit-queue.ts';
import { wordsOfRow } from './event-words.ts';
import type { FullTextStore, IndexedGate, IndexStep } from './full-text-store.ts';

/** All within a transaction. */
export interface SqliteFullText {
  /** One step of what is to be done: of an index that is thrown away, of merging what was written, or of taking events in. */
  index(gate: string): IndexStep;
  /** Takes out an event that is dropped or erased, if it is in. @returns whether it was */
  remove(place: number): boolean;
  /** One step: what it had is found no more at once, and goes with every page, which SQLite overwrites. @returns whether there is more of it */
  reset(): boolean;
  /** Whether an index that was thrown away has pages left. */
  isLeft(): boolean;
  gates(): readonly IndexedGate[];
}

const STEP_MS = 1;
/** Of dropping: what is overwritten is written once more by the commit. */
const DROP_MS = 0.5;
/** What a step writes, roughly. */
const STEP_BYTES = 128 * 1024;
/** Events of a step: their words are written together when it ends. */
const STEP_EVENTS = 32;
/** Pages that are merged, or rows that are dropped, without a look at the clock. */
const MERGED_PAGES = 8;
const DROPPED_ROWS = 8;
/** Steps of merging after one that has taken events in: more than what that wrote is merged, level by level. */
const MERGES = 4;

/** FTS5 would merge in the commits that write, in bursts of forty milliseconds: it is told to when there is time, and does so by itself only where that was never. */
const MAKE = `
  CREATE VIRTUAL TABLE event_words USING fts5(words, content='');
  INSERT INTO event_words (event_words, rank) VALUES ('secure-delete', 1), ('automerge', 0), ('crisismerge', 256);`;

/**
 * An index without a segment, as `delete-all` leaves it: nothing of the rest is read any more. The new name has FTS5 read it anew.
 * @see https://sqlite.org/src/file/ext/fts5/fts5_index.c: structure record, averages record
 */
const ABANDON = `
  UPDATE event_words_data SET block = x'00000000000000' WHERE id = 10;
  UPDATE event_words_data SET block = x'' WHERE id = 1;
  ALTER TABLE event_words RENAME TO dropped_words;`;
/** FTS5 itself would drop them in one go. */
const PARTS = [
  'DELETE FROM dropped_words_data WHERE id IN (SELECT id FROM dropped_words_data WHERE id > 10 ORDER BY id DESC LIMIT ?)',
  'DELETE FROM dropped_words_docsize WHERE id IN (SELECT id FROM dropped_words_docsize ORDER BY id DESC LIMIT ?)',
  'DELETE FROM dropped_words_idx WHERE (segid, term) IN (SELECT segid, term FROM dropped_words_idx LIMIT ?)',
];

export function createSqliteFullText(db: DatabaseSync): SqliteFullText {
  return new FullText(db);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  return {
    isMade: db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?'),
    gates: db.prepare('SELECT gate, place FROM full_text'),
    note: db.prepare(
      'INSERT INTO full_text (gate, place) VALUES (?, ?) ON CONFLICT DO UPDATE SET place = excluded.place',
    ),
    forgetAll: db.prepare('DELETE FROM full_text'),
    after: db.prepare(
      `SELECT * FROM events WHERE gate = ? AND place > ? ORDER BY place LIMIT ${STEP_EVENTS}`,
    ),
    event: db.prepare('SELECT * FROM events WHERE place = ?'),
    gate: db.prepare(
      'SELECT 1 FROM events JOIN full_text ON full_text.gate = events.gate AND full_text.place >= events.place WHERE events.place = ?',
    ),
    changes: db.prepare('SELECT total_changes() AS number'),
  };
}

class FullText implements SqliteFullText {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  #merges = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#sql = prepareStatements(db);
  }

  gates(): readonly IndexedGate[] {
    return this.#sql.gates.all().map((row) => ({ gate: String(row['gate']), place: Number(row['place']) }));
  }

  isLeft(): boolean {
    return this.#isMade('dropped_words');
  }

  index(gate: string): IndexStep {
    if (this.isLeft()) {
      this.#drop();
      return { looked: 0, hasMore: true };
    }
    const before = this.gates().find((each) => each.gate === gate)?.place;
    if (before === undefined) {
      this.#sql.note.run(gate, 0);
      if (!this.#isMade('event_words')) this.#db.exec(MAKE);
    }
    if (this.#merges > 0) {
      this.#merges--;
      if (this.#merge()) return { looked: 0, hasMore: true };
      this.#merges = 0;
    }
    const looked = this.#takeIn(gate, before ?? 0);
    if (looked > 0) this.#merges = MERGES;
    return { looked, hasMore: looked > 0 };
  }

  remove(place: number): boolean {
    if (this.#sql.gate.get(place) === undefined) return false;
    const isIn = this.#db.prepare('SELECT 1 FROM event_words_docsize WHERE id = ?').get(place) !== undefined;
    const row = isIn ? this.#sql.event.get(place) : undefined;
    if (row === undefined) return false;
    const text = wordsOfRow(row);
    // A body that is damaged has words that nobody knows any more.
    if (text === undefined) this.reset();
    else
      this.#db
        .prepare(`INSERT INTO event_words (event_words, rowid, words) VALUES ('delete', ?, ?)`)
        .run(place, text);
    return true;
  }

  reset(): boolean {
    if (this.isLeft()) return this.#drop();
    this.#sql.forgetAll.run();
    if (!this.#isMade('event_words')) return false;
    this.#unguarded(() => this.#db.exec(ABANDON));
    return true;
  }

  #isMade(table: string): boolean {
    return this.#sql.isMade.get(table) !== undefined;
  }

  /** @returns how many events were looked at */
  #takeIn(gate: string, after: number): number {
    const endMs = performance.now() + STEP_MS;
    const insert = this.#db.prepare('INSERT INTO event_words (rowid, words) VALUES (?, ?)');
    let looked = 0;
    let last = after;
    // One at a time: each may be as long as a body may be.
    for (const row of this.#sql.after.iterate(gate, after)) {
      const text = row['erased'] === null ? wordsOfRow(row) : undefined;
      last = Number(row['place']);
      if (text !== undefined) insert.run(last, text);
      looked++;
      if (performance.now() >= endMs) break;
    }
    if (looked > 0) this.#sql.note.run(gate, last);
    return looked;
  }

  /** @returns whether there may be more to merge */
  #merge(): boolean {
    const endMs = performance.now() + STEP_MS;
    const merge = this.#db.prepare(
      `INSERT INTO event_words (event_words, rank) VALUES ('merge', ${MERGED_PAGES})`,
    );
    const changes = (): number => Number(this.#sql.changes.get()?.['number']);
    for (let before = changes(); performance.now() < endMs; ) {
      merge.run();
      const after = changes();
      // The statement itself is one.
      if (after - before < 2) return false;
      before = after;
    }
    return true;
  }

  /** @returns whether there is more */
  #drop(): boolean {
    const endMs = performance.now() + DROP_MS;
    return this.#unguarded(() => {
      for (const part of PARTS) {
        const statement = this.#db.prepare(part);
        while (Number(statement.run(DROPPED_ROWS).changes) > 0) if (performance.now() >= endMs) return true;
      }
      this.#db.exec('DROP TABLE dropped_words');
      return false;
    });
  }

  /** Where SQLite lets nobody write into the tables that FTS5 has made. */
  #unguarded<Result>(work: () => Result): Result {
    // Node.js 22 does not guard them, and has no such function.
    this.#db.enableDefensive?.(false);
    try {
      return work();
    } finally {
      this.#db.enableDefensive?.(true);
    }
  }
}

export function createFullTextStore(fullText: SqliteFullText, queue: CommitQueue): FullTextStore {
  return {
    gates: async () => {
      queue.assertOpen();
      return fullText.gates();
    },
    isLeft: async () => {
      queue.assertOpen();
      return fullText.isLeft();
    },
    index: (gate) => queue.add(STEP_BYTES, () => fullText.index(gate)),
    reset: () => queue.add(STEP_BYTES, () => fullText.reset()),
  };
}
