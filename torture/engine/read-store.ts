/** Reads a store as somebody does who knows its file and none of our code: by SQL. The gateway must have ended. */
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RequestParts } from './sent-request.ts';

export interface StoredEvent extends RequestParts {
  readonly id: string;
  readonly gate: string;
  readonly receivedMs: number;
}

export interface StoreReader {
  events(): IterableIterator<StoredEvent>;
  /** What SQLite says of the file: `ok`, or what is damaged. */
  integrity(): string;
  close(): void;
}

/** As a killed gateway left it, so that the next one finds it so too: who reads a file with a log changes both. */
export function copyStore(from: string, to: string): void {
  copyFileSync(from, to);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  else rmSync(`${to}-wal`, { force: true });
}

/** Whether these bytes stand anywhere in the file or its log. */
export function holdsBytes(path: string, bytes: string): boolean {
  return [path, `${path}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(bytes));
}

export function openStoreReader(path: string): StoreReader {
  const db = new DatabaseSync(path);
  return {
    *events() {
      const rows = db
        .prepare('SELECT id, gate, received_ms, method, url, headers, body FROM events ORDER BY id')
        .iterate();
      for (const { id, gate, received_ms: receivedMs, method, url, headers, body } of rows) {
        yield {
          id: String(id),
          gate: String(gate),
          receivedMs: Number(receivedMs),
          method: String(method),
          url: String(url),
          headers: JSON.parse(String(headers)) as readonly string[],
          body:
            body instanceof Uint8Array
              ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
              : Buffer.alloc(0),
        };
      }
    },
    integrity: () => String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check']),
    close: () => db.close(),
  };
}
