/** A trial of a configuration, as `check` and a reload make one: a source of keys that the store answers for is taken with the store that it names. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';

async function problemsWith(store: string): Promise<readonly string[]> {
  const { config } = parseConfig(
    {
      store,
      gates: {
        g: {
          path: '/g/:tenant',
          provider: 'github',
          keysFrom: { sql: 'SELECT tenant, secret FROM tenant_keys WHERE tenant = $1' },
          keep: {},
        },
      },
    } as never,
    { baseDir: '/', env: {} },
  );
  const { problems } = await dryStart(config);
  return problems.map(({ option }) => option);
}

it('finds nothing wrong with keys by a statement where gateways share the store, which nobody asks', async () => {
  expect(await problemsWith('postgres://gateway@nowhere.invalid/countersign')).toEqual([]);
});

it('refuses keys by a statement where one process has the store for itself', async () => {
  expect(await problemsWith('sqlite:countersign.db')).toEqual(['gates.g.keysFrom.sql']);
});
