import { describe, expect, it } from 'vitest';
import type { StoreConfig } from '../../src/config/config.ts';
import { isPlainOverNetwork, shownPostgres } from '../../src/config/postgres-address.ts';
import { readStore } from '../../src/config/read-store.ts';
import { isMisfit } from '../../src/config/read-text.ts';

describe('readStore', () => {
  it.each([
    ['memory:', { kind: 'memory' }],
    ['memory', { kind: 'memory' }],
    [':memory:', { kind: 'memory' }],
    ['sqlite::memory:', { kind: 'memory' }],
    ['sqlite:./a.db', { kind: 'sqlite', file: './a.db' }],
    ['sqlite:/var/lib/a', { kind: 'sqlite', file: '/var/lib/a' }],
    ['../a.db', { kind: 'sqlite', file: '../a.db' }],
    ['C:\\data\\a.db', { kind: 'sqlite', file: 'C:\\data\\a.db' }],
  ])('reads %s', (text, store) => {
    expect(readStore(text)).toEqual(store);
  });

  it.each([
    'sqlite:file:x.db?mode=ro',
    'sqlite:FILE:/x.db',
    'sqlite:./x.db?mode=ro',
    './x?cache=shared&a.db',
  ])('says that nothing reads what SQLite’s URIs hold: %s', (text) => {
    expect(readStore(text)).toEqual({
      misfit: true,
      problem: 'is a URI of SQLite, whose parameters are not read: a plain path is meant here',
    });
  });

  it.each(['', 'sqlite:', 'sqlite://a.db', 'a.sqlite', 'redis://a', 'http://a/b.db', 'memories'])(
    'refuses %j',
    (text) => {
      expect(readStore(text)).toEqual({ misfit: true });
    },
  );
});

type Postgres = Extract<StoreConfig, { readonly kind: 'postgres' }>;

function readPostgres(text: string): Postgres['address'] {
  const store = readStore(text);
  if (isMisfit(store) || store.kind !== 'postgres') throw new Error(JSON.stringify(store));
  return store.address;
}

describe('the address of a PostgreSQL store', () => {
  it.each([
    ['postgres://me@db.internal/x', 'db.internal', 5432, 'verify-full'],
    ['postgresql://me@DB.internal:6432/x?sslmode=require', 'db.internal', 6432, 'require'],
    ['postgres://me@db/x?sslmode=disable', 'db', 5432, 'disable'],
    ['postgres://me@localhost/x', 'localhost', 5432, 'disable'],
    ['postgres://me@localhost/x?sslmode=verify-ca', 'localhost', 5432, 'verify-ca'],
    ['postgres://me@[::1]:5433/x', '::1', 5433, 'disable'],
    ['postgres://me@[fd00::1]/x', 'fd00::1', 5432, 'verify-full'],
    ['postgres://me@/x?host=/run/PostgreSQL', '/run/PostgreSQL', 5432, 'disable'],
    ['postgres://me@localhost/x?host=%2Frun%2Fpg&port=5444', '/run/pg', 5444, 'disable'],
    ['postgres://me@%2Frun%2Fpg/x', '/run/pg', 5432, 'disable'],
  ])('is read: %s', (text, host, port, tls) => {
    expect(readPostgres(text)).toEqual({ host, port, database: 'x', user: 'me', tls });
  });

  it('has its user, password and database decoded, and its password in no text', () => {
    const address = readPostgres('postgres://m%40e:hunter%2F2@db/x%20y?sslrootcert=/ca.pem');
    expect(address).toMatchObject({ user: 'm@e', database: 'x y', authoritiesFile: '/ca.pem' });
    expect(address.password?.reveal()).toBe('hunter/2');
    expect(JSON.stringify(address)).not.toContain('hunter');
    expect(shownPostgres(address)).toBe('postgres://m%40e@db:5432/x%20y');
  });

  it('is shown so that it is read as the same again, but for what it does not show', () => {
    for (const text of ['postgres://me@/x?host=/run/pg&port=5444', 'postgres://me@[::1]:5433/x'])
      expect(readPostgres(shownPostgres(readPostgres(text)))).toEqual(readPostgres(text));
  });

  it.each([
    [
      'postgres:me:hunter2@db/x',
      'cannot be read: a password’s characters such as / ? # @ : % are written as %2F %3F %23 %40 %3A %25',
    ],
    ['postgres://me:hunt#er2@db/x', 'cannot be read'],
    ['postgres://me:hunter2%@db/x', 'cannot be read'],
    ['postgres://me:hunter2@db:port/x', 'cannot be read'],
    ['postgres://db/x', 'names no user'],
    ['postgres://me:hunter2@db', 'names no database'],
    ['postgres://me:hunter2@/x', 'names no host'],
    ['postgres://me:hunter2@a,b/x', 'names several hosts, and one is read'],
    [
      'postgres://me@db/x?password=hunter2',
      'has other parameters than host, port, sslmode and sslrootcert, or one of them twice',
    ],
    ['postgres://me@db/x?sslmode=require&sslmode=disable', 'has other parameters'],
    ['postgres://me@db/x?port=hunter2', 'has a port that is none from 1 to 65535'],
    ['postgres://me@db/x?sslmode=prefer', 'has an sslmode that is none of disable, require'],
  ])('is refused without a word of it: %s', (text, problem) => {
    const store = readStore(text);
    expect(store).toMatchObject({ misfit: true, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(store)).not.toContain('hunter2');
  });

  it.each([
    ['postgres://me@db/x?sslmode=disable', true],
    ['postgres://me@db/x', false],
    ['postgres://me@127.0.0.1/x', false],
    ['postgres://me@/x?host=/run/pg', false],
  ])('tells whether passwords go over a network in the clear: %s %s', (text, isPlain) => {
    expect(isPlainOverNetwork(readPostgres(text))).toBe(isPlain);
  });
});
