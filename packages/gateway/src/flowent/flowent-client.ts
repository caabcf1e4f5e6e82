/** The client of Flowent's platform API. */

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { SetupError } from '@countersign/core';
import {
  checkOptions,
  IS,
  memberOf,
  type OptionRules,
  required,
} from '@countersign/core/internal/check-options';
import type { Secret } from '../config/secret.ts';
import { HOUR } from '../config/units.ts';
import { createCallBudget } from '../outgoing/call-budget.ts';
import { createOutgoingFetch } from '../outgoing/outgoing-fetch.ts';
import type { TokenCache } from '../sealed/token-cache.ts';
import { timerDelay } from '../timer-delay.ts';
import { TokenError } from '../tokens/token-error.ts';
import { createTokenManager, type IssuedToken, type TokenManager } from '../tokens/token-manager.ts';
import { readApiUrl } from './api-url.ts';
import { readActionAnswer, readActionsAnswer, readExchangeAnswer } from './flowent-answers.ts';
import {
  type FlowentAction,
  type FlowentActionChange,
  type FlowentActionDraft,
  type FlowentApi,
  FlowentError,
  isFlowentError,
} from './flowent-api.ts';
import { ACTION_PATH, EXCHANGE_PATH, flowentError } from './flowent-failure.ts';
import { createFlowentHttp, type FlowentCall, type FlowentHttp } from './flowent-http.ts';
import { MAX_CALLS_AN_HOUR } from './limits.ts';

export interface FlowentClientOptions {
  /** The API's base, such as `https://…/api/v1/gateway`. Plain http is for loopback only. */
  readonly apiUrl: string;
  /** From the platform's admin panel. */
  readonly apiToken: Secret;
  /** Keeps the exchanged token, sealed, from one start to the next. Default: each start exchanges. */
  readonly cache?: TokenCache | undefined;
  /** Default: the gateway's own, which calls no cloud's metadata service. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** From 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Waits before another try. Default: a timer. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Of one try, its answer's body included. Default 10,000. */
  readonly timeoutMs?: number;
  /** Of one call, where the platform is busy or does not answer. Default 4. */
  readonly maxTries?: number;
  /** Calls in any 60 minutes: every try and every token exchange counts. Default 1,000, which the platform documents. */
  readonly maxCallsAnHour?: number;
  /** Ends what is in flight, with the signal's reason, and refuses what comes after. */
  readonly signal?: AbortSignal;
  /** Is told what no call fails by: the cache failed, or a renewal did while the old token still serves. */
  readonly onProblem?: (message: string, error: unknown) => void;
}

const RULES: OptionRules<FlowentClientOptions> = {
  apiUrl: required({
    expected: 'the API’s base, e.g. https://platform.example/api/v1/gateway',
    isValid: (value) => typeof value === 'string',
  }),
  apiToken: required({
    expected: 'a Secret: new Secret(text)',
    isValid: (value) => typeof memberOf(value, 'reveal') === 'function',
  }),
  cache: IS.object,
  fetch: IS.function,
  now: IS.function,
  random: IS.function,
  wait: IS.function,
  timeoutMs: IS.milliseconds,
  maxTries: IS.count,
  maxCallsAnHour: IS.count,
  signal: IS.object,
  onProblem: IS.function,
};

/**
 * Makes a client. It sends nothing until it is asked, and holds open no more than idle connections, which end by themselves.
 * @throws SetupError for an API URL that is none or not safe, and for no API token.
 */
export function createFlowentClient(options: FlowentClientOptions): FlowentApi {
  checkOptions<FlowentClientOptions>(options, RULES);
  const { apiToken, signal, now = Date.now, random = Math.random } = options;
  const baseUrl = readApiUrl(options.apiUrl);
  refuseUnfit(apiToken);
  const http = createFlowentHttp({
    baseUrl,
    fetch: options.fetch ?? createOutgoingFetch({ policy: 'configured' }),
    now,
    random,
    wait: options.wait ?? ((ms, until) => delay(timerDelay(ms), undefined, { signal: until })),
    timeoutMs: options.timeoutMs ?? 10_000,
    maxTries: options.maxTries ?? 4,
    budget: createCallBudget({ limit: options.maxCallsAnHour ?? MAX_CALLS_AN_HOUR, windowMs: HOUR, now }),
    secret: () => apiToken.reveal(),
  });
  const tokens = createTokenManager({
    name: tokenName(baseUrl, apiToken),
    issue: (closed) => exchangeToken(http, apiToken, now, closed),
    cache: options.cache,
    now,
    random,
    onProblem: options.onProblem,
  });
  signal?.addEventListener('abort', () => tokens.close(), { once: true });
  return new FlowentClient({ http, tokens, now, signal });
}

