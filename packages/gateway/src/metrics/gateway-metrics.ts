/** What `/metrics` shows: every figure of a gateway, in one text. */
import type { MaybePromise } from '@countersign/core';
import { type ClaimsServerFigures, claimsServerFamilies } from './claims-server-families.ts';
import { type ConfigFigures, configFamilies } from './config-families.ts';
import { deliveryFamilies } from './delivery-families.ts';
import type { DeliveryFigures } from './delivery-figures.ts';
import { expositionOf } from './exposition.ts';
import { type IssueFigures, issueFamily } from './issue-family.ts';
import { type KeyFigures, keyFamilies } from './key-families.ts';
import { processFamilies, type ServerFigures } from './process-families.ts';
import { type RequestFigures, requestFamilies } from './request-families.ts';
import { type SessionFigures, sessionFamilies } from './session-families.ts';
import { storeFamilies } from './store-families.ts';
import type { StoreFigures } from './store-figures.ts';
import { type TelemetryFigures, telemetryFamilies } from './telemetry-family.ts';
import { type TlsFigures, tlsFamilies } from './tls-families.ts';

/** Where the figures are read: each as it is when somebody asks. */
export interface GatewayFigures {
  requests(): RequestFigures;
  readonly store: StoreFigures & { readonly isUp: () => boolean; readonly behindMs: () => number };
  readonly deliveries: DeliveryFigures;
  issues(): IssueFigures;
  /** Undefined where the gateway knows no file. */
  config(): ConfigFigures | undefined;
  /** Of the gates that have keys of their own. */
  keys(): { readonly gates: readonly string[]; readonly keys: readonly KeyFigures[] };
  sessions(): readonly SessionFigures[];
  /** Undefined where claims are not shared. */
  readonly claimsServer: ClaimsServerFigures | undefined;
  /** Undefined where traces are off. */
  telemetry(): TelemetryFigures | undefined;
  /** Of the listeners that speak TLS. */
  tls(): readonly TlsFigures[];
  server(): MaybePromise<ServerFigures>;
}

export async function gatewayMetrics({
  requests,
  store,
  deliveries,
  issues,
  config,
  keys,
  sessions,
  claimsServer,
  telemetry,
  tls,
  server,
}: GatewayFigures): Promise<string> {
  const space = await store.space();
  const held = keys();
  return expositionOf([
    ...processFamilies(await server()),
    ...requestFamilies(requests()),
    ...storeFamilies({ isUp: store.isUp(), behindMs: store.behindMs(), writes: store.writes, space }),
    ...(await deliveryFamilies(deliveries)),
    issueFamily(issues()),
    ...configFamilies(config()),
    ...keyFamilies(held.gates, held.keys),
    ...sessionFamilies(sessions()),
    ...claimsServerFamilies(claimsServer),
    ...telemetryFamilies(telemetry()),
    ...tlsFamilies(tls()),
  ]);
}
