/** Puts the sessions of a configuration together: broker, storage, tokens, limits, and their endpoints on the listener. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionView, TokenView } from '@countersign/api';
import type { PathSegment, SessionConfig } from '../config/config.ts';
import { parsePathPattern } from '../config/path-pattern.ts';
import type { Deliveries } from '../deliver/deliveries.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { PathRoute } from '../paths/path-table.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import { createLeases } from '../sealed/lease.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRecords } from '../sealed/sealed-records.ts';
import { createSealedCache } from '../sealed/token-cache.ts';
import { createHeaderVault } from '../sealed/withheld-headers.ts';
import type { Store } from '../stores/store.ts';
import { timerDelay } from '../timer-delay.ts';
import { createTokenManager } from '../tokens/token-manager.ts';
import type { BrokerParts, OpenBroker, SessionAnswer, SessionLog, SessionRoute } from './broker.ts';
import { BROKERS } from './brokers/all.generated.ts';
import { failureView, type WatchedUpstream, watchUpstream } from './last-failure.ts';
import { createSessionEndpoint } from './session-endpoint.ts';
import { createSessionEvents } from './session-events.ts';
import { createSessionProof, type SessionProof } from './session-proof.ts';
import type { SessionEndpoint } from './session-route.ts';
import { createUpstream } from './upstream.ts';

export interface OpenSessionsOptions {
  readonly sessions: readonly SessionConfig[];
  /** Undefined only for a store in memory. */
  readonly sealer: Sealer | undefined;
  readonly store: Pick<Store, 'events' | 'records'>;
  readonly now: () => number;
  /** Calls the vendors. */
  readonly fetch: typeof globalThis.fetch;
  readonly newEventId: () => string;
  readonly deliveries: Pick<Deliveries, 'addSession' | 'wake'>;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

/** A route of a session on the public listener. */
export interface SessionRouteView {
  /** The session's name. */
  readonly session: string;
  readonly broker: SessionConfig['broker'];
  readonly methods: readonly string[];
  /** E.g. `/start`. */
  readonly path: string;
}

export interface OpenSessions {
  readonly endpoints: readonly PathRoute<SessionEndpoint>[];
  /** What each answers, in the order of the configuration. */
  readonly routes: readonly SessionRouteView[];
  /** As they stand, for the admin API. */
  views(): readonly SessionView[];
  /** Begins to take up what a former run left unfinished. */
  resume(): void;
}

/** The vendor's servers share a few addresses, and send at once what they could not send before. */
const WEBHOOKS_PER_MINUTE = 6_000;
/** A client needs one token an hour; who guesses at its secret gets no further than this. */
const TOKENS_PER_MINUTE = 30;

/** @throws SetupError for a proof that cannot be judged, and for deliveries that cannot be made. */
export async function openSessions(options: OpenSessionsOptions): Promise<OpenSessions> {
  const opened: OpenSession[] = [];
  for (const config of options.sessions) opened.push(await openSession(config, options));
  return {
    endpoints: opened.flatMap(({ endpoints }) => endpoints),
    routes: opened.flatMap(routeViews),
    views: () => opened.map(sessionView),
    resume: () => {
      for (const session of opened) session.resumed = session.broker.resume();
    },
  };
}

interface OpenSession {
  readonly config: SessionConfig;
  readonly broker: OpenBroker;
  /** The servers that its broker calls. */
  readonly upstreams: readonly WatchedUpstream[];
  readonly endpoints: readonly PathRoute<SessionEndpoint>[];
  /** What a former run left unfinished, being taken up. */
  resumed: Promise<void>;
}

