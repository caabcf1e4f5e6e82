/** Which refused requests are to be erased. */
import { nextTurn } from '../loop-slices.ts';
import type { RefusedStore } from './refused-store.ts';
import type { EraseOptions } from './store-upkeep.ts';

/** Read at a time. */
const PAGE = 200;

/** Their ids. */
export async function matchingRefusals(
  refused: RefusedStore,
  { ids, matches, openRefusal, signal }: EraseOptions,
): Promise<readonly string[]> {
  if (openRefusal === undefined) return [];
  const matching: string[] = [];
  for await (const id of ids ?? allRefusals(refused)) {
    signal?.throwIfAborted();
    const refusal = await refused.get(id);
    const request = refusal && (await openRefusal(refusal));
    if (request !== undefined && (await matches(request))) matching.push(id);
    await nextTurn();
  }
  return matching;
}

async function* allRefusals(refused: RefusedStore): AsyncGenerator<string> {
  for (let before = Number.MAX_SAFE_INTEGER, more = true; more; ) {
    const page = await refused.list({ before, limit: PAGE });
    for (const { id } of page) yield id;
    more = page.length === PAGE;
    before = page.at(-1)?.place ?? before;
  }
}
