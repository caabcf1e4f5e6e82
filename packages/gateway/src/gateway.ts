/**
 * The gateway, put together. Read this first: what a gateway is made of, in the order in which it starts.
 *
 *     log → store → gates (core gate, guard, outcome) → sessions → paths → public listener → admin listener
 *
 * Each is a `Part` of one `Lifecycle`, which a stop drains and closes from its end (`lifecycle.ts`).
 * A request’s own way is in `http/receive.ts`.
 */

import { randomBytes } from 'node:crypto';
import { checkOptions } from '@countersign/core/internal/check-options';
import { type Administration, listenForAdmins } from './admin-listener.ts';
import { learnEarlierClaims } from './claims/earlier-claims.ts';
import { createTrustedProxies } from './client-address.ts';
import type { Config } from './config/config.ts';
import type { DeliveryControl } from './deliver/delivery-control.ts';
import type { CutOffDelivery } from './deliver/operators-code.ts';
import type { OpenGate } from './gates/open-gate.ts';
import {
  createGateParts,
  type GateParts,
  logWarnings,
  openGate,
  openSessionsOf,
  type StartParts,
} from './gates-and-sessions.ts';
import { GATEWAY_OPTION_RULES, type GatewayOptions } from './gateway-options.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { endpointsOf } from './http/endpoints.ts';
import { createPublicServer, type Listening, listen, urlOf } from './http/listener.ts';
import { createReceiver, type Receiver } from './http/receive.ts';
import { createRequestLog, type VerdictListener } from './http/request-log.ts';
import { keepersOf } from './keeping/keepers.ts';
import { createRetention } from './keeping/retention.ts';
import { CLOSE_MS, closedBy, Lifecycle } from './lifecycle.ts';
import { type Log, openLog } from './log/log.ts';
import { createOutsideCounts } from './metrics/outside-counts.ts';
import { createPathTable } from './paths/path-table.ts';
import { requireNode } from './require-node.ts';
import type { SessionRouteView } from './sessions/open-sessions.ts';
import { storeWarning } from './stores/inspect-store.ts';
import { openStore } from './stores/open-store.ts';
import type { Store } from './stores/store.ts';
import { watchStore } from './stores/store-watch.ts';
import { timerDelay } from './timer-delay.ts';

/** A gateway that listens. */
export interface Gateway {
  /** E.g. `http://127.0.0.1:8787`. */
  readonly publicUrl: string;
  readonly publicPort: number;
  /** Undefined where the admin listener is off, as is `adminPort`. */
  readonly adminUrl: string | undefined;
  readonly adminPort: number | undefined;
  /** The admin API's bearer token: the configured one, or one made for this run. Not logged. */
  readonly adminToken: string;
  readonly gates: readonly OpenGate[];
  /** What sessions answer on the public listener. */
  readonly sessionRoutes: readonly SessionRouteView[];
  /** Memory that the bodies of requests in flight take; at most `limits.maxBodyBytesInFlight`. */
  bodyBytesInFlight(): number;
  readonly store: Store;
  /** What an operator can do with destinations. */
  readonly deliveries: DeliveryControl;
  readonly log: Log;
  /** Calls `listener` with what became of each request; the result ends that. */
  onVerdict(listener: VerdictListener): () => void;
  /**
   * Stops: takes no new requests, finishes those in flight within the configured time, writes what is
   * gathered, closes the store. May be called twice.
   */
  drain(): Promise<void>;
  /**
   * An error that nobody caught ends the process: what a transformation or an action was working on is noted as an attempt, and is tried
   * again later. To be called at once in a listener of `uncaughtException`. @returns those deliveries
   */
  noteUncaught(): Promise<readonly CutOffDelivery[]>;
  /** Stops at once, also where it drains: connections are cut, outcomes in flight are not waited for. */
  close(): Promise<void>;
}

