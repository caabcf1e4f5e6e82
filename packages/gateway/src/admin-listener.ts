/** The admin listener of a gateway: what operators see of its parts, and what they can do. */
import type { Socket } from 'node:net';
import { type Access, createAccess } from './admin/access/access.ts';
import type { EventParts, StoreParts } from './admin/admin-parts.ts';
import { type AdminOptions, createAdminServer } from './admin/admin-server.ts';
import type { GateSandboxOptions } from './admin/gate-sandbox.ts';
import { LiveFeed } from './admin/live-feed.ts';
import { joinedSources } from './admin/live-verdicts.ts';
import { createPassThrough } from './admin/pass-through.ts';
import type { SandboxControl } from './admin/sandbox-control.ts';
import type { AuditAccess } from './audit/audit-access.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { openGatewayAudit } from './audit/gateway-audit.ts';
import { claimsByGate } from './claims/claims-by-gate.ts';
import { createTrustedProxies } from './client-address.ts';
import { isLoopback } from './config/read-text.ts';
import { conditionParts } from './deliver/destination-words.ts';
import { servedActions } from './gates/served-actions.ts';
import type { CommonParts } from './gates-and-sessions.ts';
import { figuresOf, type Watched } from './gateway-figures.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { type Listening, listen, localUrlOf, urlOf } from './http/listener.ts';
import type { RequestLog } from './http/request-log.ts';
import { erasePayloads } from './keeping/erase-payloads.ts';
import { fullTextGates } from './keeping/full-text.ts';
import { closedBy, type Lifecycle } from './lifecycle.ts';
import type { GatewayFigures } from './metrics/gateway-metrics.ts';
import { type OpenProcessFigures, openProcessFigures } from './metrics/process-figures.ts';
import type { LiveSource } from './metrics/siblings.ts';

/** What is administered. */
export interface Administration extends Watched {
  readonly requestLog: RequestLog;
  /** What happens here. */
  readonly live: LiveSource;
  readonly token: string;
  readonly console: GatewayOptions['console'];
  readonly sandbox: GatewayOptions['sandbox'];
  readonly siblings: GatewayOptions['siblings'];
}

/** The admin listener as it listens. */
export interface AdminListener {
  readonly port: number;
  readonly audit: AuditLog;
  readonly figures: GatewayFigures;
  /** A link that logs its first follower in to the console; undefined where there is none, or it would go over a network as it is. */
  createLogInUrl(): string | undefined;
}

/** Stays open during the drain, so that operators can watch it. Undefined where the configuration has none. */
export async function listenForAdmins(
  parts: CommonParts,
  administration: Administration,
): Promise<AdminListener | undefined> {
  const { config, now, log, lifecycle } = parts;
  const { tls, token, console, wellbeing, reloader, issues } = administration;
  const address = config.listen.admin;
  if (!address) return undefined;
  const verdicts = liveVerdicts(administration);
  const audit = await openAudit(parts);
  const listening: { admin?: Listening } = {};
  const figures = openFigures(parts, administration, () => listening.admin?.connections ?? 0);
  const access = openAccess(parts, administration);
  const server = createAdminServer({
    ...keptParts(parts, administration),
    ...gateParts(parts, administration),
    ...(await openWayIn(parts, administration)),
    verdicts,
    issues,
    audit,
    figures,
    siblings: administration.siblings,
    reloader,
    token,
    access,
    logIns: access.sessions,
    proxies: createTrustedProxies(config.listen.trustedProxies),
    console,
    host: address.host,
    tls: tls.admin,
    now,
    wellbeing,
    log,
  });
  const isTls = tls.admin !== undefined;
  const admin = await listen(server, { address, option: 'listen.admin', isTls, log });
  if (tls.admin) tls.admin.onNewAuthorities = () => endAll(admin.sockets);
  listening.admin = admin;
  lifecycle.add('the admin listener', {
    // A stream has no end of its own.
    drain: () => verdicts.close(),
    close: () => admin.close(),
  });
  // Whoever reads along would log in first.
  const isPrivate = isLoopback(address) || isTls;
  return {
    port: admin.port,
    audit: audit.log,
    figures,
    createLogInUrl: () =>
      console && isPrivate
        ? `${urlOf(address, admin.port, isTls)}/login#${access.codes.create()}`
        : undefined,
  };
}

function liveVerdicts({ live, siblings }: Administration): AdminOptions['verdicts'] {
  return new LiveFeed({ source: siblings ? joinedSources(live, siblings.follow) : live });
}

async function openAudit({
  config,
  store,
  auditKeys,
  now,
  log,
  lifecycle,
}: CommonParts): Promise<AuditAccess> {
  const audit = await openGatewayAudit({ config, store, keys: auditKeys, now, log });
  lifecycle.add(
    'the audit log',
    closedBy(() => audit.log.close()),
  );
  return audit;
}

