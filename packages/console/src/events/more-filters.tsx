/** The filters that are not needed every day. */
import { EVENT_VERDICTS } from '@countersign/api';
import type { Filters } from '../shell/search.ts';
import type { TypedFilters } from '../shell/typed-filters.ts';
import { Select } from '../ui/select.tsx';
import { EVENTS } from '../words/events.ts';
import { EVENT_ONLY_NAMES, MORE_NAMES, TYPED_MORE_NAMES } from './events-filter.ts';
import { TypedField, type TypedName } from './typed-field.tsx';

/** Characters. */
const MOST_OF_REASON = 60;
const MOST = 500;

export interface MoreFiltersProps {
  readonly filters: Filters;
  readonly typed: TypedFilters<TypedName>;
  readonly isRefused: boolean;
  /** A text is searched byte for byte: that goes with none of these. */
  readonly isTextOnly: boolean;
}

export function MoreFilters({ filters, typed, isRefused, isTextOnly }: MoreFiltersProps) {
  const { filter: words } = EVENTS;
  const names = TYPED_MORE_NAMES.filter((name) => !isRefused || !EVENT_ONLY_NAMES.includes(name));
  return (
    <details className="more" open={MORE_NAMES.some((name) => filters.get(name) !== undefined)}>
      <summary>{words.more}</summary>
      {isTextOnly ? (
        <p className="small soft">{words.textOnly}</p>
      ) : (
        <div className="filters">
          {!isRefused && (
            <Select
              label={words.verdict}
              all={words.allVerdicts}
              value={filters.get('verdict')}
              options={EVENT_VERDICTS.map((verdict) => [verdict, words.verdicts[verdict]])}
              onChange={(verdict) => filters.set({ verdict })}
            />
          )}
          {names.map((name) => (
            <span key={name} className="field-of-more">
              <TypedField
                typed={typed}
                name={name}
                label={words[name]}
                maxLength={name === 'reason' ? MOST_OF_REASON : MOST}
              />
            </span>
          ))}
        </div>
      )}
    </details>
  );
}
