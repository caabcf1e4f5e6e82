/** Refused requests that their gates keep. The gateway filters them. */
import type { RefusedPage, RefusedSummaryView } from '@countersign/api';
import { call } from '../api/use-call.ts';
import { requestAddress } from '../shell/addresses.ts';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { EVENTS } from '../words/events.ts';
import { type EventsFilter, isFiltered, refusedQueryOf } from './events-filter.ts';
import { PagedList } from './paged-list.tsx';
import { type Place, usePages } from './use-pages.ts';

const LIMIT = 50;

export interface RefusedListProps {
  readonly filter: EventsFilter;
}

export function RefusedList({ filter }: RefusedListProps) {
  const query = refusedQueryOf(filter);
  const pages = usePages<RefusedPage>({
    key: ['refused', query],
    read: (before: Place) =>
      call('refused', { ...query, before: Number(before ?? 0) || undefined, limit: LIMIT }),
    next: (page) => page.next,
  });
  const items = pages.data?.pages.flatMap((page) => page.refused) ?? [];
  const unreadable = pages.data?.pages.reduce((sum, page) => sum + (page.unreadable ?? 0), 0) ?? 0;
  const { empty } = EVENTS;
  const isNarrow = isFiltered(query);
  return (
    <>
      {unreadable > 0 && (
        <NoteBox tone="warn">
          <p>{EVENTS.unreadable(unreadable)}</p>
        </NoteBox>
      )}
      <PagedList
        label={EVENTS.refusedList}
        pages={pages}
        items={items}
        isOver={false}
        searchedUntil={pages.data?.pages.at(-1)?.searchedUntil}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => requestAddress(id)}
        row={(refused) => <RefusedRow refused={refused} />}
        empty={
          <Empty title={isNarrow ? empty.refusedNoMatch : empty.refused}>
            <p>{isNarrow ? empty.noneOfFilter : empty.refusedText}</p>
          </Empty>
        }
      />
    </>
  );
}

function RefusedRow({ refused }: { readonly refused: RefusedSummaryView }) {
  const { receivedAt, gate, method, url, reason, message, remoteAddress, bodyBytes } = refused;
  return (
    <div className="event-row">
      <span className="when small soft">
        <Time at={receivedAt} show="clock" />
      </span>
      <span className="main">
        <span className="line">
          <b>{gate}</b>{' '}
          <span className="mono">
            <StrangersText text={`${method} ${url}`} />
          </span>
        </span>
        <span className="line small soft">
          <Sentence text={message ?? ''} />
        </span>
      </span>
      <span className="notes small soft">
        <Badge tone="bad">{reason}</Badge>
        <span className="size">{remoteAddress}</span>
        <span className="size">{EVENTS.bytes(bodyBytes)}</span>
      </span>
    </div>
  );
}
