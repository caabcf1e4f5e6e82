/** Which kept requests are listed. A text is asked for with Enter: each search reads a part of the store. */
import { useCall } from '../api/use-call.ts';
import type { Filters } from '../shell/search.ts';
import { useTypedFilters } from '../shell/typed-filters.ts';
import { Button } from '../ui/button.tsx';
import { localTime, timeOf } from '../ui/local-time.ts';
import { SearchField } from '../ui/search-field.tsx';
import { Select } from '../ui/select.tsx';
import { EVENTS } from '../words/events.ts';
import { FILTER_NAMES, TYPED_NAMES } from './events-filter.ts';
import { MoreFilters } from './more-filters.tsx';
import { TypedField } from './typed-field.tsx';

export interface EventsFiltersProps {
  readonly filters: Filters;
  readonly isRefused: boolean;
}

export function EventsFilters({ filters, isRefused }: EventsFiltersProps) {
  const { filter: words } = EVENTS;
  const gates = useCall('gates', {}).data ?? [];
  const typed = useTypedFilters(filters, TYPED_NAMES);
  const isWords = filters.get('by') === 'words';
  const kept = isWords ? words.wordsPlaceholder : words.placeholder;
  return (
    <form className="filters" onSubmit={typed.submit}>
      <SearchField
        label={words.text}
        placeholder={isRefused ? words.refusedPlaceholder : kept}
        maxLength={500}
        value={typed.textOf('q')}
        onChange={(text) => typed.type('q', text)}
      />
      {!isRefused && (
        <Select
          label={words.by}
          all={words.kinds.bytes}
          value={isWords ? 'words' : undefined}
          options={[['words', words.kinds.words]]}
          onChange={(by) => filters.set({ by })}
        />
      )}
      <Select
        label={words.gate}
        all={words.allGates}
        value={filters.get('gate')}
        options={gates.map(({ name }) => [name, name])}
        onChange={(gate) => filters.set({ gate })}
      />
      {!isRefused && <TypedField typed={typed} name="type" label={words.type} maxLength={200} />}
      <Received filters={filters} />
      <Button type="submit">{words.search}</Button>
      {FILTER_NAMES.some((name) => filters.get(name) !== undefined) && (
        <Button
          kind="plain"
          onClick={() => filters.set(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])))}
        >
          {words.clear}
        </Button>
      )}
      <MoreFilters
        filters={filters}
        typed={typed}
        isRefused={isRefused}
        isTextOnly={!isRefused && !isWords && (filters.get('q') ?? '') !== ''}
      />
    </form>
  );
}

/** Since when, and until when. */
function Received({ filters }: Pick<EventsFiltersProps, 'filters'>) {
  const { filter: words } = EVENTS;
  return (
    <>
      <select
        aria-label={words.within}
        value={filters.get('within') ?? ''}
        onChange={({ target }) => filters.set({ within: target.value })}
      >
        {Object.entries(words.spans).map(([span, label]) => (
          <option key={span} value={span}>
            {label}
          </option>
        ))}
      </select>
      <label className="time">
        <span>{words.until}</span>
        <input
          type="datetime-local"
          value={localTime(timeOf(filters.get('until')))}
          onChange={({ target }) => filters.set({ until: timeOf(target.value) })}
        />
      </label>
    </>
  );
}
