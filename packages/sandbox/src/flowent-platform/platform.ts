/** Simulates the Flowent platform: its API, its registration tests, and its calls of the actions registered. */
import { checkOptions, IS, type OptionRules, word } from '@countersign/core/internal/check-options';
import { startServer } from '../pages/start-server.ts';
import { createApiListener } from '../platform-server/api-listener.ts';
import { createFaults } from '../platform-server/faults.ts';
import { createPostWebhook } from '../platform-server/post-webhook.ts';
import { createTokens } from '../platform-server/tokens.ts';
import { createActionStore } from './action-store.ts';
import { createApi } from './api.ts';
import { createCallLimiter } from './call-limiter.ts';
import { createCaller } from './caller.ts';
import type { FlowentPlatform, FlowentPlatformOptions, FlowentRoute } from './model.ts';
import { createRegistrationTest } from './registration-test.ts';
import { BASE_PATH, matchRoute } from './routes.ts';
import { completeTenants, findTenant } from './tenants.ts';

const RULES: OptionRules<FlowentPlatformOptions> = {
  tenants: IS.list,
  port: IS.port,
  now: IS.function,
  fetch: IS.function,
  tokenLifeMs: IS.milliseconds,
  limits: IS.record,
  requireHttps: IS.flag,
  testSigned: word('unsigned', 'signed'),
  webhookTimeoutMs: IS.milliseconds,
  onCall: IS.function,
};

const DAY_MS = 86_400_000;

/**
 * Starts a platform that listens on 127.0.0.1 and keeps everything in memory.
 * @throws SetupError for tenants that cannot be told apart; what `listen` throws where the port is taken.
 */
export async function startFlowentPlatform(options: FlowentPlatformOptions = {}): Promise<FlowentPlatform> {
  checkOptions<FlowentPlatformOptions>(options, RULES);
  const { port = 0, now = Date.now, tokenLifeMs = DAY_MS, webhookTimeoutMs = 30_000, limits } = options;
  const { fetch = globalThis.fetch, onCall = () => {} } = options;
  const tenants = completeTenants(options.tenants);
  const tokens = createTokens({ lifeMs: tokenLifeMs, now });
  const store = createActionStore(now);
  const faults = createFaults<FlowentRoute>();
  const closing = new AbortController();
  const post = createPostWebhook({ fetch, timeoutMs: webhookTimeoutMs, signal: closing.signal });
  const api = createApi({
    tenants,
    tokens,
    tokenLifeMs,
    store,
    limiter: createCallLimiter({ callsPerHour: limits?.callsPerHour ?? 1000, now }),
    test: createRegistrationTest({ post, signed: options.testSigned === 'signed', now }),
    maxActions: limits?.maxActions ?? 100,
    requireHttps: options.requireHttps,
  });

  const listener = createApiListener({ match: matchRoute, answer: api, faults, onCall });
  const server = await startServer(listener, port);

  return {
    baseUrl: server.origin + BASE_PATH,
    tenants,
    call: createCaller({ tenants, store, post, now }),
    actions: (tenant) => store.list(findTenant(tenants, tenant).tenantId),
    failNext: faults.add,
    revokeTokens: tokens.revokeAll,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}
