/** A PostgreSQL that waits for the disk, and is killed with all its processes: what it had not written is gone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SqlQuery } from '../../packages/core/src/guards/sql.ts';
import { type PostgresServer, startPostgres } from '../../packages/core/test/support/postgres-server.ts';

export { leaveOutPostgres } from '../../packages/core/test/support/postgres-server.ts';

export interface KilledPostgres {
  /** Of its database, as a store. */
  readonly address: string;
  /** Its own, and where it listens. */
  readonly directory: string;
  /** How often it was killed. */
  readonly crashes: number;
  /** A connection that has its transactions to itself. */
  readonly session: () => SqlQuery;
  readonly query: (text: string, values?: unknown[]) => Promise<readonly unknown[]>;
  /** SIGKILL to the first process and its children at once; gone when this resolves. */
  crash(): Promise<void>;
  /** Where it was killed: replays its log. */
  start(): Promise<void>;
  /** Ends it, and removes all that it has. */
  close(): Promise<void>;
}

export async function openPostgres(): Promise<KilledPostgres> {
  const server = await startPostgres({ isDurable: true });
  let crashes = 0;
  return {
    address: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`,
    directory: server.directory,
    get crashes() {
      return crashes;
    },
    session: () => server.connect(1),
    // Over a connection of its own: the last may have been lost.
    query: async (text, values = []) => {
      const result = await server.connect(1)(text, values);
      return 'rows' in result ? result.rows : result;
    },
    async crash() {
      crashes++;
      await killAll(server);
    },
    start: () => server.start(),
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
