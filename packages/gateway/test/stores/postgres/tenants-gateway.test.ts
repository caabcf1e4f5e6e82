/** A gateway whose tenants' keys are rows of its database, with PostgreSQL itself and with PgBouncer in transaction mode before it. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hasPgbouncer, openPgbouncer } from '../../../../../torture/postgres/pgbouncer.ts';
import {
  leaveOutPostgres,
  postgresReason,
  startPostgres,
} from '../../../../core/test/support/postgres-server.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { startGateway } from '../../../src/gateway.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { temporaryDir } from '../../harness.ts';

const SECRETS: Readonly<Record<string, string>> = {
  acme: 'a secret of acme, of more than sixteen bytes',
  globex: 'a secret of globex, of more than sixteen bytes',
};

const leaveOutBouncer = leaveOutPostgres || !hasPgbouncer;
const bouncerReason = hasPgbouncer
  ? postgresReason
  : ' (skipped: PgBouncer is not installed; apt-get install pgbouncer)';

it.skipIf(leaveOutPostgres)(
  `keeps one webhook of each of two tenants${postgresReason}`,
  { timeout: 180_000 },
  () => keepsOfBoth((address) => address),
);

it.skipIf(leaveOutBouncer)(
  `keeps one webhook of each of two tenants through PgBouncer${bouncerReason}`,
  { timeout: 180_000 },
  () =>
    keepsOfBoth(async (_address, directory) => {
      const bouncer = await openPgbouncer({ directory });
      onTestFinished(() => bouncer.close());
      return bouncer.address;
    }),
);

async function keepsOfBoth(
  through: (address: string, directory: string) => string | Promise<string>,
): Promise<void> {
  const server = await startPostgres();
  onTestFinished(() => server.close());
  const direct = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`;
  const database = await connectDatabase({ address: direct, maxConnections: 1 });
  onTestFinished(() => database.close());
  await database.query('CREATE TABLE tenant_keys (tenant text, id text, secret text)');
  for (const [tenant, secret] of Object.entries(SECRETS))
    await database.query('INSERT INTO tenant_keys VALUES ($1, $2, $3)', [tenant, 'main', secret]);
  const store = await through(direct, server.directory);
  const cwd = temporaryDir();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: off }
store: "${store}"
gates:
  customers:
    path: /hooks/:tenant
    provider: github
    keysFrom: { sql: "SELECT tenant, id, secret FROM tenant_keys WHERE tenant = $1" }
    keep: {}
`,
  );
  const { config } = await loadConfig({ cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const send = async (tenant: string, secret: string | undefined): Promise<number> => {
    const signature = createHmac('sha256', secret ?? '')
      .update('{}')
      .digest('hex');
    const headers = { 'x-github-delivery': 'one', 'x-hub-signature-256': `sha256=${signature}` };
    const { status } = await fetch(`${gateway.publicUrl}/hooks/${tenant}`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    return status;
  };
  const statuses: number[] = [];
  for (const tenant of ['acme', 'globex', 'acme']) statuses.push(await send(tenant, SECRETS[tenant]));
  expect(statuses).toEqual([200, 200, 200]);
  expect(await send('acme', SECRETS['globex'])).toBe(401);
  const { events } = await gateway.store.events.search({ limit: 10 });
  expect(events.map(({ tenant, keyId }) => [tenant, keyId])).toEqual([
    ['globex', 'main'],
    ['acme', 'main'],
  ]);
  const ofAcme = await gateway.store.events.search({ tenant: 'acme', limit: 10 });
  expect(ofAcme.events.map(({ tenant }) => tenant)).toEqual(['acme']);
  await database.query("UPDATE tenant_keys SET tenant = 'gone' WHERE tenant = 'globex'");
  expect(await send('initech', SECRETS['acme'])).toBe(401);
}
