/** A real PostgreSQL, and clients of it. Debian's package is postgresql. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlQuery } from '../../src/guards/sql.ts';
import { type ProgramUser, type ServerProcess, startServer } from './server-process.ts';

const programs = findPrograms();
if (programs === undefined && process.env['CI'] !== undefined)
  throw new Error('PostgreSQL is missing. Install it: apt-get install postgresql');

/** Whether to leave its tests out; never in CI. */
export const leaveOutPostgres: boolean = programs === undefined;

/** For the title of a test that needs it. */
export const postgresReason: string = leaveOutPostgres
  ? ' (skipped: PostgreSQL is not installed; apt-get install postgresql)'
  : '';

/** What a test uses of a client of `pg`, which has no types of its own. */
interface PostgresClient {
  connect(): Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'error' | 'end', listener: () => void): void;
  end(): Promise<void>;
}

interface PostgresClientModule {
  readonly default: new (options: object) => PostgresClient;
}

// Not the package's door: Vitest has Node take `import` for a condition of `require` too, and pg-pool is a class no more.
const CLIENT = 'pg/lib/client.js';

export interface PostgresServer extends ServerProcess {
  /** Runs statements in turn on so many connections, each made anew where it was lost. */
  connect(connections: number): SqlQuery;
}

/** @param isDurable whether it waits for the disk, as one that is relied on does; default: nothing but a crash of the machine would tell */
export async function startPostgres({ isDurable = false } = {}): Promise<PostgresServer> {
  if (programs === undefined) throw new Error('PostgreSQL is missing');
  const user = process.getuid?.() === 0 ? postgresUser() : undefined;
  const data = (directory: string): string => join(directory, 'data');
  const server = await startServer({
    command: join(programs, 'postgres'),
    args: (directory) => [
      '-D',
      data(directory),
      '-k',
      directory,
      '-c',
      'listen_addresses=',
      '-c',
      `fsync=${isDurable ? 'on' : 'off'}`,
    ],
    ready: 'ready to accept connections',
    // Immediate shutdown: SIGKILL would leave its children, and their memory, for a while.
    killSignal: 'SIGQUIT',
    ...(user && { user }),
    prepare: (directory) => {
      const args = ['-D', data(directory), '-U', 'postgres', '--auth=trust', '--no-sync', '--no-locale'];
      const { status, stderr } = spawnSync(join(programs, 'initdb'), args, { ...user, encoding: 'utf8' });
      if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
    },
  });
  const open = new Set<PostgresClient>();
  const connectOne = async (): Promise<PostgresClient> => {
    const { default: Client } = (await import(CLIENT)) as PostgresClientModule;
    const client = new Client({ host: server.directory, user: 'postgres' });
    client.on('error', () => {});
    client.on('end', () => open.delete(client));
    await client.connect();
    open.add(client);
    return client;
  };
  return {
    ...server,
    connect(connections) {
      const clients = new Map<number, Promise<PostgresClient>>();
      const queues = new Map<PostgresClient, Promise<unknown>>();
      let turn = 0;
      return async (text, values) => {
        const at = turn++ % connections;
        const connecting = clients.get(at) ?? connectOne();
        clients.set(at, connecting);
        const client = await connecting.catch(() => undefined);
        if (client === undefined || !open.has(client)) {
          clients.delete(at);
          throw new Error('the connection was lost');
        }
        // One after the other: of several at once on one connection pg complains.
        const last = (queues.get(client) ?? Promise.resolve()).catch(() => {});
        const queried = last.then(() => client.query(text, values));
        queues.set(client, queried);
        return queried;
      };
    },
    async close() {
      await server.kill();
      await Promise.all([...open].map((client) => client.end().catch(() => {})));
      await server.close();
    },
  };
}

/** Debian keeps initdb off the path, by version. */
function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions
    .map((version) => join(root, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
}

/** PostgreSQL refuses to run as root. */
function postgresUser(): ProgramUser {
  const idOf = (kind: string): number =>
    Number(spawnSync('id', [kind, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}
