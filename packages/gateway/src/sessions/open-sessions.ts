/** Puts the sessions of a configuration together: broker, storage, tokens, limits, and their places on the listener. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionView, TokenView } from '@countersign/api';
import { createGate, type Gate, SetupError } from '@countersign/core';
import type { PathSegment, SessionAuthConfig, SessionConfig } from '../config/config.ts';
import { parsePathPattern } from '../config/path-pattern.ts';
import type { Log } from '../log.ts';
import type { PathRoute } from '../path-table.ts';
import type { SessionPlace } from '../places.ts';
import type { Store } from '../store.ts';
import { createLeases } from '../tokens/lease.ts';
import type { Sealer } from '../tokens/seal.ts';
import { createSealedCache } from '../tokens/token-cache.ts';
import { createHeaderVault, secretHeaders } from '../withheld-headers.ts';
import type { BrokerParts, SessionBroker, SessionLog } from './broker.ts';
import { createIncodeBroker } from './incode.ts';
import { createOAuth2Broker } from './oauth2-client-credentials.ts';
import { createRateLimit } from './rate-limit.ts';
import { createSealedRecords } from './sealed-records.ts';
import { createSessionPlace } from './session-place.ts';

export interface OpenSessionsOptions {
  readonly sessions: readonly SessionConfig[];
  /** Undefined only for a store in memory. */
  readonly sealer: Sealer | undefined;
  readonly store: Store;
  readonly now: () => number;
  readonly newEventId: () => string;
  readonly log: Log;
}

export interface OpenSessions {
  readonly places: readonly PathRoute<SessionPlace>[];
  /** As they stand, for the admin API. */
  views(): readonly SessionView[];
  /** Begins to take up what a former run left unfinished. */
  resume(): void;
  /** Waits at most so long for what was taken up, then ends what is in flight. */
  close(waitMs: number): Promise<void>;
}

/** The vendor's servers share a few addresses, and send at once what they could not send before. */
const WEBHOOKS_PER_MINUTE = 6_000;
const SHORTEST_TOKEN_BYTES = 8;

/** @throws SetupError for a proof that cannot be judged. */
export function openSessions(options: OpenSessionsOptions): OpenSessions {
  const closing = new AbortController();
  const opened = options.sessions.map((config) =>
    openSession(config, { ...options, signal: closing.signal }),
  );
  let resumed: Promise<unknown> = Promise.resolve();
  return {
    places: opened.flatMap(({ places }) => places),
    views: () => opened.map(sessionView),
    resume: () => {
      resumed = Promise.all(opened.map(({ broker }) => broker.resume()));
    },
    close: async (waitMs) => {
      await Promise.race([resumed, delay(waitMs, undefined, { ref: false })]);
      for (const { broker } of opened) broker.close();
      closing.abort(new Error('The gateway stops.'));
    },
  };
}

interface OpenSession {
  readonly config: SessionConfig;
  readonly broker: SessionBroker;
  readonly places: readonly PathRoute<SessionPlace>[];
}

interface OpenSessionOptions extends OpenSessionsOptions {
  readonly signal: AbortSignal;
}

function openSession(config: SessionConfig, options: OpenSessionOptions): OpenSession {
  const { now } = options;
  const proof = config.broker === 'incode' ? createSessionProof(config.name, config.auth, now) : undefined;
  const log = createSessionLog(config.name, options.log);
  const broker = createBroker(config, createParts(config, proof, log, options));
  if (config.broker === 'incode' && proof === undefined) {
    log.warn({}, 'webhooks are taken from anybody (auth: none)');
  }
  const pages = createRateLimit({ perMinute: config.requestsPerMinute, now });
  const webhooks = createRateLimit({ perMinute: WEBHOOKS_PER_MINUTE, now });
  const places = broker.routes.map((route) => ({
    segments: segmentsOf(config.at, route.path),
    value: createSessionPlace({
      session: config.name,
      route,
      origins: config.origins,
      limit: route.caller === 'page' ? pages : webhooks,
      proof,
    }),
  }));
  return { config, broker, places };
}

