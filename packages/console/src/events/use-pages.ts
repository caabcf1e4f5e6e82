/** Pages of a list, the newest first, each asked for where the one before it ends. */
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';

export type Place = string | number | undefined;

/** For a route whose `next` is a number. */
export function numberOf(place: Place): number | undefined {
  return place === undefined ? undefined : Number(place);
}

export interface PagesOptions<Page> {
  /** Names the list: another is another. */
  readonly key: readonly unknown[];
  readonly read: (before: Place) => Promise<Page>;
  readonly next: (page: Page) => Place;
}

export function usePages<Page>({
  key,
  read,
  next,
}: PagesOptions<Page>): UseInfiniteQueryResult<InfiniteData<Page, Place>> {
  return useInfiniteQuery<Page, Error, InfiniteData<Page, Place>, readonly unknown[], Place>({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined,
    getNextPageParam: next,
  });
}
