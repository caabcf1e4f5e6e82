/** What `check` and a reload say of keys that a statement selects, without asking the database. */
import { expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';

const STATEMENT = 'SELECT tenant, secret FROM tenant_keys WHERE tenant = $1';

async function optionsOf(store: string): Promise<readonly string[]> {
  const gate = { path: '/hooks/:tenant', provider: 'github', keysFrom: { sql: STATEMENT }, keep: {} };
  const input: ConfigInput = { store, gates: { customers: gate } };
  const { config } = parseConfig(input, { baseDir: '/nowhere', env: {} });
  const { problems } = await dryStart(config);
  return problems.map(({ option }) => option);
}

it('takes a statement for a database that gateways share', async () => {
  expect(await optionsOf('postgres://countersign@127.0.0.1:9/countersign')).toEqual([]);
});

it.each([':memory:', 'sqlite:./countersign.db'])('refuses one for %s', async (store) => {
  expect(await optionsOf(store)).toEqual(['gates.customers.keysFrom.sql']);
});
