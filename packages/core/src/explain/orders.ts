/** The orders in which items can have stood. */

/** Whether texts stand in the order of their UTF-16. */
export function isInOrder(texts: readonly string[]): boolean {
  return texts.every((text, i) => i === 0 || (texts[i - 1] as string) <= text);
}

/** Every order of a few items: the first is the one in which they stand. */
export function* ordersOf<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) {
    yield items;
    return;
  }
  for (const [at, first] of items.entries())
    for (const rest of ordersOf(items.toSpliced(at, 1))) yield [first, ...rest];
}

/** Every order of a few; of more, what sorting makes of them and the reverse. */
export function* likelyOrdersOf<T>(
  items: readonly T[],
  sortings: readonly ((a: T, b: T) => number)[],
): Generator<readonly T[]> {
  if (items.length <= MAX_PERMUTED) yield* ordersOf(items);
  else {
    for (const sorting of sortings) yield items.toSorted(sorting);
    yield items.toReversed();
  }
}

/** Of four there are 24 orders. */
const MAX_PERMUTED = 4;