async function openSession(config: SessionConfig, options: OpenSessionsOptions): Promise<OpenSession> {
  const { now, lifecycle } = options;
  const closing = new AbortController();
  const proof = createSessionProof(config.auth, { session: config.name, now });
  const log = createSessionLog(config.name, options.log);
  const declared = BROKERS[config.broker];
  const upstreams: WatchedUpstream[] = [];
  const { keep, tell } = await openEvents(config, proof, options);
  const broker = await declared.open(config, {
    ...createParts(config, log, { ...options, signal: closing.signal, upstreams }),
    keep,
    tell,
  });
  if (proof === undefined) log.warn({}, declared.auth.noneLogged);
  const pages = createRateLimit({ perMinute: config.requestsPerMinute, now });
  const webhooks = createRateLimit({ perMinute: WEBHOOKS_PER_MINUTE, now });
  const endpointOf = (route: SessionRoute, limit: RateLimit): PathRoute<SessionEndpoint> => ({
    segments: segmentsOf(config.at, route.path),
    value: createSessionEndpoint({ session: config.name, route, origins: config.origins, limit, proof }),
  });
  const endpoints = declared.routes.map((route) =>
    endpointOf(
      { ...route, answer: answerOf(broker, route.path) },
      route.caller === 'page' ? pages : webhooks,
    ),
  );
  if (proof?.tokenRoute !== undefined) {
    endpoints.push(endpointOf(proof.tokenRoute, createRateLimit({ perMinute: TOKENS_PER_MINUTE, now })));
  }
  const session: OpenSession = { config, broker, upstreams, endpoints, resumed: Promise.resolve() };
  lifecycle.add(`sessions.${config.name}`, {
    drain: () => session.resumed,
    close() {
      broker.close();
      closing.abort(new Error('The gateway stops.'));
    },
  });
  return session;
}

function routeViews({ config, endpoints }: OpenSession): readonly SessionRouteView[] {
  return endpoints.map(({ segments, value }) => ({
    session: config.name,
    broker: config.broker,
    methods: value.methods,
    path: segments.map((segment) => (segment.kind === 'literal' ? `/${segment.text}` : '')).join(''),
  }));
}

function sessionView({ config, broker, upstreams }: OpenSession): SessionView {
  const { state, ageMs, expiresAtMs, failures, lastFailure: tokenFailure } = broker.tokenStatus();
  const lastFailure = failureView([tokenFailure, ...upstreams.map((upstream) => upstream.lastFailure())]);
  const token: TokenView = {
    state,
    failures,
    ...(ageMs !== undefined && { ageSeconds: Math.floor(ageMs / 1000) }),
    ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs).toISOString() }),
  };
  const { name, broker: brokerId, at } = config;
  return { name, broker: brokerId, at, token, ...(lastFailure && { lastFailure }) };
}

function answerOf({ answers }: OpenBroker, path: string): SessionAnswer {
  const answer = answers[path];
  if (answer === undefined) throw new TypeError(`the broker does not answer ${path}`);
  return answer;
}

interface SessionOptions extends OpenSessionsOptions {
  /** Aborted when the session is closed. */
  readonly signal: AbortSignal;
  /** Each server that the broker calls is added. */
  readonly upstreams: WatchedUpstream[];
}

async function openEvents(
  config: SessionConfig,
  proof: SessionProof | undefined,
  { store: { events }, sealer, deliveries, now, newEventId }: OpenSessionsOptions,
): Promise<Pick<BrokerParts, 'keep' | 'tell'>> {
  const secrets = proof?.headers ?? [];
  return createSessionEvents({
    session: config,
    isProved: proof !== undefined,
    events,
    now,
    newEventId,
    vault: createHeaderVault(secrets, sealer),
    matching: await deliveries.addSession(config.name, proof?.scheme, secrets),
    wake: deliveries.wake,
  });
}

function createParts(
  config: SessionConfig,
  log: SessionLog,
  options: SessionOptions,
): Omit<BrokerParts, 'keep' | 'tell'> {
  const {
    store: { records },
    sealer,
    now,
    fetch,
    signal: stopped,
    upstreams,
  } = options;
  const { name } = config;
  const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    delay(timerDelay(ms), undefined, { signal });
  const { timeoutMs } = config;
  const leases = createLeases({
    records,
    now,
    wait,
    // One call, perhaps tried twice, and what is around it.
    leaseMs: 2 * timeoutMs + 5_000,
    onProblem: (message, error) => log.warn({ error }, message),
  });
  return {
    name,
    now,
    wait,
    timeoutMs,
    upstream: (target) => {
      const upstream = createUpstream({ ...target, fetch, now, wait, timeoutMs, signal: stopped });
      const watched = watchUpstream(upstream, now);
      upstreams.push(watched);
      return watched;
    },
    tokens: (source) =>
      createTokenManager({
        ...source,
        cache: sealer && createSealedCache(records, sealer),
        leases,
        now,
        random: Math.random,
        onProblem: (message, error) => log.warn({ error }, message),
      }),
    records: (kind) => createSealedRecords({ records, space: `${name}:${kind}`, sealer }),
    leases,
    log,
  };
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
