/** Counts in SQLite, kept in the transactions that change what they count: once a batch, however many rows it has. */
import type { DatabaseSync } from 'node:sqlite';
import type { BatchJournal } from './batch-journal.ts';

/** What is counted: events by gate, deliveries by destination and state. */
export interface Counted {
  readonly kind: 'events' | 'deliveries';
  readonly name: string;
  /** Empty for events. */
  readonly state: string;
}

export interface Total extends Counted {
  readonly number: number;
  readonly bytes: number;
}

export interface SqliteTotals extends BatchJournal {
  /** Within a transaction. */
  add(counted: Counted, number: number, bytes: number): void;
  /** Within a transaction: what it has changed of one so far. */
  changed(counted: Counted): Pick<Total, 'number' | 'bytes'>;
  /** Those of a kind that are not 0, as they were committed last. */
  list(kind: Counted['kind']): readonly Total[];
}

export function createSqliteTotals(db: DatabaseSync): SqliteTotals {
  const write = db.prepare(`
    INSERT INTO totals (kind, name, state, number, bytes) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET number = number + excluded.number, bytes = bytes + excluded.bytes`);
  const read = db.prepare('SELECT name, state, number, bytes FROM totals WHERE kind = ? AND number > 0');
  let changes: Total[] = [];
  return {
    add: ({ kind, name, state }, number, bytes) => {
      changes.push({ kind, name, state, number, bytes });
    },
    changed: ({ kind, name, state }) => {
      let number = 0;
      let bytes = 0;
      for (const change of changes) {
        if (change.name !== name || change.kind !== kind || change.state !== state) continue;
        number += change.number;
        bytes += change.bytes;
      }
      return { number, bytes };
    },
    list: (kind) =>
      read.all(kind).map(({ name, state, number, bytes }) => ({
        kind,
        name: String(name),
        state: String(state),
        number: Number(number),
        bytes: Number(bytes),
      })),
    mark: () => changes.length,
    undo: (mark) => {
      changes.length = mark;
    },
    flush: () => {
      for (const { kind, name, state, number, bytes } of summed(changes))
        if (number !== 0 || bytes !== 0) write.run(kind, name, state, number, bytes);
    },
    settle: () => {
      changes = [];
    },
  };
}

function summed(changes: readonly Total[]): Iterable<Total> {
  const sums = new Map<string, Total>();
  for (const change of changes) {
    // No name holds a line feed.
    const key = `${change.kind}\n${change.name}\n${change.state}`;
    const { number = 0, bytes = 0 } = sums.get(key) ?? {};
    sums.set(key, { ...change, number: number + change.number, bytes: bytes + change.bytes });
  }
  return sums.values();
}
