/** The same commands beside a SQLite store and a PostgreSQL store: they say the same, but for what must differ. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { event } from '../../../gateway/src/testing/kept-events.ts';
import {
  leaveOutPostgres,
  postgresDatabases,
  postgresReason,
} from '../../../gateway/test/support/postgres-databases.ts';
import { newFolder, run } from '../support.ts';

const TOKEN = 'admin-token-of-this-test';
/** Of the address: a server that trusts its socket asks for none. */
const PASSWORD = 'hunter2-of-this-test';
const STORE_KEY = '5a'.repeat(32);
const EVENT = event(1).id;

/** What is asked of a gateway that runs, and of the store of one that does not. */
const COMMANDS: readonly (readonly string[])[] = [
  ['events', 'list'],
  ['events', 'list', '--tenant', 'acme'],
  ['events', 'list', '--type', 'none'],
  ['events', 'show', EVENT],
  ['events', 'show', 'nothing'],
  ['events', 'search', 'zen'],
  ['events', 'refused'],
  ['deliveries', 'list'],
  ['deliveries', 'list', '--state', 'dead'],
  ['deliveries', 'redrive', '--dry-run'],
  ['issues', 'list'],
  ['store', 'export'],
  ['store', 'verify'],
  ['store', 'rotate-key'],
  ['keys', 'list', 'hooks'],
  ['claims', 'release', 'hooks', '00'.repeat(16)],
];

interface Bench {
  /** Exit code, standard output and standard error, without what names the place or the time. */
  said(args: readonly string[]): Promise<string>;
  readonly gateway: Gateway;
}

async function startOn(store: string): Promise<Bench> {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: "${store}"
storeKey: "${STORE_KEY}"
admin: { token: ${TOKEN} }
gates:
  hooks: { path: /hooks, provider: github, keys: [{ id: main, secret: a secret of more than sixteen bytes }], keep: {} }
`,
  );
  const env = { HOME: cwd };
  const { config } = await loadConfig({ cwd, env });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const { events } = gateway.store;
  const kept = event(1, { gate: 'hooks', tenant: 'acme', body: Buffer.from('{"zen":"calm"}') });
  await events.keep(kept, [], [{ destination: 'shop' }]);
  await events.keep(event(2, { gate: 'hooks' }));
  const admin = gateway.adminUrl ?? '';
  return {
    gateway,
    async said(args) {
      const { code, out, err } = await run([...args, '--admin', admin], { cwd, env });
      return `${code}\n${out}\n${err}`
        .replaceAll(admin, '{admin}')
        .replaceAll(cwd, '{folder}')
        .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?/g, '{time}');
    },
  };
}

describe.skipIf(leaveOutPostgres)(`commands on either store${postgresReason}`, { timeout: 180_000 }, () => {
  const databases = postgresDatabases();

  it.each([true, false])(
    'say the same of both, but for what a file or a database is (running: %s)',
    async (isRunning) => {
      const address = (await databases.create()).replace('postgres@', `postgres:${PASSWORD}@`);
      const sqlite = await startOn('sqlite:store.db');
      const postgres = await startOn(address);
      if (!isRunning) for (const { gateway } of [sqlite, postgres]) await gateway.close();
      for (const args of COMMANDS) {
        const said = await postgres.said(args);
        expect(said, args.join(' ')).not.toContain(PASSWORD);
        expect(said, args.join(' ')).toBe(await sqlite.said(args));
      }
    },
  );

  it.each([true, false])('say of a database what they say of no file (running: %s)', async (isRunning) => {
    const address = (await databases.create()).replace('postgres@', `postgres:${PASSWORD}@`);
    const { said, gateway } = await startOn(address);
    if (!isRunning) await gateway.close();
    expect(await said(['store', 'stats'])).toMatch(
      /^0\nstore {7}postgres:\/\/postgres@\/store_\d+\?host=\S+\nschema {6}\d+\nsize {8}\d+ bytes, with indexes\n/,
    );
    expect(await said(['store', 'backup', 'copy'])).toMatch(
      /^2\n\ncountersign: .*the store is in PostgreSQL, and has no file of its own: PostgreSQL copies it\n {2}→ Copy a database with `pg_dump`, or by the backups of its server\. A store in memory has nothing to copy\.\n$/,
    );
  });
});
