/** Which deliveries are listed. */

import { DELIVERY_CODE_WORDS, DELIVERY_STATE_WORDS, type DestinationView } from '@countersign/api';
import type { ReactNode } from 'react';
import { useCall } from '../api/use-call.ts';
import type { Filters } from '../shell/search.ts';
import { useTypedFilters } from '../shell/typed-filters.ts';
import { Button } from '../ui/button.tsx';
import { localTime, timeOf } from '../ui/local-time.ts';
import { SearchField } from '../ui/search-field.tsx';
import { Select } from '../ui/select.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { deliveryFilterOf, FILTER_NAMES, isFiltered } from './delivery-filter.ts';
import '../ui/filters.css';

export interface DeliveryFiltersProps {
  /** What can be done with all that are shown. */
  readonly actions: ReactNode;
  readonly filters: Filters;
  readonly destinations: readonly DestinationView[];
}

export function DeliveryFilters({ actions, filters, destinations }: DeliveryFiltersProps) {
  const { filter: words, states } = DELIVERIES;
  const gates = useCall('gates', {}).data ?? [];
  const filter = deliveryFilterOf(filters);
  const typed = useTypedFilters(filters, ['event']);
  const same = (name: string): readonly [string, string] => [name, name];
  return (
    <form className="filters" onSubmit={typed.submit}>
      <SearchField
        label={words.event}
        placeholder={words.eventPlaceholder}
        value={typed.textOf('event')}
        onChange={(text) => typed.type('event', text)}
      />
      <Select
        label={words.state}
        all={words.allStates}
        value={filter.state}
        options={DELIVERY_STATE_WORDS.map((state) => [state, states[state]])}
        onChange={(state) => filters.set({ state })}
      />
      <Select
        label={words.destination}
        all={words.allDestinations}
        value={filter.destination}
        options={destinations.map(({ name }) => same(name))}
        onChange={(destination) => filters.set({ destination })}
      />
      <Select
        label={words.gate}
        all={words.allGates}
        value={filter.gate}
        options={gates.filter(({ outcome }) => outcome === 'keep').map(({ name }) => same(name))}
        onChange={(gate) => filters.set({ gate })}
      />
      <Select
        label={words.code}
        all={words.allCodes}
        value={filter.code}
        options={DELIVERY_CODE_WORDS.map(same)}
        onChange={(code) => filters.set({ code })}
      />
      {(['since', 'until'] as const).map((name) => (
        <label key={name} className="time">
          <span>{words[name]}</span>
          <input
            type="datetime-local"
            value={localTime(filter[name])}
            onChange={({ target }) => filters.set({ [name]: timeOf(target.value) })}
          />
        </label>
      ))}
      {isFiltered(filter) && (
        <Button
          kind="plain"
          onClick={() => filters.set(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])))}
        >
          {words.clear}
        </Button>
      )}
      <div className="row actions">{actions}</div>
    </form>
  );
}
