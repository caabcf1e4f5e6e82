/** Prints a list of the admin API, newest first: page after page until there is enough. The body of every `list` command. */

import type { Call } from './command.ts';
import { readLimit } from './day-options.ts';
import { timeText } from './events/event-rows.ts';
import { firstOf, paged } from './events/paged.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Style, table } from './output.ts';
import { createProgress } from './progress.ts';

export interface ListPage<Item, Place> {
  readonly items: readonly Item[];
  readonly next?: Place | undefined;
  /** Of a search that looks at a bounded number of rows a call: how far back it has looked. */
  readonly searchedUntil?: string | undefined;
}

export interface PageQuery<Place> {
  readonly before: Place | undefined;
  readonly limit: number;
}

export type ReadPage<Item, Place> = (query: PageQuery<Place>) => Promise<ListPage<Item, Place>>;

export interface List<Item, Place> {
  /** The most that the route gives at once. */
  readonly maxPage: number;
  /** Where to begin. Default: with the newest. */
  readonly before?: Place | undefined;
  /** Calls `use` while the gateway or its file can be asked for pages. */
  readonly withPages: <Result>(use: (read: ReadPage<Item, Place>) => Promise<Result>) => Promise<Result>;
  readonly row: (item: Item, style: Style) => readonly string[];
  /** What is said of an empty list. */
  readonly empty: string;
  /** How to see what comes after the last one that is shown. */
  readonly more: (last: Item) => string;
}

/** Where a list cannot be begun anywhere but at its newest. */
export const MORE_BY_LIMIT = '--limit shows them.';

/** @throws UsageError for a `--limit` that is none, and what `withPages` throws */
export async function printList<Item, Place>(
  { args, io, output }: Call,
  { maxPage, before: first, withPages, row, empty, more }: List<Item, Place>,
): Promise<ExitCode> {
  const most = readLimit(args);
  const limit = Math.min(most + 1, maxPage);
  const progress = createProgress(io);
  const { items, hasMore } = await withPages((read) =>
    firstOf(
      paged<Item, Place>(async (before) => {
        const page = await read({ before, limit });
        if (page.searchedUntil !== undefined) progress.show(`searched until ${timeText(page.searchedUntil)}`);
        return page;
      }, first),
      most,
    ),
  ).finally(() => progress.clear());
  if (args.flag('json')) {
    for (const item of items) output.json(item);
    return EXIT.ok;
  }
  const last = items.at(-1);
  if (last === undefined) output.say(empty);
  else output.print(table(items.map((item) => row(item, output.style))));
  if (last !== undefined && hasMore) output.say(output.errorStyle.dim(`There are more: ${more(last)}`));
  return EXIT.ok;
}
