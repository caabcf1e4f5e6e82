/** Reads a store as users do, by `countersign store export`; and beside it by SQL, so that the export leaves nothing out. The gateway must have ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { RequestParts } from './sent-request.ts';

export interface StoredEvent extends RequestParts {
  readonly id: string;
  readonly gate: string;
  readonly receivedMs: number;
}

/** What is read of a line of the export. */
interface ExportedLine {
  readonly id: string;
  readonly gate: string;
  readonly receivedAtMs: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyBase64: string;
}

/** What SQLite says of a file. */
export interface FileReading {
  /** `ok`, or what is damaged. */
  readonly integrity: string;
  readonly events: number;
}

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/countersign.js');

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

/** @param store its address. @throws Error where the export fails */
export async function* exportedEvents(store: string): AsyncGenerator<StoredEvent> {
  const child = spawn(process.execPath, [PROGRAM, 'store', 'export', '--store', store], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let problem = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problem += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, gate, receivedAtMs, method, url, headers, bodyBase64 } = JSON.parse(line) as ExportedLine;
    const body = Buffer.from(bodyBase64, 'base64');
    yield { id, gate, receivedMs: receivedAtMs, method, url, headers: headers.flat(), body };
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`store export ended with ${code}: ${problem.trim().slice(-500)}`);
}

export function readFile(path: string): FileReading {
  const db = new DatabaseSync(path);
  try {
    return {
      integrity: String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check']),
      events: Number(db.prepare('SELECT count(*) AS events FROM events').get()?.['events']),
    };
  } finally {
    db.close();
  }
}
