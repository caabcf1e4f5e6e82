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
import { auditedReload } from './admin/audited-reload.ts';
import { liveSource } from './admin/live-verdicts.ts';
import { type Administration, listenForAdmins, readerOfMetrics } from './admin-listener.ts';
import { refusesAllBecause, sharedState, unsharedMemories } from './claims/claims-by-gate.ts';
import { learnBehind } from './claims/earlier-claims.ts';
import { createTrustedProxies } from './client-address.ts';
import type { GateConfig } from './config/config.ts';
import type { ConfigSource } from './config/load-config.ts';
import { type CommonParts, createCommonParts, logWarnings, type StartParts } from './gates-and-sessions.ts';
import { countedPlaces } from './gateway-figures.ts';
import { GATEWAY_OPTION_RULES, type GatewayOptions } from './gateway-options.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { createPublicServer, type Listening, listen, SILENT_MS, urlOf } from './http/listener.ts';
import { createReceiver } from './http/receive.ts';
import type { Receiver } from './http/receiver.ts';
import { createRequestLog } from './http/request-log.ts';
import { openIssues } from './issues/issues.ts';
import { closedBy, Lifecycle } from './lifecycle.ts';
import { openLog } from './log/log.ts';
import { SILENT_LOG } from './log/silent-log.ts';
import { createOutsideCounts } from './metrics/outside-counts.ts';
import { openConfiguredStore } from './open-configured-store.ts';
import { createPathTable } from './paths/path-table.ts';
import { requireNode } from './require-node.ts';
import type { Gateway } from './running-gateway.ts';
import { behindText, followOthers } from './setting/follow-others.ts';
import {
  FULL_TEXT,
  openFullText,
  openRetention,
  PUBLIC_LISTENER,
  putInPlace,
  RETENTION,
} from './setting/put-in-place.ts';
import { createReloader } from './setting/reloader.ts';
import { routesOf } from './setting/routes.ts';
import type { SecretWatch } from './setting/secret-watch.ts';
import { openSetting } from './setting/setting.ts';
import { storeWarning } from './stores/inspect-store.ts';
import { startFault } from './stores/start-fault.ts';
import { watchStore } from './stores/store-watch.ts';
import type { Tracer } from './telemetry/tracer.ts';
import { timerDelay } from './timer-delay.ts';
import { type GatewayTls, lookAtCertificates, openTls, stageTls } from './tls/open-tls.ts';

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
  const notices = (options.siblings?.number ?? 1) === 1 ? log : SILENT_LOG;
  const storeRisk = storeWarning(config.store);
  if (storeRisk !== undefined) notices.warn({}, storeRisk.sentence);
  try {
    const store = options.store ?? (await openConfiguredStore(config, { now, monotonicMs }, log, lifecycle));
    gateway = await openAll({ config, now, monotonicMs, log, notices, store, lifecycle, watch }, options);
    return gateway;
  } catch (error) {
    await lifecycle.close();
    throw startFault(error);
  }
}

/** Opens all parts, each after those that it uses, and listens once they are there. */
async function openAll(
  start: StartParts,
  { console, source, sandbox, siblings }: Pick<GatewayOptions, 'console' | 'source' | 'sandbox' | 'siblings'>,
): Promise<Gateway> {
  const { config, now, log, store, lifecycle } = start;
  const parts = await createCommonParts(start);
  const setting = await openSetting(parts);
  const { gates, sessions } = setting;
  learnClaims(parts, gates);
  lifecycle.add(RETENTION, openRetention(parts, config));
  lifecycle.add(FULL_TEXT, openFullText(parts, config));
  for (const gate of gates) logWarnings(gate, start.notices, now());
  const follower = followOthers(parts, setting);
  const requestLog = createRequestLog(log, start.monotonicMs);
  const bodies = createBodyBudget(config.limits.maxBodyBytesInFlight);
  const wellbeing = {
    isDraining: () => lifecycle.isEnding,
    storeFault: watchStore(store, log),
    degradedBecause: () => behindText(follower),
    idleBecause: () => setting.idleBecause(now()) ?? refusesAllBecause(setting, parts.shared),
    claims: sharedState(parts.shared),
  };
  const outside = createOutsideCounts(config.sessions.map(({ name }) => name));
  const reception = { setting, wellbeing, requestLog, outside, bodies };
  const issues = await openIssues({ ...parts, places: () => countedPlaces(gates, outside) });
  const tls = await openTls(start);
  const receiver = await openReceiver(start, reception, { tls, tracer: parts.tracer });
  const live = liveSource({ ...parts, requestLog, issues, masks: setting.masks });
  siblings?.share({
    live,
    answer: async (question) => {
      const { answerSibling } = await import('./admin/answer-sibling.ts');
      return answerSibling(question, { gates, control: parts.deliveries.control, nowMs: now() });
    },
  });
  const publicListener = await listenInPublic(start, receiver, tls, siblings !== undefined);
  const secretWatch = source && (await watchSecrets(start, source));
  const reloader =
    source &&
    createReloader({
      source,
      current: () => setting.config,
      apply: (next) =>
        putInPlace(
          {
            parts,
            setting,
            bodies,
            outside,
            routesOf: (openGates, openSessions) => routesOf(openGates, openSessions, { now, wellbeing }),
            reroute: (rules) => receiver.reroute(rules, publicListener.sockets),
            stageTls: (config) => stageTls(tls, config),
          },
          next,
        ),
      lookAgain: () => lookAtCertificates(tls),
      onSecrets: (secrets) => secretWatch?.follow(secrets),
      now,
      log,
    });
  const token = config.admin.token?.reveal() ?? randomBytes(24).toString('base64url');
  const administration: Administration = {
    ...reception,
    receiver,
    publicListener,
    tls,
    deliveries: parts.deliveries,
    issues,
    follower,
    reloader,
    secretWatch,
    token,
    console,
    sandbox,
    siblings,
    live,
  };
  const adminListener = await listenForAdmins(parts, administration);
  const publicUrl = urlOf(config.listen.public, publicListener.port, tls.public !== undefined);
  const adminUrl =
    config.listen.admin &&
    adminListener &&
    urlOf(config.listen.admin, adminListener.port, tls.admin !== undefined);
  log.info({ publicUrl, adminUrl, gates: gates.length }, 'the gateway listens');
  for (const session of sessions) session.resume();
  secretWatch?.start(
    async (secrets) =>
      reloader && auditedReload({ reloader, audit: adminListener?.audit, log }, 'secrets', secrets),
  );
  await parts.deliveries.start();

  let stopped: Promise<void> | undefined;
  return {
    publicUrl,
    publicPort: publicListener.port,
    adminUrl,
    adminPort: adminListener?.port,
    adminToken: token,
    createLogInUrl: () => adminListener?.createLogInUrl(),
    gates,
    get sessionRoutes() {
      return sessions.flatMap(({ routes }) => routes);
    },
    reload: async (cause = 'program') =>
      reloader && auditedReload({ reloader, audit: adminListener?.audit, log }, cause),
    bodyBytesInFlight: () => bodies.heldBytes,
    store,
    tokenCache: parts.tokenCache,
    deliveries: parts.deliveries.control,
    log,
    metrics: readerOfMetrics(parts, administration, adminListener),
    onVerdict: requestLog.listen,
    noteUncaught: () => parts.deliveries.noteUncaught(),
    drain: () => (stopped ??= stop(lifecycle, setting.config.limits.drainTimeoutMs)),
    close() {
      lifecycle.hurry();
      stopped ??= stop(lifecycle, 0);
      return stopped;
    },
  };
}

