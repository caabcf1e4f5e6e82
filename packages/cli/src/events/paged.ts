/** Reads a list of the admin API to its end, or until there is enough: a page may be empty and have a next one. */

export interface Page<Item, Place> {
  readonly items: readonly Item[];
  readonly next?: Place | undefined;
}

export async function* paged<Item, Place>(
  read: (before: Place | undefined) => Promise<Page<Item, Place>>,
  before?: Place,
): AsyncGenerator<Item> {
  for (let place = before; ; ) {
    const page: Page<Item, Place> = await read(place);
    yield* page.items;
    if (page.next === undefined) return;
    place = page.next;
  }
}

/** The first so many. */
export async function firstOf<Item>(
  items: AsyncIterable<Item>,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly hasMore: boolean }> {
  const taken: Item[] = [];
  for await (const item of items) {
    if (taken.length === limit) return { items: taken, hasMore: true };
    taken.push(item);
  }
  return { items: taken, hasMore: false };
}
