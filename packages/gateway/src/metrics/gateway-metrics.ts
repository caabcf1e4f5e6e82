/** What `/metrics` shows: every figure of a gateway, in one text. */
import { deliveryFamilies } from './delivery-families.ts';
import type { DeliveryFigures } from './delivery-figures.ts';
import { expositionOf } from './exposition.ts';
import { processFamilies, type ServerFigures } from './process-families.ts';
import { type RequestFigures, requestFamilies } from './request-families.ts';
import { storeFamilies } from './store-families.ts';
import type { StoreFigures } from './store-figures.ts';

/** Where the figures are read: each as it is when somebody asks. */
export interface GatewayFigures {
  requests(): RequestFigures;
  readonly store: StoreFigures & { readonly isUp: () => boolean };
  readonly deliveries: DeliveryFigures;
  server(): ServerFigures;
}

export async function gatewayMetrics({
  requests,
  store,
  deliveries,
  server,
}: GatewayFigures): Promise<string> {
  const space = await store.space();
  return expositionOf([
    ...processFamilies(server()),
    ...requestFamilies(requests()),
    ...storeFamilies({ isUp: store.isUp(), writes: store.writes, space }),
    ...(await deliveryFamilies(deliveries)),
  ]);
}
