/** Simulates the Incode platform: its API, its onboarding pages, and its webhooks. */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { checkOptions, IS, type OptionRules } from '@countersign/core/check-options';
import { SetupError } from '@countersign/core/setup-error';
import { startServer } from '../pages/start-server.ts';
import { createApiListener } from '../platform-server/api-listener.ts';
import { createFaults } from '../platform-server/faults.ts';
import { createPostWebhook } from '../platform-server/post-webhook.ts';
import { createTokens } from '../platform-server/tokens.ts';
import { createApi } from './api.ts';
import { createAuthAttempts } from './auth-attempts.ts';
import { createCallCounter } from './call-counter.ts';
import { createInterviews, type KeptInterview } from './interviews.ts';
import type {
  IncodeDelivery,
  IncodeInterview,
  IncodePlatform,
  IncodePlatformOptions,
  IncodeRoute,
} from './model.ts';
import { createPageListener, PAGE_PATH } from './onboarding-page.ts';
import { matchRoute } from './routes.ts';
import { createSendWebhook, repeat } from './webhooks.ts';

const RULES: OptionRules<IncodePlatformOptions> = {
  apiKey: IS.text,
  clientId: IS.text,
  flowId: IS.text,
  admin: IS.record,
  webhooks: IS.list,
  port: IS.port,
  host: {
    expected: 'an IP address of this machine',
    isValid: (value) => typeof value === 'string' && isIP(value) !== 0,
  },
  now: IS.function,
  fetch: IS.function,
  tokenLifeMs: IS.milliseconds,
  webhookTimeoutMs: IS.milliseconds,
  onCall: IS.function,
  onWebhook: IS.function,
};

const DAY_MS = 86_400_000;

/**
 * Starts a platform of one customer that keeps everything in memory.
 * @throws SetupError for an empty credential and for a webhook that is no http(s) URL; what `listen` throws where the
 *   port is taken.
 */
export async function startIncodePlatform(options: IncodePlatformOptions = {}): Promise<IncodePlatform> {
  checkOptions<IncodePlatformOptions>(options, RULES);
  const {
    port = 0,
    host,
    now = Date.now,
    tokenLifeMs = DAY_MS,
    webhookTimeoutMs = 30_000,
    webhooks = [],
  } = options;
  const { fetch = globalThis.fetch, onCall = () => {}, onWebhook = () => {} } = options;
  const account = completeAccount(options);
  const { apiKey, clientId, flowId, admin } = account;
  checkWebhooks(webhooks);
  const interviews = createInterviews();
  const attempts = createAuthAttempts();
  const adminTokens = createTokens({ lifeMs: tokenLifeMs, now });
  const sessionTokens = createTokens({ lifeMs: tokenLifeMs, now });
  const issued: string[] = [];
  const license = generated('incode-license');
  const counter = createCallCounter();
  const faults = createFaults<IncodeRoute>();
  const closing = new AbortController();
  const post = createPostWebhook({ fetch, timeoutMs: webhookTimeoutMs, signal: closing.signal });
  const send = createSendWebhook(post, onWebhook);

  const finish = (interview: KeptInterview): Promise<readonly IncodeDelivery[]> => {
    const { interviewId } = interview;
    if (!interviews.finish(interview)) return Promise.resolve([]);
    const payload = { interviewId, onboardingStatus: 'ONBOARDING_FINISHED', clientId, flowId };
    return Promise.all(webhooks.map((webhook) => send(webhook, payload)));
  };

  const api = createApi({
    ...account,
    license,
    interviews,
    attempts,
    adminTokens,
    sessionTokens,
    onLogIn: (token) => issued.push(token),
    pageUrl: ({ pageKey }) => server.origin + PAGE_PATH + pageKey,
  });
  const apiListener = createApiListener({
    match: matchRoute,
    answer: api,
    faults,
    onCall,
    onArrival: counter.arrive,
  });
  const pageListener = createPageListener(interviews, (interview) => void finish(interview));
  const server = await startServer(
    (request, response) => {
      const listener = request.url?.startsWith(PAGE_PATH) === true ? pageListener : apiListener;
      listener(request, response);
    },
    port,
    host,
  );

  return {
    ...account,
    apiUrl: server.origin,
    get logIns() {
      return issued.length;
    },
    interviews: () => interviews.list().map(interviewView),
    approvals: (interviewId) => interviews.find(interviewId).approvals,
    setScore: (interviewId, score) => interviews.setScore(interviews.find(interviewId), score),
    finish: async (interviewId) => finish(interviews.find(interviewId)),
    sendWebhook: (
      interviewId,
      onboardingStatus,
      url,
      { times = 1, concurrency = times, headers = {} } = {},
    ) =>
      repeat(times, concurrency, () =>
        send({ url, headers }, { interviewId, onboardingStatus, clientId, flowId }),
      ),
    createAuthAttempt: (interviewId) =>
      attempts.create(sessionTokens.issue(interviews.find(interviewId).interviewId)),
    calls: counter.calls,
    mostAtOnce: counter.mostAtOnce,
    secrets: () => [apiKey, admin.password, license, ...issued],
    failNext: faults.add,
    revokeTokens: adminTokens.revokeAll,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}

/** Leaves out what is nobody else's. */
function interviewView({ pageKey: _, uuid: __, scored: ___, ...interview }: KeptInterview): IncodeInterview {
  return interview;
}

type Account = Pick<IncodePlatform, 'apiKey' | 'clientId' | 'flowId' | 'admin'>;

function completeAccount(options: IncodePlatformOptions): Account {
  const {
    apiKey = generated('incode-api-key'),
    clientId = 'sandbox-client',
    flowId = randomBytes(12).toString('hex'),
    admin = { email: 'admin@sandbox.example', password: generated('incode-password') },
  } = options;
  const texts = { apiKey, clientId, flowId, 'admin.email': admin.email, 'admin.password': admin.password };
  for (const [name, text] of Object.entries(texts)) {
    if (text === '') throw new SetupError(name, 'empty', 'Leave it out, or give any text.');
  }
  return { apiKey, clientId, flowId, admin };
}

function checkWebhooks(webhooks: NonNullable<IncodePlatformOptions['webhooks']>): void {
  for (const [index, { url }] of webhooks.entries()) {
    if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) continue;
    throw new SetupError(`webhooks[${index}].url`, 'no http or https URL', 'Give the whole URL.');
  }
}

function generated(kind: string): string {
  return `${kind}-${randomBytes(16).toString('hex')}`;
}
