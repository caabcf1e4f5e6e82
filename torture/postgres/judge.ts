/** Holds a store in PostgreSQL against what the senders were told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Faults } from '../engine/fault.ts';
import { judgeEvents } from '../engine/judge-store.ts';
import type { Ledger } from '../engine/ledger.ts';
import { exportedEvents } from '../engine/read-store.ts';
import { CREDENTIALS } from '../engine/sent-request.ts';
import type { KilledPostgres } from './server.ts';

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/countersign.js');

/** @returns how many events are in it */
export async function judgeDatabase(
  { address, query }: Pick<KilledPostgres, 'address' | 'query'>,
  ledger: Ledger,
  faults: Faults,
): Promise<number> {
  const exported = await judgeEvents(exportedEvents(address), ledger, faults);
  const [row] = await query('SELECT count(*)::integer AS events FROM countersign.events');
  const events = numberIn(row, 'events');
  if (events !== exported)
    faults.add('damaged', `${events} events are in the store, and ${exported} are exported`);
  return events;
}

/** `store verify`, with no gateway running. @param configFile which has the store and its key */
export async function verifyStore(configFile: string, faults: Faults): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, 'store', 'verify', '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  if (code !== 0)
    faults.add('damaged', `store verify ended with ${code}: ${output.trim().slice(-MOST_CHARACTERS)}`);
}

const MOST_CHARACTERS = 600;

/** Looks through all files of the server: tables, indexes, log. */
export function judgeFiles({ directory }: Pick<KilledPostgres, 'directory'>, faults: Faults): void {
  const data = join(directory, 'data');
  for (const entry of readdirSync(data, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    if (!readFileSync(join(entry.parentPath, entry.name)).includes(CREDENTIALS)) continue;
    faults.add('secret-shown', `${CREDENTIALS}… stands in ${entry.name} of the server in the clear`);
    return;
  }
}

function numberIn(row: unknown, name: string): number {
  return typeof row === 'object' && row !== null ? Number(Reflect.get(row, name)) : Number.NaN;
}
