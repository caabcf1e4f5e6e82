/** What of the live list is shown: a gate, a kind, a text. */

import type { Filters } from '../shell/search.ts';
import { SearchField } from '../ui/search-field.tsx';
import { plainText } from '../ui/visible-text.ts';
import { LIVE } from '../words/live.ts';
import type { GateCount } from './live-store.ts';
import '../ui/chips.css';

export interface LiveFiltersProps {
  readonly filters: Filters;
  readonly counts: ReadonlyMap<string, GateCount>;
}

export function LiveFilters({ filters, counts }: LiveFiltersProps) {
  const { filter } = LIVE;
  const gate = filters.get('gate');
  // A link may name a gate of which nothing came yet.
  const names = [...new Set([...counts.keys(), ...(gate === undefined ? [] : [gate])])].sort();
  return (
    <div className="live-filters">
      <fieldset className="chips">
        <legend className="visually-hidden">{filter.gates}</legend>
        <Chip
          isOn={gate === undefined}
          onClick={() => filters.set({ gate: undefined })}
          label={filter.all}
          count={undefined}
        />
        {names.map((name) => (
          <Chip
            key={name}
            isOn={gate === name}
            onClick={() => filters.set({ gate: gate === name ? undefined : name })}
            label={plainText(name)}
            count={counts.get(name)}
          />
        ))}
      </fieldset>
      <div className="row fields">
        <select
          aria-label={filter.verdict}
          value={filters.get('show') ?? ''}
          onChange={({ target }) => filters.set({ show: target.value })}
        >
          {Object.entries(filter.kinds).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
        <SearchField
          label={filter.text}
          placeholder={filter.placeholder}
          value={filters.get('q') ?? ''}
          onChange={(text) => filters.set({ q: text })}
        />
      </div>
    </div>
  );
}

interface ChipProps {
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly label: string;
  readonly count: GateCount | undefined;
}

function Chip({ isOn, onClick, label, count }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={onClick}>
      {label}
      {count !== undefined && (
        <>
          <span className="good" aria-hidden="true">
            {count.accepted.toLocaleString('en')}
          </span>
          <span className="bad" aria-hidden="true">
            {count.refused.toLocaleString('en')}
          </span>
          <span className="visually-hidden">{LIVE.filter.counts(count.accepted, count.refused)}</span>
        </>
      )}
    </button>
  );
}
