/** What gates have kept: events, and the requests that they refused. */
import { useState } from 'react';
import { SaveView } from '../shell/save-view.tsx';
import { type Filters, useFilters } from '../shell/search.ts';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { EVENTS } from '../words/events.ts';
import { eventsFilterOf, FILTER_NAMES } from './events-filter.ts';
import { EventsFilters } from './events-filters.tsx';
import { KeptEvents } from './kept-events.tsx';
import { RefusedList } from './refused-list.tsx';
import '../ui/filters.css';
import './events.css';

export function EventsPage() {
  const filters = useFilters();
  return (
    <Page title={EVENTS.title} lead={EVENTS.lead} actions={<SaveView />}>
      <div className="stack events">
        <EventsFilters
          // What was typed and not asked for is no state of the address.
          key={FILTER_NAMES.map((name) => filters.get(name)).join('\n')}
          filters={filters}
          isRefused={isRefused(filters)}
        />
        <Lists
          // The span begins anew when another is chosen.
          key={`within ${filters.get('within') ?? ''}`}
          filters={filters}
        />
      </div>
    </Page>
  );
}

function isRefused({ get }: Pick<Filters, 'get'>): boolean {
  return get('show') === 'refused';
}

function Lists({ filters }: { readonly filters: Filters }) {
  const [chosenMs] = useState(() => Date.now());
  const filter = eventsFilterOf(filters, chosenMs);
  return (
    <Tabs
      label={EVENTS.tabs.label}
      selected={isRefused(filters) ? 'refused' : 'kept'}
      onSelect={(show) => filters.set({ show: show === 'refused' ? show : undefined })}
      tabs={[
        {
          id: 'kept',
          label: EVENTS.tabs.kept,
          content: () => <KeptEvents filter={filter} />,
        },
        {
          id: 'refused',
          label: EVENTS.tabs.refused,
          content: () => <RefusedList filter={filter} />,
        },
      ]}
    />
  );
}
