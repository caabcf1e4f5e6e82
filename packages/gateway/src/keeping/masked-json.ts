/** A body of JSON with other values in place of some members’: every other byte stays. */
import type { Sliced } from '../loop-slices.ts';
import type { JsonPlaces } from '../stores/json-places.ts';
import { JsonWalk } from '../stores/json-walk.ts';
import { SplicedBytes } from './spliced-bytes.ts';

/** What is nested deeper, beside what is masked, is no message. */
const MAX_DEPTH = 1_000;

/** @returns undefined for what is no JSON */
export function* maskedJson(bytes: Buffer, places: JsonPlaces, mask: Buffer): Sliced<Buffer | undefined> {
  const shown = new SplicedBytes(bytes);
  const walk = new JsonWalk({
    bytes,
    places,
    maxDepth: MAX_DEPTH,
    onValue: (start, end) => shown.replace(start, end, mask),
  });
  for (;;) {
    const isWhole = walk.run();
    if (isWhole === false) return undefined;
    shown.keepTo(walk.decidedTo);
    if (isWhole === true) return yield* shown.joined();
    yield;
  }
}
