/**
 * The gateway, put together. Read this first: what a gateway is made of, in the order in which it starts.
 *
 *     log → store → gates (core gate, guard, outcome) → sessions → paths → public listener → admin listener
 *
 * A request’s own way is in `http/receive.ts`.
 */

import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { ClaimRoom, type MemoryReplayGuard } from '@countersign/core';
import { checkOptions, IS, memberOf, type OptionRules, required } from '@countersign/core/check-options';
import { createAdminServer } from './admin/admin-server.ts';
import { type ClaimWriter, createClaimWriter } from './claims/claim-writer.ts';
import { learnEarlierClaims } from './claims/earlier-claims.ts';
import type { GuardsByGate } from './claims/gate-guard.ts';
import { createTrustedProxies } from './client-address.ts';
import type { Config } from './config/config.ts';
import type { OpenGate } from './gates/open-gate.ts';
import { type GateParts, logWarnings, openGate, openSessionsOf } from './gates-and-sessions.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { endpointsOf } from './http/endpoints.ts';
import { closeServer, createPublicServer, listen, urlOf } from './http/listener.ts';
import { createReceiver, type Receiver } from './http/receive.ts';
import { createRequestLog, type VerdictListener } from './http/request-log.ts';
import { type Log, type LogSink, openLog } from './log/log.ts';
import { createOutgoingFetch } from './outgoing/outgoing-fetch.ts';
import { createPathTable } from './paths/path-table.ts';
import { createSealer, readStoreKey } from './sealed/seal.ts';
import type { OpenSessions, SessionRouteView } from './sessions/open-sessions.ts';
import { createEventIds } from './stores/event-id.ts';
import { storeWarning } from './stores/inspect-store.ts';
import { openStore } from './stores/open-store.ts';
import type { Store } from './stores/store.ts';
import { watchStore } from './stores/store-watch.ts';
import { within } from './within.ts';

export interface GatewayOptions {
  readonly config: Config;
  /** Where log lines go. Default: standard output. */
  readonly logSink?: LogSink;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A store that is open already, in place of the configured one; it stays open. Several gateways of one process can share it. */
  readonly store?: Store;
  /** Loads actions again when their modules change: for development. Default false. */
  readonly watch?: boolean;
}

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
  readonly log: Log;
  /** Calls `listener` with what became of each request; the result ends that. */
  onVerdict(listener: VerdictListener): () => void;
  /**
   * Stops: takes no new requests, finishes those in flight within the configured time, writes what is
   * gathered, closes the store. May be called twice.
   */
  drain(): Promise<void>;
  /** Stops at once: connections are cut, outcomes in flight are not waited for. */
  close(): Promise<void>;
}

