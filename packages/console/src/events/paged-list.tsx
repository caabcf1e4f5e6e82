/** A long list that is read page by page as its end comes near. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { EVENTS } from '../words/events.ts';
import { UI } from '../words/ui.ts';
import type { Place } from './use-pages.ts';

export interface PagedListProps<Page, Item> {
  readonly label: string;
  readonly pages: UseInfiniteQueryResult<InfiniteData<Page, Place>>;
  /** What of the pages is shown. */
  readonly items: readonly Item[];
  /** Nothing behind what is there is wanted. */
  readonly isOver: boolean;
  /** How far back the last call has looked, where it has not looked through all. */
  readonly searchedUntil?: string | undefined;
  readonly keyOf: (item: Item) => string;
  readonly row: (item: Item) => ReactNode;
  /** Where a row leads. */
  readonly hrefOf: (item: Item) => string;
  /** What a plain click and Enter do. Default: they follow the link. */
  readonly onOpen?: (item: Item) => void;
  /** What stands there where the list has ended with nothing. */
  readonly empty: ReactNode;
  /** How many are shown, in words. Default: so many requests. */
  readonly count?: (count: number, isAll: boolean) => string;
  /** Pixels. */
  readonly rowHeight?: number;
  /** Pixels: in a narrow window. */
  readonly narrowRowHeight?: number;
}

export function PagedList<Page, Item>(props: PagedListProps<Page, Item>) {
  const { label, pages, items, isOver, keyOf, row, hrefOf, onOpen, empty } = props;
  const { count = EVENTS.count, rowHeight = 48, narrowRowHeight = 76, searchedUntil } = props;
  const hasMore = pages.hasNextPage && !isOver;
  const more = (): void => {
    if (hasMore && !pages.isFetching) void pages.fetchNextPage();
  };
  if (pages.data === undefined && pages.isError)
    return <Failure error={pages.error} onAgain={() => void pages.refetch()} />;
  if (items.length === 0 && !hasMore && !pages.isFetching) return <>{empty}</>;
  return (
    <div className="stack tight">
      {items.length > 0 && (
        <div className="list-frame">
          <VirtualList
            label={label}
            items={items}
            keyOf={keyOf}
            row={row}
            hrefOf={hrefOf}
            onOpen={onOpen}
            onEnd={more}
            rowHeight={rowHeight}
            narrowRowHeight={narrowRowHeight}
            height="max(22rem, calc(100dvh - 17rem))"
          />
        </div>
      )}
      <div className="row small soft">
        <span role="status">{pages.isFetching ? UI.loading : count(items.length, !hasMore)}</span>
        {hasMore && searchedUntil !== undefined && (
          <span>
            {EVENTS.searchedUntil} <Time at={searchedUntil} />
          </span>
        )}
        {hasMore && !pages.isFetching && <Button onClick={more}>{EVENTS.further}</Button>}
      </div>
      {pages.isError && <Failure error={pages.error} onAgain={more} />}
    </div>
  );
}
