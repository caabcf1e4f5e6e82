/**
 * The gateway, put together. Read this first: what a gateway is made of, in the order in which it starts.
 *
 *     log → store → gates (engine, guard, outcome) → sessions → paths → public listener → admin listener
 *
 * A request's own way is in `receive.ts`.
 */

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ClaimRoom, keyWarningText, type MemoryReplayGuard } from '@countersign/core';
import { checkOptions, IS, memberOf, type OptionRules, required } from '@countersign/core/check-options';
import { createAdminServer } from './admin/admin-server.ts';
import { createBodyBudget } from './body-budget.ts';
import { createClaimWriter } from './claims/claim-writer.ts';
import { learnEarlierClaims } from './claims/earlier-claims.ts';
import type { GuardsByGate } from './claims/gate-guard.ts';
import { createTrustedProxies } from './client-address.ts';
import type { Config } from './config/config.ts';
import { noValidKey } from './engine.ts';
import { createEventIds } from './event-id.ts';
import { type GateParts, openGate, openSessionsOf } from './gates-and-sessions.ts';
import { closeServer, createPublicServer, listen, urlOf } from './listener.ts';
import { type Log, type LogSink, openLog } from './log.ts';
import type { OpenGate } from './open-gate.ts';
import { createOutgoingFetch } from './outgoing/outgoing-fetch.ts';
import { createPathTable } from './path-table.ts';
import { placesOf } from './places.ts';
import { createReceiver } from './receive.ts';
import { createRequestLog, type VerdictListener } from './request-log.ts';
import type { SessionRouteView } from './sessions/open-sessions.ts';
import type { Store } from './store.ts';
import { storeWarning } from './stores/inspect-store.ts';
import { openStore } from './stores/open-store.ts';
import { createSealer, readStoreKey } from './tokens/seal.ts';

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
    expected: 'what openStore gives: events, claims, records and close',
    isValid: (value) =>
      ['events', 'claims', 'records'].every((name) => IS.object.isValid(memberOf(value, name))),
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
  try {
    return await start({ config, now, log, store, closeStore, watch });
  } catch (error) {
    await closeStore();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly now: () => number;
  readonly log: Log;
  readonly store: Store;
  readonly closeStore: () => Promise<void>;
  readonly watch: boolean;
}

async function start({ config, now, log, store, closeStore, watch }: Parts): Promise<Gateway> {
  let draining = false;
  const isDraining = (): boolean => draining;
  const room = new ClaimRoom({ maxClaims: config.replay.maxClaims });
  const guards: GuardsByGate = new Map();
  const memories = new Map<string, MemoryReplayGuard>();
  const claimWriter = createClaimWriter({
    store: store.claims,
    onLost: (claims, error) =>
      log.error({ claims, error }, 'claims were not stored: a restart will not remember them'),
  });
  /** Undone, in order, when the gateway stops. */
  const closers: (() => void)[] = [];
  const newEventId = createEventIds(now);
  const sealer = config.storeKey && createSealer(readStoreKey(config.storeKey.reveal()));
  const fetch = createOutgoingFetch({ policy: 'configured' });
  const gateParts: GateParts = {
    ...{
      config,
      now,
      log,
      fetch,
      store,
      sealer,
      room,
      guards,
      memories,
      claimWriter,
      newEventId,
      watch,
      closers,
    },
  };
  const gates: OpenGate[] = [];
  for (const gate of config.gates) gates.push(await openGate(gate, gateParts));
  const learnt = learnEarlierClaims({
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

  const requestLog = createRequestLog(log);
  const bodies = createBodyBudget(config.limits.maxBodyBytesInFlight);
  const receiver = createReceiver({
    places: createPathTable(placesOf({ gates, sessions: sessions?.places ?? [], now, isDraining })),
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
  const publicServer = createPublicServer(config.limits, receiver);
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
      isDraining,
      log,
    });

  const publicPort = await listen(publicServer, {
    address: config.listen.public,
    option: 'listen.public',
    log,
  });
  let adminPort: number | undefined;
  try {
    if (adminServer && adminAddress)
      adminPort = await listen(adminServer, { address: adminAddress, option: 'listen.admin', log });
  } catch (error) {
    await closeServer(publicServer, 0);
    throw error;
  }
  const publicUrl = urlOf(config.listen.public, publicPort);
  const adminUrl = adminAddress && adminPort !== undefined ? urlOf(adminAddress, adminPort) : undefined;
  log.info({ publicUrl, adminUrl, gates: gates.length }, 'the gateway listens');
  sessions?.resume();

  let stopped: Promise<void> | undefined;
  const stop = async (waitMs: number): Promise<void> => {
    draining = true;
    for (const close of closers) close();
    for (const { outcome } of gates) outcome.drain();
    const deadlineMs = performance.now() + waitMs;
    await closeServer(publicServer, waitMs);
    // An action goes on when its caller has hung up.
    await receiver.settled(Math.max(0, deadlineMs - performance.now()));
    await sessions?.close(Math.max(0, deadlineMs - performance.now()));
    if (adminServer) await closeServer(adminServer, 0);
    const leftMs = (): number => Math.max(HANDOVER_MS, deadlineMs - performance.now());
    await within(leftMs(), Promise.all(gates.map(({ outcome }) => outcome.close())));
    await within(leftMs(), claimWriter.flush());
    await within(leftMs(), learnt);
    await within(leftMs(), closeStore());
    log.info({}, 'the gateway has stopped');
    await log.flush();
  };
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
    drain: () => (stopped ??= stop(config.limits.drainTimeoutMs)),
    close: () => (stopped ??= stop(0)),
  };
}

/** How long closing the file takes at most, when all that was in flight has ended. */
const HANDOVER_MS = 1_000;

/** A stop waits for nothing without end. */
async function within(waitMs: number, promise: Promise<unknown> | undefined): Promise<void> {
  const done = new AbortController();
  const over = delay(waitMs, undefined, { signal: done.signal }).catch(() => {});
  try {
    await Promise.race([promise, over]);
  } finally {
    done.abort();
  }
}

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

function logWarnings({ config, engine }: OpenGate, log: Log, nowMs: number): void {
  const { name } = config;
  if (engine === undefined) {
    log.warn({ gate: name }, 'the gate takes unsigned requests');
    return;
  }
  for (const key of engine.keys.list()) {
    for (const warning of key.warnings) log.warn({ gate: name, keyId: key.id }, keyWarningText(warning));
  }
  const idle = noValidKey(engine, nowMs);
  if (idle !== undefined) log.warn({ gate: name }, idle);
}
