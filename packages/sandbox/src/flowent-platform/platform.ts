/** Simulates the Flowent platform: its API, its registration tests, and its calls of the actions registered. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createActionStore } from './action-store.ts';
import { createApi } from './api.ts';
import { createCallLimiter } from './call-limiter.ts';
import { createCaller } from './caller.ts';
import { createFaults } from './faults.ts';
import { createListener } from './listener.ts';
import type { FlowentPlatform, FlowentPlatformOptions } from './model.ts';
import { createRegistrationTest } from './registration-test.ts';
import { BASE_PATH } from './routes.ts';
import { completeTenants, findTenant } from './tenants.ts';
import { createTokens } from './tokens.ts';
import { createPostWebhook } from './webhook.ts';

const DAY_MS = 86_400_000;

/**
 * Starts a platform that listens on 127.0.0.1 and keeps everything in memory.
 * @throws SetupError for tenants that cannot be told apart; what `listen` throws where the port is taken.
 */
export async function startFlowentPlatform(options: FlowentPlatformOptions = {}): Promise<FlowentPlatform> {
  const { port = 0, now = Date.now, tokenLifeMs = DAY_MS, webhookTimeoutMs = 30_000, limits } = options;
  const { fetch = globalThis.fetch, onCall = () => {} } = options;
  const tenants = completeTenants(options.tenants);
  const tokens = createTokens({ lifeMs: tokenLifeMs, now });
  const store = createActionStore(now);
  const faults = createFaults();
  const closing = new AbortController();
  const post = createPostWebhook({ fetch, timeoutMs: webhookTimeoutMs, signal: closing.signal });
  const api = createApi({
    tenants,
    tokens,
    store,
    limiter: createCallLimiter({ callsPerHour: limits?.callsPerHour ?? 1000, now }),
    test: createRegistrationTest({ post, signed: options.testSigned === 'signed', now }),
    maxActions: limits?.maxActions ?? 100,
    requireHttps: options.requireHttps,
  });

  const server = createServer(createListener({ api, faults, onCall }));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  return {
    baseUrl: `http://127.0.0.1:${address.port}${BASE_PATH}`,
    tenants,
    call: createCaller({ tenants, store, post, now }),
    actions: (tenant) => store.list(findTenant(tenants, tenant).tenantId),
    failNext: faults.add,
    revokeTokens: tokens.revokeAll,
    close: async () => {
      closing.abort();
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
