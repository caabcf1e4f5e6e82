/** Puts a session together: broker, storage, tokens, limits, and their endpoints on the listener. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionOnboardingsView, SessionView, TokenView } from '@countersign/api';
import type { PathSegment, SessionConfig } from '../config/config.ts';
import { parsePathPattern } from '../config/path-pattern.ts';
import { MINUTE } from '../config/units.ts';
import type { Delivering } from '../deliver/deliveries.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { SessionFigures } from '../metrics/session-families.ts';
import type { PathRoute } from '../paths/path-table.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import { createLeases } from '../sealed/lease.ts';
import type { Sealer } from '../sealed/seal.ts';
import { createSealedRecords } from '../sealed/sealed-records.ts';
import type { TokenCache } from '../sealed/token-cache.ts';
import { createHeaderVault } from '../sealed/withheld-headers.ts';
import type { Store } from '../stores/store.ts';
import { timerDelay } from '../timer-delay.ts';
import { createTokenManager } from '../tokens/token-manager.ts';
import type { BrokerParts, OpenBroker, SessionAnswer, SessionLog, SessionRoute } from './broker.ts';
import { BROKERS } from './brokers/all.generated.ts';
import { failureView, type WatchedUpstream, watchUpstream } from './last-failure.ts';
import type { Onboarding } from './onboardings.ts';
import { createSessionEndpoint } from './session-endpoint.ts';
import { createSessionEvents } from './session-events.ts';
import { createSessionProof, type SessionProof } from './session-proof.ts';
import type { SessionEndpoint } from './session-route.ts';
import { createUpstream } from './upstream.ts';

export interface OpenSessionOptions {
  /** Undefined only for a store in memory. */
  readonly sealer: Sealer | undefined;
  readonly tokenCache: TokenCache | undefined;
  readonly store: Pick<Store, 'events' | 'records'>;
  readonly now: () => number;
  /** Calls the vendors. */
  readonly fetch: typeof globalThis.fetch;
  readonly newEventId: () => string;
  readonly deliveries: Pick<Delivering, 'addSession' | 'wake'>;
  readonly log: Log;
  readonly notices: Log;
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

export interface OpenSession {
  readonly config: SessionConfig;
  readonly endpoints: readonly PathRoute<SessionEndpoint>[];
  /** What it answers. */
  readonly routes: readonly SessionRouteView[];
  /** As it stands, for the admin API. */
  view(): SessionView;
  /** Undefined where its broker onboards nobody. */
  onboardings(): SessionOnboardingsView | undefined;
  tokenFigures(): SessionFigures;
  /** Begins to take up what a former run left unfinished. */
  resume(): void;
}

/** The vendor's servers share a few addresses, and send at once what they could not send before. */
const WEBHOOKS_PER_MINUTE = 6_000;
/** A client needs one token an hour; who guesses at its secret gets no further than this. */
const TOKENS_PER_MINUTE = 30;

/** @throws SetupError for a proof that cannot be judged, and for deliveries that cannot be made. */
export async function openSession(config: SessionConfig, options: OpenSessionOptions): Promise<OpenSession> {
  const { now, lifecycle } = options;
  const closing = new AbortController();
  const proof = createSessionProof(config.auth, { session: config.name, now, sealer: options.sealer });
  const log = createSessionLog(config.name, options.log);
  const declared = BROKERS[config.broker];
  const upstreams: WatchedUpstream[] = [];
  const { keep, tell } = await openEvents(config, proof, options);
  const broker = await declared.open(config, {
    ...createParts(config, log, { ...options, signal: closing.signal, upstreams }),
    isProved: proof !== undefined,
    keep,
    tell,
  });
  if (proof === undefined) createSessionLog(config.name, options.notices).warn({}, declared.auth.noneLogged);
  const pages = createRateLimit({ requests: config.requestsPerMinute, perMs: MINUTE, now });
  const webhooks = createRateLimit({ requests: WEBHOOKS_PER_MINUTE, perMs: MINUTE, now });
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
    endpoints.push(
      endpointOf(proof.tokenRoute, createRateLimit({ requests: TOKENS_PER_MINUTE, perMs: MINUTE, now })),
    );
  }
  let resumed: Promise<void> = Promise.resolve();
  lifecycle.add(`the broker of sessions.${config.name}`, {
    drain: () => resumed,
    close() {
      broker.close();
      closing.abort(new Error('The gateway stops.'));
    },
  });
  return {
    config,
    endpoints,
    routes: routeViews(config, endpoints),
    view: () => sessionView(config, broker, upstreams),
    onboardings: () => broker.onboardings && onboardingsView(config, broker.onboardings()),
    tokenFigures: () => {
      const { state, ageMs, expiresAtMs, failures } = broker.tokenStatus();
      return { name: config.name, state, ageMs, expiresAtMs, failures };
    },
    resume: () => {
      resumed = broker.resume();
    },
  };
}

function routeViews(config: SessionConfig, endpoints: OpenSession['endpoints']): readonly SessionRouteView[] {
  return endpoints.map(({ segments, value }) => ({
    session: config.name,
    broker: config.broker,
    methods: value.methods,
    path: segments.map((segment) => (segment.kind === 'literal' ? `/${segment.text}` : '')).join(''),
  }));
}

function sessionView(
  config: SessionConfig,
  broker: OpenBroker,
  upstreams: readonly WatchedUpstream[],
): SessionView {
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

function onboardingsView(
  { name }: SessionConfig,
  onboardings: readonly Onboarding[],
): SessionOnboardingsView {
  return {
    session: name,
    onboardings: onboardings.map(({ idEnd, state, status, startedMs, seenMs }) => ({
      idEnd,
      state,
      ...(status !== undefined && { status }),
      ...(startedMs !== undefined && { startedAt: new Date(startedMs).toISOString() }),
      seenAt: new Date(seenMs).toISOString(),
    })),
  };
}

function answerOf({ answers }: OpenBroker, path: string): SessionAnswer {
  const answer = answers[path];
  if (answer === undefined) throw new TypeError(`the broker does not answer ${path}`);
  return answer;
}

interface SessionOptions extends OpenSessionOptions {
  /** Aborted when the session is closed. */
  readonly signal: AbortSignal;
  /** Each server that the broker calls is added. */
  readonly upstreams: WatchedUpstream[];
}

async function openEvents(
  config: SessionConfig,
  proof: SessionProof | undefined,
  { store: { events }, sealer, deliveries, now, newEventId }: OpenSessionOptions,
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
): Omit<BrokerParts, 'isProved' | 'keep' | 'tell'> {
  const {
    store: { records },
    sealer,
    tokenCache,
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
        cache: tokenCache,
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
