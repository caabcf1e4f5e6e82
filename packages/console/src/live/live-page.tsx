/** Requests and deliveries as they come. */
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { deliveryAddress, requestAddress } from '../shell/addresses.ts';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { LIVE } from '../words/live.ts';
import { SANDBOX } from '../words/sandbox.ts';
import { ConnectionState } from './connection-state.tsx';
import { LatestRefused } from './latest-refused.tsx';
import { LiveCharts } from './live-charts.tsx';
import { useLive, useLiveStore } from './live-context.tsx';
import { LiveFilters } from './live-filters.tsx';
import { LiveListRow } from './live-list-row.tsx';
import type { LiveRow } from './live-row.ts';
import { filteredRows, liveFilterOf } from './live-rows-filter.ts';
import { NothingYet } from './nothing-yet.tsx';
import { SandboxDialog } from './sandbox-dialog.tsx';
import { useHeldList } from './use-held-list.ts';
import './live.css';

const ROW_HEIGHT = 48;
const NARROW_ROW_HEIGHT = 80;

export function LivePage() {
  const store = useLiveStore();
  const live = useLive();
  const filters = useFilters();
  const navigate = useNavigate();
  const { list, goOn, scrolled } = useHeldList();
  const [gate, kind, text] = ['gate', 'show', 'q'].map((name) => filters.get(name));
  const rows = useMemo(
    () => filteredRows(live.rows, liveFilterOf(gate, kind, text)),
    [live.rows, gate, kind, text],
  );
  const open = (row: LiveRow): void => {
    const to = addressOf(row);
    if (to === undefined) return;
    // What was opened is to be there when one comes back.
    if (live.hold === 'none' && store.offset > 0) store.setHold('scrolled');
    void navigate({ href: to });
  };
  const [showsSandbox, setShowsSandbox] = useState(false);
  return (
    <Page
      title={LIVE.title}
      lead={LIVE.lead}
      actions={
        <>
          <ConnectionState live={live} />
          <Button
            aria-pressed={live.hold === 'paused'}
            onClick={() => (live.hold === 'paused' ? goOn() : store.setHold('paused'))}
          >
            {live.hold === 'paused' ? LIVE.resume : LIVE.pause}
          </Button>
          <Button onClick={() => setShowsSandbox(true)}>{SANDBOX.open}</Button>
          <SaveView />
        </>
      }
    >
      {showsSandbox && <SandboxDialog onClose={() => setShowsSandbox(false)} />}
      <div className="stack live">
        <LatestRefused streamed={live.lastRefused} />
        <LiveCharts gate={gate} series={store.series} />
        <LiveFilters filters={filters} counts={live.counts} />
        {live.rows.length === 0 ? (
          <NothingYet />
        ) : rows.length === 0 ? (
          <Empty title={LIVE.noMatch.title}>
            <p>{LIVE.noMatch.text(live.rows.length)}</p>
            <Button onClick={() => filters.set({ gate: undefined, show: undefined, q: undefined })}>
              {LIVE.filter.clear}
            </Button>
          </Empty>
        ) : (
          <div className="live-list list-frame">
            {live.hold !== 'none' && live.missed > 0 && (
              <Button className="show-new" kind="primary" onClick={goOn}>
                {LIVE.showNew(live.missed)}
              </Button>
            )}
            <VirtualList
              key={list}
              label={LIVE.list}
              items={rows}
              keyOf={({ number }) => String(number)}
              rowHeight={ROW_HEIGHT}
              narrowRowHeight={NARROW_ROW_HEIGHT}
              height="max(22rem, calc(100dvh - 30rem))"
              offset={store.offset}
              onScrolled={scrolled}
              onSelected={() => live.hold === 'none' && store.setHold('paused')}
              hrefOf={addressOf}
              onOpen={open}
              row={(row) => <LiveListRow row={row} />}
            />
          </div>
        )}
      </div>
    </Page>
  );
}

function addressOf(row: LiveRow): string | undefined {
  if (row.kind === 'lost') return undefined;
  if (row.kind === 'verdict') return requestAddress(row.view.eventId ?? row.view.requestId);
  const { event, destination } = row.view.delivery;
  return deliveryAddress(event, destination);
}