function sessionView({ config, broker }: OpenSession): SessionView {
  const { state, ageMs, expiresAtMs, failures } = broker.tokenStatus();
  const token: TokenView = {
    state,
    failures,
    ...(ageMs !== undefined && { ageSeconds: Math.floor(ageMs / 1000) }),
    ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs).toISOString() }),
  };
  return { name: config.name, broker: config.broker, at: config.at, token };
}

function createBroker(config: SessionConfig, parts: BrokerParts): SessionBroker {
  switch (config.broker) {
    case 'incode':
      return createIncodeBroker(config, parts);
    case 'oauth2-client-credentials':
      return createOAuth2Broker(config, parts);
  }
}

function createParts(
  config: SessionConfig,
  proof: Gate | undefined,
  log: SessionLog,
  { store, sealer, now, newEventId, signal: stopped }: OpenSessionOptions,
): BrokerParts {
  const { name } = config;
  const vault = createHeaderVault(proof === undefined ? [] : secretHeaders(proof.scheme), sealer);
  const wait = (ms: number, signal?: AbortSignal): Promise<void> => delay(ms, undefined, { signal });
  return {
    name,
    now,
    random: Math.random,
    wait,
    fetch,
    signal: stopped,
    records: (kind) => createSealedRecords({ store, space: `${name}:${kind}`, sealer }),
    leases: createLeases({
      store,
      now,
      wait,
      // One call, perhaps tried twice, and what is around it.
      leaseMs: 2 * config.timeoutMs + 5_000,
      onProblem: (message, error) => log.warn({ error }, message),
    }),
    tokenCache: sealer && createSealedCache(store, sealer),
    keep: async ({ request }) => {
      const { method, url, headers, body } = request;
      const id = newEventId();
      await store.keep({
        id,
        gate: name,
        provider: config.broker,
        keyId: proof === undefined ? 'none' : TOKEN_ID,
        receivedMs: Math.floor(now()),
        method,
        url,
        ...vault.withhold(id, headers.flat),
        body,
      });
    },
    log,
  };
}

const TOKEN_ID = 'auth';

/** What judges a session's webhooks; undefined where they are taken from anybody. @throws SetupError naming the session. */
function createSessionProof(name: string, auth: SessionAuthConfig, now: () => number): Gate | undefined {
  if (auth.kind === 'none') return undefined;
  const { form, header, secret } = auth;
  const provider = {
    id: 'incode',
    ...(form !== undefined && { form }),
    ...(header !== undefined && { header }),
  };
  const keys = [{ id: TOKEN_ID, secret: secret.reveal() }];
  const gate = namingOption(`sessions.${name}.auth`, () => createGate({ provider, id: name, keys, now }));
  const bytes = gate.keys.list()[0]?.bytes ?? 0;
  if (bytes >= SHORTEST_TOKEN_BYTES) return gate;
  const problem = `is ${bytes} bytes long; at least ${SHORTEST_TOKEN_BYTES} are required`;
  throw new SetupError(`sessions.${name}.auth.secret`, problem, 'Use a longer one: openssl rand -hex 32');
}

/** Core knows of keys and providers, not of the session that they stand in. */
function namingOption<T>(option: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const problem = error.message.slice(error.option.length + 2, -(error.remedy.length + 2));
    const member = error.option.startsWith('keys') ? '.secret' : error.option.replace(/^provider/, '');
    throw new SetupError(option + member, problem, error.remedy);
  }
}

function createSessionLog(session: string, log: Log): SessionLog {
  return {
    info: (fields, message) => log.info({ session, ...fields }, message),
    warn: (fields, message) => log.warn({ session, ...fields }, message),
    error: (fields, message) => log.error({ session, ...fields }, message),
  };
}

function segmentsOf(at: string, path: string): readonly PathSegment[] {
  return parsePathPattern(at === '/' ? path : at + path) ?? [];
}
