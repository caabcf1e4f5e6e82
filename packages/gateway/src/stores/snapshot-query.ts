/**
 * Reads a store's file as it stands, while the process that holds it goes on: in a process of its own, since whoever closes a descriptor of
 * the file lets go of the locks of his own process. `immutable` reads without the lock and without the log beside the file, so the file
 * must not change meanwhile: checkpoints are held.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { StoreError } from './store.ts';

/** The rows of each statement, by its name. */
export type SnapshotRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A file of its own would not be found from the program that the command line is bundled into. */
const SCRIPT = `
const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
const { readFileSync } = process.getBuiltinModule('node:fs');
const { url, statements } = JSON.parse(readFileSync(0, 'utf8'));
const db = new DatabaseSync(new URL(url), { readOnly: true });
const rows = {};
for (const [name, sql] of Object.entries(statements)) rows[name] = db.prepare(sql).all();
process.stdout.write(JSON.stringify(rows));`;

/** @param statements by name; each gives few rows */
export async function querySnapshot(
  path: string,
  statements: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SnapshotRows> {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const child = spawn(process.execPath, ['--no-warnings', '--eval', SCRIPT], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ url, statements }));
  const [said, complaint, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  if (code === 0) return JSON.parse(said) as SnapshotRows;
  const problem = complaint.match(/Error: (.*)/)?.[1] ?? `the process that looked ended with ${String(code)}`;
  throw new StoreError('failed', `The store’s file cannot be read: ${problem}.`);
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
