/** Where the stores of this bench are: files of SQLite, or databases of a PostgreSQL of its own. And what is measured there. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../../packages/core/test/support/postgres-server.ts';
import { type FilledStore, openFilledStore } from './filled-store.ts';

export interface BenchStores {
  /** @param name of letters, digits and underscores */
  open(name: string): Promise<FilledStore>;
  bytesOf(name: string): Promise<number>;
  /** Of one that is closed. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
  /** So far. */
  micros(): number;
  /** What `micros` are, to begin a sentence. */
  readonly measure: string;
  /** With its indexes, its claim, its delivery; and the log. */
  readonly bytesAnEvent: number;
}

export interface BenchStoresOptions {
  readonly folder: string;
  /** Of the largest store. */
  readonly upTo: number;
}

export async function sqliteStores({ folder }: BenchStoresOptions): Promise<BenchStores> {
  const fileOf = (name: string): string => join(folder, name, 'store.db');
  return {
    async open(name) {
      mkdirSync(join(folder, name));
      return openFilledStore({ address: `sqlite:${fileOf(name)}`, now: Date.now });
    },
    bytesOf: async (name) => statSync(fileOf(name)).size,
    remove: async (name) => rmSync(join(folder, name), { recursive: true }),
    close: async () => {},
    micros() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    measure: 'CPU time',
    bytesAnEvent: 1_000,
  };
}

/** So many partitions has the largest store, and one the store beside it. */
const DAYS = 30;
const DAY_MS = 86_400_000;

/** Each has its events in the month that ends now, as they come one after the other. */
export async function postgresStores({ upTo }: BenchStoresOptions): Promise<BenchStores> {
  const server = await startPostgres({ isDurable: true });
  const sql = server.connect(1);
  return {
    async open(name) {
      await sql(`CREATE DATABASE ${name} TEMPLATE template0`, []);
      const startMs = Date.now() - DAYS * DAY_MS;
      let events = 0;
      return openFilledStore({
        address: `postgres://postgres@localhost/${name}?host=${encodeURIComponent(server.directory)}`,
        // The last of them are of today.
        now: () => Math.min(Date.now(), startMs + (DAYS * DAY_MS * events++) / upTo),
      });
    },
    async bytesOf(name) {
      const result = await sql('SELECT pg_database_size($1)::float8 AS bytes', [name]);
      const [row] = 'rows' in result ? result.rows : result;
      return Number((row as { readonly bytes?: number } | undefined)?.bytes);
    },
    async remove(name) {
      await sql(`DROP DATABASE ${name} WITH (FORCE)`, []);
    },
    close: () => server.close(),
    micros: () => performance.now() * 1_000,
    measure: 'Time',
    bytesAnEvent: 1_600,
  };
}
