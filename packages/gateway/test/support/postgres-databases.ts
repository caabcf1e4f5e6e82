/** Databases of a real PostgreSQL, which the first of a process starts: each is empty but for the store’s schema. */
import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../core/test/support/postgres-server.ts';
import { openBossJobs } from '../../src/stores/postgres/boss-jobs.ts';
import { connectDatabase } from '../../src/stores/postgres/database.ts';
import { migrate } from '../../src/stores/postgres/schema.ts';

export { leaveOutPostgres, postgresReason } from '../../../core/test/support/postgres-server.ts';

export interface PostgresDatabases {
  /** A new one. Gives its address. */
  create(): Promise<string>;
  /** After a crash. */
  reconnect(): Promise<void>;
  readonly server: PostgresServer;
}

const TEMPLATE = 'countersign_template';

/** Initialising a server takes a second, on a busy machine a minute. */
const START_MS = 180_000;

export interface TestDatabases extends Pick<PostgresDatabases, 'create'> {
  /** Kills the server as a crash does, and starts it again. @param meanwhile done while it is away */
  crash(meanwhile?: () => Promise<void>): Promise<void>;
}

/** Starts a server for the tests of a file, and stops it after them. Call it where tests are declared. */
export function postgresDatabases(): TestDatabases {
  let databases: PostgresDatabases | undefined;
  beforeAll(async () => {
    databases = await start();
  }, START_MS);
  afterAll(() => databases?.server.close(), START_MS);
  const started = (): PostgresDatabases => {
    if (databases === undefined) throw new Error('no server was started');
    return databases;
  };
  return {
    create: async () => started().create(),
    async crash(meanwhile) {
      const { server } = started();
      await server.kill();
      try {
        await meanwhile?.();
      } finally {
        await server.start();
        await started().reconnect();
      }
    },
  };
}

async function start(): Promise<PostgresDatabases> {
  const server = await startPostgres();
  const ask = server.connect(1);
  const addressOf = (name: string): string =>
    `postgres://postgres@localhost/${name}?host=${encodeURIComponent(server.directory)}`;
  await ask(`CREATE DATABASE ${TEMPLATE}`, []);
  const template = await connectDatabase({ address: addressOf(TEMPLATE) });
  await migrate(template);
  const jobs = await openBossJobs({
    address: addressOf(TEMPLATE),
    database: template,
    onDue: () => {},
    onProblem: () => {},
    now: Date.now,
  });
  await jobs.close();
  await template.close();
  let count = 0;
  return {
    server,
    // The connection that was lost is noticed by who uses it next.
    async reconnect() {
      await Promise.allSettled([ask('SELECT 1', [])]);
    },
    create: async () => {
      const name = `store_${++count}`;
      // The first that is asked after a crash finds its connection gone.
      await Promise.resolve(ask('SELECT 1', [])).catch(() => {});
      // Copied file by file: it writes no log of each page, and no checkpoint waits.
      await ask(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY wal_log`, []);
      return addressOf(name);
    },
  };
}
