/** Where the stores of this bench are: files of SQLite, or databases of a PostgreSQL of its own. And what is measured there. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../../packages/core/test/support/postgres-server.ts';
import { connectDatabase } from '../../packages/gateway/src/stores/postgres/database.ts';
import { type FilledStore, openFilledStore } from './filled-store.ts';

export interface BenchStores {
  /** @param name of letters, digits and underscores @param events that it is going to have */
  open(name: string, events: number): Promise<FilledStore>;
  /** What the database does by itself within minutes. */
  settle(name: string): Promise<void>;
  bytesOf(name: string): Promise<number>;
  /** Of one that is closed. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
  /** So far. */
  micros(): number;
  /** What `micros` are, to begin a sentence. */
  readonly measure: string;
  /** So much longer is no difference, where something is read. */
  readonly slackMicros: number;
  /** With its indexes, its claim, its delivery; and the log. */
  readonly bytesAnEvent: number;
}

export async function sqliteStores(folder: string): Promise<BenchStores> {
  const fileOf = (name: string): string => join(folder, name, 'store.db');
  return {
    async open(name) {
      mkdirSync(join(folder, name));
      return openFilledStore({ address: `sqlite:${fileOf(name)}`, now: Date.now });
    },
    settle: async () => {},
    bytesOf: async (name) => statSync(fileOf(name)).size,
    remove: async (name) => rmSync(join(folder, name), { recursive: true }),
    close: async () => {},
    micros() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    measure: 'CPU time',
    slackMicros: 0,
    bytesAnEvent: 1_000,
  };
}

/** Each has as many partitions: it has its events in the month that ends now, as they come one after the other. */
const DAYS = 30;
const DAY_MS = 86_400_000;

export async function postgresStores(): Promise<BenchStores> {
  const server = await startPostgres({ isDurable: true });
  const addressOf = (name: string): string =>
    `postgres://postgres@localhost/${name}?host=${encodeURIComponent(server.directory)}`;
  const database = await connectDatabase({ address: addressOf('postgres'), isUnlimited: true });
  return {
    async open(name, events) {
      await database.query(`CREATE DATABASE ${name} TEMPLATE template0`);
      const startMs = Date.now() - DAYS * DAY_MS;
      let n = 0;
      return openFilledStore({
        address: addressOf(name),
        // What comes after them is of today.
        now: () => Math.min(Date.now(), startMs + (DAYS * DAY_MS * n++) / events),
      });
    },
    async settle(name) {
      const own = await connectDatabase({ address: addressOf(name), isUnlimited: true });
      await own.query('VACUUM (ANALYZE)');
      await own.close();
    },
    async bytesOf(name) {
      const [row] = await database.query('SELECT pg_database_size($1)::float8 AS bytes', [name]);
      return Number(row?.['bytes']);
    },
    async remove(name) {
      await database.query(`DROP DATABASE ${name} WITH (FORCE)`);
    },
    async close() {
      await database.close();
      await server.close();
    },
    micros: () => performance.now() * 1_000,
    measure: 'Time',
    // A total is read in a tenth of a millisecond, and its table is as long as the busiest minute since it was vacuumed.
    slackMicros: 100,
    bytesAnEvent: 1_600,
  };
}
