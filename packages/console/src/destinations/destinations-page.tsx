/** Where events are delivered to. */

import type { DestinationView } from '@countersign/api';
import { useCall } from '../api/use-call.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import { SaveView } from '../shell/save-view.tsx';
import { type Filters, useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { DESTINATIONS } from '../words/destinations.ts';
import { DestinationCard } from './destination-card.tsx';
import '../ui/filters.css';
import './destinations.css';

/** Rates fall without anything happening. */
const EVERY_MS = 5_000;

export function DestinationsPage() {
  const filters = useFilters();
  const destinations = useCall('destinations', {}, { everyMs: EVERY_MS });
  useLiveRefresh(['destinations'], (item) => 'delivery' in item);
  return (
    <Page title={DESTINATIONS.title} lead={DESTINATIONS.lead} actions={<SaveView />}>
      <Answered query={destinations}>
        {(views) =>
          views.length === 0 ? <NoDestination /> : <Destinations views={views} filters={filters} />
        }
      </Answered>
    </Page>
  );
}

interface DestinationsProps {
  readonly views: readonly DestinationView[];
  readonly filters: Filters;
}

function Destinations({ views, filters }: DestinationsProps) {
  const { filter } = DESTINATIONS;
  const text = filters.get('q') ?? '';
  const wanted = text.trim().toLowerCase();
  const matching = views.filter(({ name, target = '' }) =>
    [name, target].some((each) => each.toLowerCase().includes(wanted)),
  );
  return (
    <div className="stack destinations">
      <div className="filters">
        <SearchField
          label={filter.label}
          placeholder={filter.placeholder}
          value={text}
          onChange={(text) => filters.set({ q: text })}
        />
      </div>
      {matching.length === 0 ? (
        <p className="soft">{DESTINATIONS.noMatch}</p>
      ) : (
        <ul aria-label={DESTINATIONS.list}>
          {matching.map((view) => (
            <li key={view.name}>
              <DestinationCard view={view} filters={filters} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function NoDestination() {
  const { empty } = DESTINATIONS;
  return (
    <Empty title={empty.title}>
      <p>{empty.text}</p>
      <Code text={empty.config} label={empty.configLabel} />
    </Empty>
  );
}
