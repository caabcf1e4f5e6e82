/** Each kind of source of tenants' keys, with tenants that a test gives it: real servers, files, modules and databases. */
import { rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { KeysFromInput } from '../../src/config/config-input.ts';
import type { TenantSql } from '../../src/stores/tenant-sql.ts';
import { later, startUpstream, temporaryDir } from '../harness.ts';

/** A key as each source writes it. */
export interface SourceKey {
  readonly id?: string;
  readonly secret: string;
  readonly state?: string;
  readonly until?: string;
}

export interface TestSource {
  readonly keysFrom: KeysFromInput;
  /** What the store brings for it. */
  readonly tenantSql?: TenantSql;
  /** Look-ups so far; undefined where nobody can count them. */
  calls(): number | undefined;
  set(tenant: string, keys: readonly SourceKey[]): void;
  remove(tenant: string): void;
  /** From now on it fails. */
  breakDown(): void;
}

export const KEY_SOURCES: Readonly<Record<string, () => Promise<TestSource>>> = {
  'a URL': urlSource,
  'a folder': folderSource,
  'a function': functionSource,
  SQL: sqlSource,
};

async function urlSource(): Promise<TestSource> {
  const tenants = new Map<string, readonly SourceKey[]>();
  let isDown = false;
  const answer: RequestListener = ({ url = '', headers }, response) => {
    const tenant = decodeURIComponent(url.replace('/tenants/', ''));
    const keys = tenants.get(tenant);
    if (headers.authorization !== 'Bearer the-token') response.statusCode = 401;
    else if (isDown) response.statusCode = 500;
    else if (keys === undefined) response.statusCode = 404;
    response.end(response.statusCode === 200 ? JSON.stringify({ tenant, keys }) : '');
  };
  const { url, received } = await startUpstream(answer);
  return {
    keysFrom: { url: `${url}/tenants/{tenant}`, token: 'the-token' },
    calls: () => received.length,
    set: (tenant, keys) => void tenants.set(tenant, keys),
    remove: (tenant) => void tenants.delete(tenant),
    breakDown: () => {
      isDown = true;
    },
  };
}

async function folderSource(): Promise<TestSource> {
  const folder = temporaryDir();
  const names = new Set<string>();
  const fileOf = (tenant: string): string => join(folder, `${tenant}.json`);
  return {
    keysFrom: { folder },
    calls: () => undefined,
    set: (tenant, keys) => {
      names.add(tenant);
      writeFileSync(fileOf(tenant), JSON.stringify({ keys }));
    },
    remove: (tenant) => rmSync(fileOf(tenant)),
    breakDown: () => {
      for (const tenant of names) writeFileSync(fileOf(tenant), 'no JSON');
    },
  };
}

interface Shared {
  calls: number;
  isDown: boolean;
  readonly tenants: Map<string, readonly SourceKey[]>;
}

async function functionSource(): Promise<TestSource> {
  const shared: Shared = { calls: 0, isDown: false, tenants: new Map() };
  const name = `test-${Math.random()}`;
  Object.defineProperty(globalThis, name, { value: shared, configurable: true });
  later(() => void Reflect.deleteProperty(globalThis, name));
  const file = join(temporaryDir(), 'tenants.mjs');
  writeFileSync(
    file,
    `export async function keysOf({ untrustedTenant: tenant }) {
      const shared = globalThis[${JSON.stringify(name)}];
      shared.calls++;
      if (shared.isDown) throw new Error('down');
      const keys = shared.tenants.get(tenant);
      return keys && { tenant, keys: keys.map(({ until, ...key }) => ({ ...key, ...(until && { untilMs: Date.parse(until) }) })) };
    }`,
  );
  return {
    keysFrom: { function: `${file}#keysOf` },
    calls: () => shared.calls,
    set: (tenant, keys) => void shared.tenants.set(tenant, keys),
    remove: (tenant) => void shared.tenants.delete(tenant),
    breakDown: () => {
      shared.isDown = true;
    },
  };
}

async function sqlSource(): Promise<TestSource> {
  const db = new DatabaseSync(':memory:');
  later(() => db.close());
  db.exec('CREATE TABLE keys (name TEXT, id TEXT, secret TEXT, state TEXT, until TEXT)');
  let calls = 0;
  return {
    keysFrom: {
      sql: 'select name as tenant, id, secret, state, until as valid_until from keys where name = $1',
    },
    tenantSql: async (statement, [tenant = '']) => {
      calls++;
      return db.prepare(statement).all({ $1: tenant });
    },
    calls: () => calls,
    set: (tenant, keys) => {
      db.prepare('DELETE FROM keys WHERE name = ?').run(tenant);
      for (const { id = null, secret, state = null, until = null } of keys)
        db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?)').run(tenant, id, secret, state, until);
    },
    remove: (tenant) => void db.prepare('DELETE FROM keys WHERE name = ?').run(tenant),
    breakDown: () => db.exec('DROP TABLE keys'),
  };
}