/** Starts a gateway. @throws SetupError where it cannot work; nothing is left open then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  checkOptions<GatewayOptions>(options, GATEWAY_OPTION_RULES);
  requireNode();
  const { config, now = Date.now, monotonicMs = () => performance.now(), watch = false } = options;
  const log = await openLog(config.log, options.logSink);
  const lifecycle = new Lifecycle((part) =>
    log.warn({ part }, 'a part of the gateway did not end in time, and was left'),
  );
  let gateway: Gateway | undefined;
  lifecycle.add(
    'the log',
    closedBy(() => {
      if (gateway !== undefined) log.info({}, 'the gateway has stopped');
      return log.flush();
    }),
  );
  const storeRisk = storeWarning(config.store);
  if (storeRisk !== undefined) log.warn({}, storeRisk.sentence);
  try {
    const store = options.store ?? (await openConfigured(config, { now, monotonicMs }, log, lifecycle));
    gateway = await openAll({ config, now, monotonicMs, log, store, lifecycle, watch });
    return gateway;
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

/** Opens all parts, each after those that it uses, and listens once they are there. */
async function openAll(start: StartParts): Promise<Gateway> {
  const { config, now, log, store, lifecycle } = start;
  const parts = await createGateParts(start);
  const gates: OpenGate[] = [];
  for (const gate of config.gates) gates.push(await openGate(gate, parts));
  learnClaims(parts);
  keepInBounds(start);
  for (const gate of gates) logWarnings(gate, log, now());
  const sessions = await openSessionsOf(parts);
  const requestLog = createRequestLog(log);
  const bodies = createBodyBudget(config.limits.maxBodyBytesInFlight);
  const wellbeing = { isDraining: () => lifecycle.isEnding, storeFault: watchStore(store, log) };
  const outside = createOutsideCounts(config.sessions.map(({ name }) => name));
  const reception = { gates, sessions, wellbeing, requestLog, outside, bodies };
  const receiver = openReceiver(start, reception);
  const publicListener = await listenInPublic(start, receiver);
  const token = config.admin.token?.reveal() ?? randomBytes(24).toString('base64url');
  const adminListener = await listenForAdmins(parts, {
    ...reception,
    receiver,
    publicListener,
    deliveries: parts.deliveries,
    token,
  });
  const publicUrl = urlOf(config.listen.public, publicListener.port);
  const adminUrl = config.listen.admin && adminListener && urlOf(config.listen.admin, adminListener.port);
  log.info({ publicUrl, adminUrl, gates: gates.length }, 'the gateway listens');
  sessions?.resume();
  await parts.deliveries.start();

  let stopped: Promise<void> | undefined;
  return {
    publicUrl,
    publicPort: publicListener.port,
    adminUrl,
    adminPort: adminListener?.port,
    adminToken: token,
    gates,
    sessionRoutes: sessions?.routes ?? [],
    bodyBytesInFlight: () => bodies.heldBytes,
    store,
    deliveries: parts.deliveries.control,
    log,
    onVerdict: requestLog.listen,
    noteUncaught: () => parts.deliveries.noteUncaught(),
    drain: () => (stopped ??= stop(lifecycle, config.limits.drainTimeoutMs)),
    close() {
      lifecycle.hurry();
      stopped ??= stop(lifecycle, 0);
      return stopped;
    },
  };
}

/** Begins a minute after the start. */
function keepInBounds({ config, store, now, log, lifecycle }: StartParts): void {
  const retention = createRetention({
    keepers: keepersOf(config),
    events: store.events,
    upkeep: store.upkeep,
    now,
    log,
  });
  lifecycle.add(
    'what is kept no longer',
    closedBy(() => retention.close()),
  );
}

/** Counts the claims from before the start, behind the first requests. */
function learnClaims({ store, memories, now, log, lifecycle }: GateParts): void {
  const learnt = learnEarlierClaims({
    claims: store.claims,
    memories,
    nowMs: now(),
    isStopped: () => lifecycle.isEnding,
  }).catch((error: unknown) =>
    log.error(
      { error },
      'claims from before the start are not all counted: more may be held than replay.maxClaims',
    ),
  );
  lifecycle.add(
    'the claims from before the start',
    closedBy(() => learnt),
  );
}

/** What requests are received with, and an administrator asks as well. */
type Reception = Pick<
  Administration,
  'gates' | 'sessions' | 'wellbeing' | 'requestLog' | 'outside' | 'bodies'
>;

function openReceiver({ config, now, log }: StartParts, reception: Reception): Receiver {
  const { gates, sessions, wellbeing, requestLog, outside, bodies } = reception;
  return createReceiver({
    endpoints: createPathTable(endpointsOf({ gates, sessions: sessions?.endpoints ?? [], now, wellbeing })),
    maxHeaders: config.limits.maxHeaders,
    maxInFlight: config.limits.maxRequestsInFlight,
    slowReaderTimeoutMs: config.limits.slowReaderTimeoutMs,
    bodies,
    proxies: createTrustedProxies(config.listen.trustedProxies),
    requestLog,
    outside,
    log,
    idPrefix: `${randomBytes(4).toString('hex')}-`,
  });
}

async function listenInPublic(
  { config, log, lifecycle }: StartParts,
  receiver: Receiver,
): Promise<Listening> {
  const server = createPublicServer(config.limits, receiver);
  const listening = await listen(server, { address: config.listen.public, option: 'listen.public', log });
  lifecycle.add('the public listener', {
    async drain(untilMs) {
      receiver.stopTaking();
      await listening.drain(untilMs);
      // An action goes on when its caller has hung up.
      await receiver.settled(timerDelay(untilMs - performance.now()));
    },
    close: () => listening.close(),
  });
  return listening;
}

/** Takes no new requests, waits so long for those in flight, and closes what they used. */
async function stop(lifecycle: Lifecycle, waitMs: number): Promise<void> {
  await lifecycle.drain(performance.now() + waitMs);
  await lifecycle.close();
}

/** A gateway that is being replaced may drain first; then the file is let go. */
async function openConfigured(
  { store: address, limits }: Config,
  clocks: Pick<StartParts, 'now' | 'monotonicMs'>,
  log: Log,
  lifecycle: Lifecycle,
): Promise<Store> {
  const store = await openStore(address, {
    ...clocks,
    waitMs: limits.drainTimeoutMs + CLOSE_MS,
    onWait: () =>
      log.info({}, 'another process holds the store; it is waited for as long as a stop may take'),
    onProblem: (message, error) => log.error({ error }, message),
  });
  lifecycle.add(
    'the store',
    closedBy(() => store.close()),
  );
  return store;
}
