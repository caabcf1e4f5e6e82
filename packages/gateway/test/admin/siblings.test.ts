/** Gateways that share their listeners: what one of them shows of the others. */
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import type { LiveSource } from '../../src/metrics/siblings.ts';
import { send, start } from '../harness.ts';
import { listenTo } from './listening.ts';

const gates = { one: { path: '/one', provider: 'none', respond: { status: 204 } } } as const;

/** Two gateways, of which the first follows what the second shares. */
async function startTwo() {
  let shared: LiveSource | undefined;
  const second = await start(gates, {
    siblings: {
      number: 2,
      ask: async () => [],
      share: ({ live }) => {
        shared = live;
      },
      follow: () => () => {},
    },
  });
  const first = await start(gates, {
    siblings: {
      number: 1,
      ask: async () => [],
      share: () => {},
      follow: (push, lose) => shared?.(push, lose) ?? (() => {}),
    },
  });
  return { first, second };
}

it('who listens at one of several gateways hears what becomes of the requests of all', async () => {
  const { first, second } = await startTwo();
  const listening = await listenTo(`${first.adminUrl}/api/verdicts/live`, {
    authorization: `Bearer ${first.adminToken}`,
  });
  await listening.until(/^id/m);
  await send(`${second.publicUrl}/one?at=second`);
  await listening.until(/"gate":"one"/);
  await send(`${first.publicUrl}/one?at=first`);
  await listening.until(/"gate":"one".*\s+id: .*\s+data: .*"gate":"one"/);
});

it('a gateway asks the others for what happens there only while somebody listens', async () => {
  let followers = 0;
  const { adminUrl = '', adminToken } = await start(gates, {
    siblings: {
      number: 1,
      ask: async () => [],
      share: () => {},
      follow: () => {
        followers++;
        return () => void followers--;
      },
    },
  });
  expect(followers).toBe(0);
  const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
  const leaving = new AbortController();
  const opened = Promise.withResolvers<void>();
  const options = { signal: leaving.signal, onOpen: () => opened.resolve() };
  const next = client.stream('liveVerdicts', {}, options)[Symbol.asyncIterator]().next();
  next.catch(() => {});
  await opened.promise;
  expect(followers).toBe(1);
  leaving.abort();
});
