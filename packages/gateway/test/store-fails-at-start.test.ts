/** A database that ends while a gateway starts is no bug: who started it is told to start it again. */
import { SetupError } from '@countersign/core';
import { expect, it } from 'vitest';
import { parseConfig } from '../src/config/parse-config.ts';
import { startGateway } from '../src/gateway.ts';
import { openStore } from '../src/stores/open-store.ts';
import { StoreError } from '../src/stores/store.ts';
import { later, SECRET, temporaryDir } from './harness.ts';

async function startWith(error: Error): Promise<unknown> {
  const store = await openStore(':memory:');
  later(() => store.close());
  const { config } = parseConfig(
    {
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      storeKey: '0123456789abcdef'.repeat(4),
      gates: { kept: { provider: 'hmac', keys: [{ secret: SECRET }], path: '/kept', keep: {} } },
    },
    { baseDir: temporaryDir(), env: {} },
  );
  const failing = {
    ...store,
    records: { ...store.records, get: () => Promise.reject(error) },
  };
  return startGateway({ config, store: failing, logSink: { write: () => {} } }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

it('says that the store failed meanwhile, and what to do', async () => {
  const thrown = await startWith(new StoreError('failed', 'PostgreSQL cannot be reached (EPIPE).'));
  expect(thrown).toBeInstanceOf(SetupError);
  expect(thrown).toMatchObject({
    option: 'store',
    message: expect.stringMatching(
      /failed while the gateway was starting: PostgreSQL cannot be reached \(EPIPE\)/,
    ),
  });
});

it('leaves every other error as it is', async () => {
  const error = new RangeError('a bug');
  expect(await startWith(error)).toBe(error);
});
