/** Where `/metrics` reads: the parts of a gateway, as they are when somebody asks. */
import { unusableBecause } from '@countersign/core';
import type { Reloader } from './config/config-report.ts';
import type { Deliveries } from './deliver/deliveries.ts';
import { hasFetchedKeys } from './gates/core-gate.ts';
import type { OpenGate } from './gates/open-gate.ts';
import type { CommonParts } from './gates-and-sessions.ts';
import type { BodyBudget } from './http/body-budget.ts';
import type { Wellbeing } from './http/health.ts';
import type { Listening } from './http/listener.ts';
import type { Receiver } from './http/receiver.ts';
import type { CountedPlace, Issues } from './issues/issues.ts';
import type { GatewayFigures } from './metrics/gateway-metrics.ts';
import type { KeyFigures } from './metrics/key-families.ts';
import type { OutsideCounts } from './metrics/outside-counts.ts';
import type { OpenProcessFigures } from './metrics/process-figures.ts';
import type { SecretWatch } from './setting/secret-watch.ts';
import type { Setting } from './setting/setting.ts';
import type { StoreFollower } from './setting/store-follower.ts';
import { type GatewayTls, tlsFigures } from './tls/open-tls.ts';
import { gatewayVersion } from './version.ts';

/** What is asked. */
export interface Watched {
  /** Its lists are those of the moment. */
  readonly setting: Setting;
  readonly wellbeing: Wellbeing;
  readonly outside: OutsideCounts;
  readonly bodies: BodyBudget;
  readonly receiver: Pick<Receiver, 'inFlight'>;
  readonly publicListener: Pick<Listening, 'connections' | 'port' | 'connect'>;
  readonly tls: GatewayTls;
  readonly deliveries: Deliveries;
  readonly issues: Issues;
  readonly follower: Pick<StoreFollower, 'behindMs'>;
  /** Absent: the gateway knows no file. */
  readonly reloader: Reloader | undefined;
  readonly secretWatch: SecretWatch | undefined;
}

export function figuresOf(
  parts: CommonParts,
  {
    setting,
    outside,
    bodies,
    receiver,
    publicListener,
    deliveries,
    issues,
    follower,
    reloader,
    secretWatch,
    wellbeing,
    tls,
  }: Watched,
  process: OpenProcessFigures,
  adminConnections: () => number,
): GatewayFigures {
  const {
    config: { limits, replay },
    store,
    memories,
    claimsGivenUp,
  } = parts;
  const version = gatewayVersion();
  return {
    requests: () => ({
      gates: setting.gates.map(({ config: { name }, counts, durations, refusals, modes }) => ({
        name,
        counts,
        durations,
        claims: { held: memories.get(name)?.size ?? 0, givenUp: claimsGivenUp.get(name) ?? 0 },
        refusedLeftOut: refusals?.leftOut,
        modes: modes && {
          monitors: modes.monitors,
          acceptedByProof: modes.several && modes.acceptedByProof,
          shadow: modes.shadow,
        },
      })),
      outside,
      inFlight: receiver.inFlight,
      maxClaims: replay.maxClaims,
    }),
    store: {
      ...store.figures,
      isUp: () => wellbeing.storeFault() === undefined,
      behindMs: () => follower.behindMs,
    },
    deliveries: deliveries.figures,
    issues: () => issues.count(),
    config: () =>
      reloader && {
        counts: reloader.counts,
        loadedMs: reloader.effective.loadedMs,
        unreadSecrets: secretWatch?.unreadCount ?? 0,
      },
    keys: () => {
      const own = setting.gates.filter(hasOwnKeys);
      const nowMs = parts.now();
      return {
        gates: own.map(({ config }) => config.name),
        keys: own.flatMap((gate) => keysOf(gate, parts, nowMs)),
      };
    },
    claimsServer: parts.shared?.figures,
    telemetry: () => parts.tracer?.counts,
    sessions: () => setting.sessions.map((session) => session.tokenFigures()),
    tls: () => tlsFigures(tls),
    server: async () => ({
      version,
      process: await process.read(),
      listeners: [
        { name: 'public', connections: publicListener.connections },
        { name: 'admin', connections: adminConnections() },
      ],
      maxConnections: limits.maxConnections,
      bodyBytes: bodies.heldBytes,
      maxBodyBytes: setting.config.limits.maxBodyBytesInFlight,
    }),
  };
}

/** Names of fetched keys are their publisher's: there may be any number of them. */
function hasOwnKeys({ coreGate }: OpenGate): boolean {
  return coreGate !== undefined && !hasFetchedKeys(coreGate);
}

function keysOf(
  { config: { name }, coreGate }: OpenGate,
  { keyUses }: Pick<CommonParts, 'keyUses'>,
  nowMs: number,
): readonly KeyFigures[] {
  const uses = keyUses.of(name);
  return (coreGate?.keys.list() ?? []).map((key) => {
    const use = uses?.of(key.id, nowMs);
    return {
      gate: name,
      id: key.id,
      state: key.state,
      isUsable: unusableBecause(key, nowMs) === undefined,
      hits: use?.ownHits ?? key.hits,
      unusedMs: use?.unusedMs,
      untilMs: key.untilMs,
    };
  });
}

/** Where requests are counted. */
export function* countedPlaces(
  gates: readonly OpenGate[],
  { sessions, unrouted }: OutsideCounts,
): Iterable<CountedPlace> {
  for (const { config, counts } of gates) yield { name: config.name, counts };
  for (const [name, counts] of sessions) yield { name, counts };
  yield { counts: unrouted };
}