async function exchangeToken(
  http: FlowentHttp,
  apiToken: Secret,
  now: () => number,
  signal: AbortSignal,
): Promise<IssuedToken> {
  // Its life is counted from before the platform made it: never too long.
  const sentMs = now();
  const body = { api_token: apiToken.reveal() };
  const exchange = { method: 'POST', path: EXCHANGE_PATH, body, read: readExchangeAnswer } as const;
  const { token, lifeMs } = await http.send(exchange, { signal });
  return { token, expiresAtMs: sentMs + lifeMs };
}

interface ClientParts {
  readonly http: FlowentHttp;
  readonly tokens: TokenManager;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

class FlowentClient implements FlowentApi {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly FlowentAction[]> {
    return this.#call({ method: 'GET', path: '/actions', read: readActionsAnswer });
  }

  async get(name: string): Promise<FlowentAction | undefined> {
    try {
      return await this.#call({ method: 'GET', path: pathOf('GET', name), read: readActionAnswer });
    } catch (error) {
      if (isFlowentError(error, 'not-found')) return undefined;
      throw error;
    }
  }

  async create({ name, description, webhook_url, json_schema }: FlowentActionDraft): Promise<FlowentAction> {
    const body = { name, description, webhook_url, json_schema };
    const lost = createLostAnswers();
    try {
      return await this.#call({
        method: 'POST',
        path: '/actions',
        body,
        read: readActionAnswer,
        webhookUrl: webhook_url,
        onLostAnswer: lost.note,
      });
    } catch (error) {
      if (!isFlowentError(error, 'conflict') || !lost.any()) throw error;
      // The action that is in the way can be the one that we made, and of which no answer came.
      const existing = await this.get(name);
      if (existing === undefined || !isSame(existing, body)) throw error;
      return existing;
    }
  }

  async update(
    name: string,
    { description, webhook_url, json_schema }: FlowentActionChange,
  ): Promise<FlowentAction> {
    return this.#call({
      method: 'PUT',
      path: pathOf('PUT', name),
      body: { description, webhook_url, json_schema },
      read: readActionAnswer,
      webhookUrl: webhook_url,
    });
  }

  async delete(name: string): Promise<void> {
    const lost = createLostAnswers();
    try {
      const path = pathOf('DELETE', name);
      await this.#call({ method: 'DELETE', path, read: undefined, onLostAnswer: lost.note });
    } catch (error) {
      if (!isFlowentError(error, 'not-found') || !lost.any()) throw error;
    }
  }

  async #call<T>(request: FlowentCall<T>): Promise<T> {
    const { http, tokens, now, signal } = this.#parts;
    signal?.throwIfAborted();
    try {
      return await tokens.use((bearer) => http.send(request, { bearer, signal }), isRefused, signal);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!(error instanceof TokenError)) throw error;
      const code = error.code === 'refused' ? 'unauthorized' : 'malformed-answer';
      throw flowentError(request, { code, problem: `was not sent: ${error.message}` }, now());
    }
  }
}

interface LostAnswers {
  readonly note: () => void;
  readonly any: () => boolean;
}

/** Whether an earlier try may have done what a later one finds done. */
function createLostAnswers(): LostAnswers {
  let lost = false;
  return {
    note: () => {
      lost = true;
    },
    any: () => lost,
  };
}

/** Two accounts never share a token: the name stands for both the platform and the API token, and tells neither. */
function tokenName(baseUrl: string, apiToken: Secret): string {
  const account = createHash('sha256').update(`${baseUrl}\n${apiToken.reveal()}`).digest('hex');
  return `flowent-token:${account.slice(0, 32)}`;
}

function refuseUnfit(apiToken: Secret): void {
  const text = apiToken.reveal();
  const problem = text === '' ? 'is empty' : text.trim() !== text ? 'has white space around it' : undefined;
  if (problem === undefined) return;
  throw new SetupError('apiToken', problem, 'Copy it again from the platform’s admin panel.');
}

function isRefused(outcome: unknown): boolean {
  return outcome instanceof FlowentError && outcome.status === 401;
}

/** @throws FlowentError for a name that no path can carry: an empty one, dots, half a surrogate pair. */
function pathOf(method: string, name: string): string {
  try {
    // A URL's parser takes these for the folder itself and the one above.
    if (!/^\.{0,2}$/.test(name)) return ACTION_PATH + encodeURIComponent(name);
  } catch {
    // encodeURIComponent throws for a lone surrogate.
  }
  const problem = 'was not sent: the name can be no action’s';
  throw flowentError({ method, path: `${ACTION_PATH}…` }, { code: 'invalid', problem }, 0);
}

/** As JSON, where members have no order: so it is stored. */
function isSame(existing: FlowentAction, draft: FlowentActionDraft): boolean {
  const { name, description, webhook_url, json_schema } = existing;
  const sent: unknown = JSON.parse(JSON.stringify(draft));
  return isDeepStrictEqual({ name, description, webhook_url, json_schema }, sent);
}
