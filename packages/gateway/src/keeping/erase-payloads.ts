/** Erases a person’s payloads from a store: also where they stand in what is sealed. */

import type { Sealer } from '../sealed/seal.ts';
import { createSealedRefusals } from '../sealed/sealed-refusals.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import { createMatcher, type EraseMatch } from '../stores/erase-match.ts';
import { matchingRefusals } from '../stores/matching-refusals.ts';
import type { RefusedStore } from '../stores/refused-store.ts';
import type { Store } from '../stores/store.ts';
import type { EraseOptions, EraseReport } from '../stores/store-upkeep.ts';

export interface ErasePayloads extends Pick<EraseOptions, 'isDryRun' | 'signal'> {
  readonly match: EraseMatch;
  /** Refused requests that are not in the store, and in the clear. Undefined: there are none. */
  readonly apart?: RefusedStore | undefined;
  /** Of the storeKey. Undefined: what is sealed is not looked into. */
  readonly sealer: Sealer | undefined;
}

/** @throws RangeError where it would match everything. */
export async function erasePayloads(
  { refused, upkeep }: Pick<Store, 'refused' | 'upkeep'>,
  { match, sealer, apart, ...rest }: ErasePayloads,
): Promise<EraseReport> {
  const options = { ...rest, matches: createMatcher(match), ...(match.ids && { ids: match.ids }) };
  const report = await upkeep.erase({
    ...options,
    headersOf: (event) => unsealedHeaders(event, sealer) ?? event.headers,
    openRefusal: openRefusalOf(refused, sealer),
  });
  if (apart === undefined) return report;
  const ids = await matchingRefusals(apart, { ...options, openRefusal: openRefusalOf(apart, undefined) });
  if (rest.isDryRun !== true) await apart.remove(ids);
  return { ...report, refused: report.refused + ids.length };
}

function openRefusalOf(
  store: RefusedStore,
  sealer: Sealer | undefined,
): NonNullable<EraseOptions['openRefusal']> {
  const refusals = createSealedRefusals(store, sealer);
  return async ({ id }) => {
    const request = await refusals.get(id);
    return typeof request === 'object' ? request : undefined;
  };
}
