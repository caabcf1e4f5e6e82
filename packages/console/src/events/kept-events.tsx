/** Kept events, filtered by the gateway. */
import {
  AdminError,
  type EventMatchView,
  type EventPage,
  type EventSummaryView,
  type SearchPage,
} from '@countersign/api';
import { call } from '../api/use-call.ts';
import { requestAddress } from '../shell/addresses.ts';
import { Badge } from '../ui/badge.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { EVENTS } from '../words/events.ts';
import { type EventsFilter, eventQueryOf, isFiltered } from './events-filter.ts';
import { PagedList } from './paged-list.tsx';
import { type Place, usePages } from './use-pages.ts';

const LIMIT = 100;

type Row = EventSummaryView & Partial<Pick<EventMatchView, 'matches' | 'header'>>;

export interface KeptEventsProps {
  readonly filter: EventsFilter;
}

export function KeptEvents({ filter }: KeptEventsProps) {
  const { gate, type, text, since, until } = filter;
  const query = eventQueryOf(filter);
  const pages = usePages<EventPage | SearchPage>({
    key: ['events', filter],
    read: (before: Place) => {
      const place = { before: before === undefined ? undefined : String(before), limit: LIMIT };
      return query === undefined
        ? call('searchEvents', { ...place, gate, text: text ?? '' })
        : call('events', { ...place, ...query });
    },
    next: (page) => page.next,
  });
  const all = pages.data?.pages.flatMap((page): readonly Row[] => page.events) ?? [];
  const recent = all.filter(({ receivedAt }) => since === undefined || receivedAt >= since);
  // A search byte for byte asks for neither a type nor a time.
  const items = recent.filter(
    (event) =>
      (type === undefined || event.type === type) && (until === undefined || event.receivedAt < until),
  );
  const damaged = pages.data?.pages.flatMap((page) => page.damaged ?? []) ?? [];
  const last = pages.data?.pages.at(-1);
  const { indexing = [], searchedUntil } = last !== undefined && !('searched' in last) ? last : {};
  if (pages.error instanceof AdminError && pages.error.code === 'full-text-off') return <FullTextOff />;
  return (
    <>
      {damaged.length > 0 && (
        <NoteBox tone="warn">
          <p>{EVENTS.damaged(damaged)}</p>
        </NoteBox>
      )}
      {indexing.length > 0 && (
        <NoteBox tone="note">
          <p>{EVENTS.indexing(indexing)}</p>
        </NoteBox>
      )}
      <PagedList
        label={EVENTS.keptList}
        pages={pages}
        items={items}
        isOver={query === undefined && recent.length < all.length}
        searchedUntil={searchedUntil}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => requestAddress(id)}
        row={(event) => <EventRow event={event} />}
        empty={<NoEvent isFiltered={isFiltered(filter)} />}
      />
    </>
  );
}

function NoEvent({ isFiltered: isNarrow }: { readonly isFiltered: boolean }) {
  const { empty } = EVENTS;
  return (
    <Empty title={isNarrow ? empty.keptNoMatch : empty.kept}>
      <p>{isNarrow ? empty.noneOfFilter : empty.keptText}</p>
    </Empty>
  );
}

function FullTextOff() {
  const { empty } = EVENTS;
  return (
    <Empty title={empty.words}>
      <p>{empty.wordsText}</p>
      <Code text={empty.wordsExample} label={empty.wordsLabel} />
    </Empty>
  );
}

function EventRow({ event }: { readonly event: Row }) {
  const {
    receivedAt,
    gate,
    tenant,
    type,
    keyId,
    method,
    url,
    bodyBytes,
    destinations,
    erasedAt,
    matches,
    header,
  } = event;
  return (
    <div className="event-row">
      <span className="when small soft">
        <Time at={receivedAt} show="clock" />
      </span>
      <span className="main">
        <span className="line">
          <b>{gate}</b> {tenant !== undefined && <StrangersText text={tenant} />}{' '}
          {type !== undefined && <StrangersText text={type} />}
        </span>
        <span className="line small soft mono">
          <StrangersText text={`${method} ${url}`} />
        </span>
      </span>
      <span className="notes small soft">
        {matches !== undefined && <Badge tone="note">{EVENTS.matches[matches](header ?? '')}</Badge>}
        {erasedAt !== undefined && <Badge>{EVENTS.erased}</Badge>}
        {destinations === 0 && <Badge tone="warn">{EVENTS.unmatched}</Badge>}
        {keyId === '' && erasedAt === undefined && <Badge>{EVENTS.unsigned}</Badge>}
        <span className="size">{EVENTS.bytes(bodyBytes)}</span>
      </span>
    </div>
  );
}