/** What gives the metrics of a gateway, with an admin listener or without. */
export function readerOfMetrics(
  parts: CommonParts,
  administration: Watched,
  listener: Pick<AdminListener, 'figures'> | undefined,
): () => Promise<string> {
  let figures = listener?.figures;
  return async () => {
    figures ??= openFigures(parts, administration, () => 0);
    // A start needs none of them.
    const { gatewayMetrics } = await import('./metrics/gateway-metrics.ts');
    return gatewayMetrics(figures);
  };
}

/** Where its metrics are read. @param adminConnections those of the admin listener */
function openFigures(
  parts: CommonParts,
  administration: Watched,
  adminConnections: () => number,
): GatewayFigures {
  return figuresOf(parts, administration, openProcess(parts.lifecycle), adminConnections);
}

function openProcess(lifecycle: Lifecycle): OpenProcessFigures {
  const process = openProcessFigures();
  lifecycle.add('the figures of the process', closedBy(process.close));
  return process;
}

function openAccess({ now, log, fetch, lifecycle }: CommonParts, { setting, token }: Administration): Access {
  const access = createAccess({ admin: () => setting.config.admin, token, now, log, fetch });
  lifecycle.add('log-in sessions', closedBy(access.close));
  return access;
}

/** What the store holds, and where it goes. */
function keptParts(
  { store, shared, now, guards, refused, sealer }: CommonParts,
  { setting, deliveries }: Administration,
): Omit<EventParts & StoreParts, 'keepers' | 'now' | 'log'> &
  Pick<AdminOptions, 'refused' | 'sealer' | 'findClaim' | 'releaseClaim'> {
  const claims = claimsByGate(store.claims, shared);
  return {
    events: store.events,
    fullText: { gates: () => fullTextGates(setting.config), store: store.fullText },
    deliveries: store.deliveries,
    ...conditionParts(store),
    control: deliveries.control,
    destinations: setting.destinations,
    masks: setting.masks,
    refused,
    sealer,
    upkeep: store.upkeep,
    findClaim: (gate, identity) => claims.find(gate, identity, now()),
    // A gate may be gone whose claims the store still holds.
    releaseClaim: (gate, identity) =>
      guards.get(gate)?.release(identity) ?? store.claims.release(gate, identity),
    async erase(match, isDryRun) {
      // What was refused a moment ago is kept then.
      await refused.flush();
      return erasePayloads(store, { match, isDryRun, sealer, apart: refused.apart });
    },
  };
}

/** The gates and sessions of the moment, and what platforms know of them. */
function gateParts(
  { keyUses, tokenCache, fetch, now }: CommonParts,
  { setting }: Administration,
): Pick<AdminOptions, 'gates' | 'keyUses' | 'sessions' | 'onboardings' | 'registration'> {
  const { gates, sessions } = setting;
  return {
    gates,
    keyUses,
    sessions: () => sessions.map((session) => session.view()),
    onboardings: () => sessions.flatMap((session) => session.onboardings() ?? []),
    registration: {
      config: () => setting.config,
      actionsOf: (gate) => servedActions(gates, gate),
      cache: tokenCache,
      fetch,
      now,
    },
  };
}

/** How requests get to the public listener: a sender’s, an operator’s, and those of the sandbox. */
async function openWayIn(
  { config, now, lifecycle }: CommonParts,
  { setting, publicListener, requestLog, sandbox, tls }: Administration,
): Promise<Pick<AdminOptions, 'publicUrl' | 'publicHost' | 'localUrl' | 'passThrough' | 'sandbox'>> {
  const passThrough = createPassThrough({ connect: () => publicListener.connect(), requestLog });
  const publicHost = (): string =>
    new URL(config.publicUrl ?? urlOf(config.listen.public, publicListener.port, tls.public !== undefined))
      .host;
  return {
    publicUrl: config.publicUrl,
    publicHost,
    localUrl: () => localUrlOf(config.listen.public, publicListener.port, tls.public !== undefined),
    passThrough,
    sandbox:
      sandbox === 'gates'
        ? await openGateSandbox({ gates: setting.gates, passThrough, publicHost, now }, lifecycle)
        : sandbox,
  };
}

/** Loaded here: only a gateway for development has one. */
async function openGateSandbox(options: GateSandboxOptions, lifecycle: Lifecycle): Promise<SandboxControl> {
  const { GateSandbox } = await import('./admin/gate-sandbox.ts');
  const sandbox = new GateSandbox(options);
  lifecycle.add(
    'the sandbox',
    closedBy(() => sandbox.close()),
  );
  return sandbox;
}

function endAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
