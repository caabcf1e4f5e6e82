/** A PostgreSQL that waits for the disk, and is killed with all its processes: what it had not written is gone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../../packages/core/test/support/postgres-server.ts';

export { leaveOutPostgres } from '../../packages/core/test/support/postgres-server.ts';

export interface KilledPostgres {
  /** Of its database, as a store. */
  readonly address: string;
  /** Its own, and where it listens. */
  readonly directory: string;
  /** How often it was killed. */
  readonly crashes: number;
  readonly isUp: boolean;
  readonly query: (text: string, values?: unknown[]) => Promise<readonly unknown[]>;
  /** SIGKILL to the first process and its children at once; gone when this resolves. */
  crash(): Promise<void>;
  /** Where it was killed: replays its log. */
  start(): Promise<void>;
  /** With what it has to write, as an operator stops it. */
  close(): Promise<void>;
}

export async function openPostgres(): Promise<KilledPostgres> {
  const server = await startPostgres({ isDurable: true });
  const query = server.connect(1);
  let crashes = 0;
  let isUp = true;
  return {
    address: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`,
    directory: server.directory,
    get crashes() {
      return crashes;
    },
    get isUp() {
      return isUp;
    },
    query: async (text, values = []) => (await query(text, values)).rows,
    async crash() {
      crashes++;
      isUp = false;
      await killAll(server);
    },
    async start() {
      await server.start();
      isUp = true;
    },
    close: () => server.close(),
  };
}

const POLL_MS = 5;

async function killAll(server: PostgresServer): Promise<void> {
  const [first] = readFileSync(join(server.directory, 'data/postmaster.pid'), 'utf8').split('\n');
  const postmaster = Number(first);
  // It must not fork while its children are read.
  process.kill(postmaster, 'SIGSTOP');
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  for (const pid of [postmaster, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended.
    }
  }
  await server.kill();
  // They are nobody's children now, so that no event tells of their end; the next start needs their memory gone.
  while (children.some(isRunning)) await delay(POLL_MS);
}

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