/** Loaded here, because a gateway without a file has nothing to read again. */
async function watchSecrets(
  { now, log, lifecycle }: StartParts,
  { loaded }: ConfigSource,
): Promise<SecretWatch> {
  const { createSecretWatch } = await import('./setting/secret-watch.ts');
  const secretWatch = createSecretWatch({ secrets: loaded.secrets, now, log });
  lifecycle.add(
    'the secrets',
    closedBy(() => secretWatch.close()),
  );
  return secretWatch;
}

/** Counts the claims from before the start, behind the first requests. */
function learnClaims(parts: CommonParts, gates: readonly { readonly config: GateConfig }[]): void {
  const { store, shared, now, log, lifecycle } = parts;
  const memories = unsharedMemories(parts.memories, gates, shared);
  const claims = store.claims;
  const isStopped = (): boolean => lifecycle.isEnding;
  const learning = learnBehind({ claims, memories, nowMs: now(), isStopped, log });
  lifecycle.add('the claims from before the start', learning);
}

/** What requests are received with, and an administrator asks as well. */
type Reception = Pick<Administration, 'setting' | 'wellbeing' | 'requestLog' | 'outside' | 'bodies'>;

/** What the receiver looks at beside requests. */
interface ReceiverParts {
  readonly tls: GatewayTls;
  readonly tracer: Tracer | undefined;
}

async function openReceiver(
  { config, now, log }: StartParts,
  reception: Reception,
  { tls, tracer }: ReceiverParts,
): Promise<Receiver> {
  const certificates = tls.public?.asksClients ? await import('./tls/client-certificate.ts') : undefined;
  const { setting, wellbeing, requestLog, outside, bodies } = reception;
  return createReceiver({
    endpoints: createPathTable(routesOf(setting.gates, setting.sessions, { now, wellbeing })),
    maxHeaders: config.limits.maxHeaders,
    maxInFlight: config.limits.maxRequestsInFlight,
    slowReaderTimeoutMs: config.limits.slowReaderTimeoutMs,
    bodies,
    proxies: createTrustedProxies(config.listen.trustedProxies),
    certificateOf: certificates?.clientCertificate,
    requestLog,
    outside,
    log,
    idPrefix: `${randomBytes(4).toString('hex')}-`,
    tracer,
  });
}

async function listenInPublic(
  { config, log, lifecycle }: StartParts,
  receiver: Receiver,
  { public: tls }: GatewayTls,
  isShared: boolean,
): Promise<Listening> {
  const server = createPublicServer(config.limits, receiver, tls);
  const listening = await listen(server, {
    address: config.listen.public,
    option: 'listen.public',
    isTls: tls !== undefined,
    log,
    isShared,
  });
  if (tls) tls.onNewAuthorities = () => receiver.hangUp(listening.sockets);
  lifecycle.add(PUBLIC_LISTENER, {
    async drain(untilMs) {
      if (isShared) receiver.endConnections();
      else receiver.stopTaking();
      const stopping = setTimeout(() => receiver.stopTaking(), SILENT_MS);
      await listening.drain(untilMs);
      clearTimeout(stopping);
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
