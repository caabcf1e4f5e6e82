/** Simulates the Incode platform: its API, its onboarding pages, and its webhooks. */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { checkOptions, IS, type OptionRules } from '@countersign/core/internal/check-options';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { IncodePayload } from '../incode.ts';
import { type PlatformServer, startServer } from '../pages/start-server.ts';
import { createApiListener } from '../platform-server/api-listener.ts';
import { createFaults, type Faults } from '../platform-server/faults.ts';
import { createPostWebhook } from '../platform-server/post-webhook.ts';
import { createTokens, type Tokens } from '../platform-server/tokens.ts';
import { createApi } from './api.ts';
import { type AuthAttempts, createAuthAttempts } from './auth-attempts.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import { createInterviews, type Interviews, type KeptInterview } from './interviews.ts';
import type {
  IncodeDelivery,
  IncodeInterview,
  IncodePlatform,
  IncodePlatformOptions,
  IncodeRoute,
  IncodeSendOptions,
  IncodeWebhookTarget,
} from './model.ts';
import { createPageListener, PAGE_PATH } from './onboarding-page.ts';
import { matchRoute } from './routes.ts';
import { createSendWebhook, repeat, type SendWebhook } from './webhooks.ts';

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
  const state = createState(options);
  const server = await listen(state, options);
  return platformOf(state, server);
}

/** What the platform keeps, and what it works with. */
interface PlatformState {
  readonly account: Account;
  /** Told of each onboarding that is finished. */
  readonly webhooks: readonly IncodeWebhookTarget[];
  readonly interviews: Interviews;
  readonly attempts: AuthAttempts;
  readonly adminTokens: Tokens;
  readonly sessionTokens: Tokens;
  /** Every admin token so far. */
  readonly issued: string[];
  readonly license: string;
  readonly counter: CallCounter;
  readonly faults: Faults<IncodeRoute>;
  readonly closing: AbortController;
  readonly send: SendWebhook;
}

function createState(options: IncodePlatformOptions): PlatformState {
  const { now = Date.now, tokenLifeMs = DAY_MS, webhookTimeoutMs = 30_000, webhooks = [] } = options;
  const { fetch = globalThis.fetch, onWebhook = () => {} } = options;
  const account = completeAccount(options);
  checkWebhooks(webhooks);
  const closing = new AbortController();
  const post = createPostWebhook({ fetch, timeoutMs: webhookTimeoutMs, signal: closing.signal });
  return {
    account,
    webhooks,
    interviews: createInterviews(),
    attempts: createAuthAttempts(),
    adminTokens: createTokens({ lifeMs: tokenLifeMs, now }),
    sessionTokens: createTokens({ lifeMs: tokenLifeMs, now }),
    issued: [],
    license: generated('incode-license'),
    counter: createCallCounter(),
    faults: createFaults<IncodeRoute>(),
    closing,
    send: createSendWebhook(post, onWebhook),
  };
}

/** The API and the onboarding pages, on one port. */
async function listen(
  state: PlatformState,
  { port = 0, host, onCall = () => {} }: IncodePlatformOptions,
): Promise<PlatformServer> {
  const { account, interviews, issued, faults, counter } = state;
  const api = createApi({
    ...account,
    ...state,
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
  const pageListener = createPageListener(interviews, (interview) => void finish(state, interview));
  const server = await startServer(
    (request, response) => {
      const listener = request.url?.startsWith(PAGE_PATH) === true ? pageListener : apiListener;
      listener(request, response);
    },
    port,
    host,
  );
  return server;
}

function platformOf(state: PlatformState, server: PlatformServer): IncodePlatform {
  const { account, interviews, attempts, adminTokens, sessionTokens, issued, license, counter } = state;
  return {
    ...account,
    apiUrl: server.origin,
    get logIns() {
      return issued.length;
    },
    interviews: () => interviews.list().map(interviewView),
    approvals: (interviewId) => interviews.find(interviewId).approvals,
    setScore: (interviewId, score) => interviews.setScore(interviews.find(interviewId), score),
    finish: async (interviewId) => finish(state, interviews.find(interviewId)),
    sendWebhook: (interviewId, onboardingStatus, url, options) =>
      sendWebhooks(state, { interviewId, onboardingStatus }, url, options),
    createAuthAttempt: (interviewId) =>
      attempts.create(sessionTokens.issue(interviews.find(interviewId).interviewId)),
    calls: counter.calls,
    mostAtOnce: counter.mostAtOnce,
    secrets: () => [account.apiKey, account.admin.password, license, ...issued],
    failNext: state.faults.add,
    revokeTokens: adminTokens.revokeAll,
    close: () => {
      state.closing.abort();
      return server.close();
    },
  };
}

/** Finishes an onboarding, and tells the webhooks; where it was finished before, nobody is told. */
async function finish(
  { account: { clientId, flowId }, interviews, webhooks, send }: PlatformState,
  interview: KeptInterview,
): Promise<readonly IncodeDelivery[]> {
  if (!interviews.finish(interview)) return [];
  const { interviewId } = interview;
  const payload = { interviewId, onboardingStatus: 'ONBOARDING_FINISHED', clientId, flowId };
  return Promise.all(webhooks.map((webhook) => send(webhook, payload)));
}

function sendWebhooks(
  { account: { clientId, flowId }, send }: PlatformState,
  interview: Pick<IncodePayload, 'interviewId' | 'onboardingStatus'>,
  url: string,
  { times = 1, concurrency = times, headers = {} }: IncodeSendOptions = {},
): Promise<readonly IncodeDelivery[]> {
  return repeat(times, concurrency, () => send({ url, headers }, { ...interview, clientId, flowId }));
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
