/** Erases a person’s payloads from a store: also where they stand in what is sealed. */

import type { Sealer } from '../sealed/seal.ts';
import { createSealedRefusals } from '../sealed/sealed-refusals.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import { createMatcher, type EraseMatch } from '../stores/erase-match.ts';
import type { Store } from '../stores/store.ts';
import type { EraseOptions, EraseReport } from '../stores/store-upkeep.ts';

export interface ErasePayloads extends Pick<EraseOptions, 'isDryRun' | 'signal'> {
  readonly match: EraseMatch;
  /** Of the storeKey. Undefined: what is sealed is not looked into. */
  readonly sealer: Sealer | undefined;
}

/** @throws RangeError where it would match everything. */
export function erasePayloads(
  { refused, upkeep }: Pick<Store, 'refused' | 'upkeep'>,
  { match, sealer, ...rest }: ErasePayloads,
): Promise<EraseReport> {
  const refusals = createSealedRefusals(refused, sealer);
  return upkeep.erase({
    ...rest,
    matches: createMatcher(match),
    ...(match.ids && { ids: match.ids }),
    headersOf: (event) => unsealedHeaders(event, sealer) ?? event.headers,
    openRefusal: async ({ id }) => {
      const request = await refusals.get(id);
      return typeof request === 'object' ? request : undefined;
    },
  });
}