const RULES: OptionRules<GatewayOptions> = {
  config: required({
    expected: 'what loadConfig gives as config: names checked, defaults filled in',
    isValid: (value) =>
      IS.list.isValid(memberOf(value, 'gates')) && IS.object.isValid(memberOf(value, 'listen')),
  }),
  logSink: {
    expected: 'an object with write(line)',
    isValid: (value) => typeof memberOf(value, 'write') === 'function',
  },
  now: IS.function,
  store: {
    expected: 'what openStore gives: events, claims, records, fault and close',
    isValid: (value) =>
      ['events', 'claims', 'records'].every((name) => IS.object.isValid(memberOf(value, name))) &&
      ['fault', 'close'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
  watch: IS.flag,
};

/** Starts a gateway. @throws SetupError where it cannot work; nothing is left open then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  checkOptions<GatewayOptions>(options, RULES);
  const { config, now = Date.now, watch = false } = options;
  const log = await openLog(config.log, options.logSink);
  const storeRisk = storeWarning(config.store);
  if (storeRisk !== undefined) log.warn({}, storeRisk);
  const store = options.store ?? (await openConfigured(config, now, log));
  const closeStore = async (): Promise<void> => {
    if (options.store === undefined) await store.close();
  };
  return start({ config, now, log, store, closeStore, watch });
}

interface Parts {
  readonly config: Config;
  readonly now: () => number;
  readonly log: Log;
  readonly store: Store;
  readonly closeStore: () => Promise<void>;
  readonly watch: boolean;
}

/** What a stop ends; whatever is not opened yet is absent. */
interface Opened {
  isDraining: boolean;
  /** Undone, in order. */
  readonly closers: (() => void)[];
  readonly gates: OpenGate[];
  readonly claimWriter: ClaimWriter;
  readonly log: Log;
  readonly closeStore: () => Promise<void>;
  /** Claims of before the start, being counted. */
  learnt?: Promise<void>;
  sessions?: OpenSessions | undefined;
  receiver?: Receiver;
  publicServer?: Server;
  adminServer?: Server | undefined;
}

async function start({ config, now, log, store, closeStore, watch }: Parts): Promise<Gateway> {
  const claimWriter = createClaimWriter({
    store: store.claims,
    onLost: (claims, error) =>
      log.error({ claims, error }, 'claims were not stored: a restart will not remember them'),
  });
  const opened: Opened = { isDraining: false, closers: [], gates: [], claimWriter, log, closeStore };
  try {
    return await open({ config, now, log, store, closeStore, watch }, opened);
  } catch (error) {
    await end(opened, 0);
    throw error;
  }
}

/** Opens all parts, and listens once they are there. */
async function open({ config, now, log, store, watch }: Parts, opened: Opened): Promise<Gateway> {
  const isDraining = (): boolean => opened.isDraining;
  const { gates, closers, claimWriter } = opened;
  const guards: GuardsByGate = new Map();
  const memories = new Map<string, MemoryReplayGuard>();
  const gateParts: GateParts = {
    config,
    now,
    log,
    fetch: createOutgoingFetch({ policy: 'configured' }),
    store,
    sealer: config.storeKey && createSealer(readStoreKey(config.storeKey.reveal())),
    room: new ClaimRoom({ maxClaims: config.replay.maxClaims }),
    guards,
    memories,
    claimWriter,
    newEventId: createEventIds(now),
    watch,
    closers,
  };
  for (const gate of config.gates) gates.push(await openGate(gate, gateParts));
  opened.learnt = learnEarlierClaims({
    claims: store.claims,
    memories,
    nowMs: now(),
    isStopped: isDraining,
  }).catch((error: unknown) =>
    log.error(
      { error },
      'claims of before the start are not all counted: more may be held than replay.maxClaims',
    ),
  );
  for (const gate of gates) logWarnings(gate, log, now());
  const sessions = await openSessionsOf(gateParts);
  opened.sessions = sessions;

  const wellbeing = { isDraining, storeFault: watchStore(store, log) };
  const requestLog = createRequestLog(log);
  const bodies = createBodyBudget(config.limits.maxBodyBytesInFlight);
  const receiver = createReceiver({
    endpoints: createPathTable(endpointsOf({ gates, sessions: sessions?.endpoints ?? [], now, wellbeing })),
    maxHeaders: config.limits.maxHeaders,
    maxInFlight: config.limits.maxRequestsInFlight,
    slowReaderTimeoutMs: config.limits.slowReaderTimeoutMs,
    bodies,
    proxies: createTrustedProxies(config.listen.trustedProxies),
    requestLog,
    log,
    idPrefix: `${randomBytes(4).toString('hex')}-`,
    isDraining,
  });
  opened.receiver = receiver;
  const publicServer = createPublicServer(config.limits, receiver);
  opened.publicServer = publicServer;
  const adminToken = config.admin.token?.reveal() ?? randomBytes(24).toString('base64url');
  const adminAddress = config.listen.admin;
  const adminServer =
    adminAddress &&
    createAdminServer({
      gates,
      sessions: () => sessions?.views() ?? [],
      events: store.events,
      // A gate may be gone whose claims the store still holds.
      releaseClaim: (gate, identity) =>
        guards.get(gate)?.release(identity) ?? store.claims.release(gate, identity),
      token: adminToken,
      host: adminAddress.host,
      now,
      wellbeing,
      log,
    });

  opened.adminServer = adminServer;

  const publicPort = await listen(publicServer, {
    address: config.listen.public,
    option: 'listen.public',
    log,
  });
  const adminPort =
    adminServer &&
    adminAddress &&
    (await listen(adminServer, { address: adminAddress, option: 'listen.admin', log }));
  const publicUrl = urlOf(config.listen.public, publicPort);
  const adminUrl = adminAddress && adminPort !== undefined ? urlOf(adminAddress, adminPort) : undefined;
  log.info({ publicUrl, adminUrl, gates: gates.length }, 'the gateway listens');
  sessions?.resume();

  let stopped: Promise<void> | undefined;
  return {
    publicUrl,
    publicPort,
    adminUrl,
    adminPort,
    adminToken,
    gates,
    sessionRoutes: sessions?.routes ?? [],
    bodyBytesInFlight: () => bodies.heldBytes,
    store,
    log,
    onVerdict: requestLog.listen,
    drain: () => (stopped ??= stop(opened, config.limits.drainTimeoutMs)),
    close: () => (stopped ??= stop(opened, 0)),
  };
}

async function stop(opened: Opened, waitMs: number): Promise<void> {
  await end(opened, waitMs);
  opened.log.info({}, 'the gateway has stopped');
  await opened.log.flush();
}

/** Ends what is open: takes no new requests, waits so long for those in flight, and closes what they used. */
async function end(opened: Opened, waitMs: number): Promise<void> {
  const { closers, gates, sessions, receiver, publicServer, adminServer, claimWriter } = opened;
  opened.isDraining = true;
  for (const close of closers) close();
  for (const { outcome } of gates) outcome.drain();
  const deadlineMs = performance.now() + waitMs;
  const leftMs = (): number => Math.max(0, deadlineMs - performance.now());
  if (publicServer) await closeServer(publicServer, waitMs);
  // An action goes on when its caller has hung up.
  await receiver?.settled(leftMs());
  await sessions?.close(leftMs());
  if (adminServer) await closeServer(adminServer, 0);
  const toCloseMs = (): number => Math.max(HANDOVER_MS, leftMs());
  await within(toCloseMs(), Promise.all(gates.map(({ outcome }) => outcome.close())));
  await within(toCloseMs(), claimWriter.flush());
  await within(toCloseMs(), opened.learnt);
  await within(toCloseMs(), opened.closeStore());
}

/** How long closing the file takes at most, when all that was in flight has ended. */
const HANDOVER_MS = 1_000;

/** A gateway that is being replaced may drain first; then the file is let go. */
function openConfigured({ store, limits }: Config, now: () => number, log: Log): Promise<Store> {
  return openStore(store, {
    now,
    waitMs: limits.drainTimeoutMs + HANDOVER_MS,
    onWait: () =>
      log.info({}, 'another process holds the store; it is waited for as long as a stop may take'),
    onProblem: (message, error) => log.error({ error }, message),
  });
}
