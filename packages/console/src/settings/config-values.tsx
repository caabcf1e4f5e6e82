/** Each setting with its value, by section; what nobody wrote is shown on demand. */

import type { ConfigView } from '@countersign/api';
import { useMemo } from 'react';
import type { Filters } from '../shell/search.ts';
import { Badge } from '../ui/badge.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { SETTINGS } from '../words/settings.ts';
import { type ConfigSection, configRows, configSections } from './config-rows.ts';

export interface ConfigValuesProps {
  readonly view: ConfigView;
  readonly filters: Filters;
}

export function ConfigValues({ view, filters }: ConfigValuesProps) {
  const { configuration: words } = SETTINGS;
  const rows = useMemo(() => configRows(view), [view]);
  const text = (filters.get('q') ?? '').trim().toLowerCase();
  const hasDefaults = filters.get('defaults') === 'shown';
  const shown = rows.filter(
    ({ path, value, isDefault }) =>
      (hasDefaults || !isDefault) && `${path}\n${value}`.toLowerCase().includes(text),
  );
  return (
    <div className="stack tight">
      <h3>{words.show}</h3>
      <div className="row">
        <SearchField
          label={words.find}
          placeholder={words.find}
          value={filters.get('q') ?? ''}
          onChange={(text) => filters.set({ q: text })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={hasDefaults}
            onChange={({ target }) => filters.set({ defaults: target.checked ? 'shown' : undefined })}
          />
          <span>{words.withDefaults}</span>
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="soft">{words.none}</p>
      ) : (
        <div className="config-sections">
          {configSections(shown).map((section) => (
            <Section
              key={section.name}
              section={section}
              isOpen={text !== '' || filters.get('section') === section.name}
              onToggle={(isOpen) => {
                if (text === '') filters.set({ section: isOpen ? section.name : undefined });
              }}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface SectionProps {
  readonly section: ConfigSection;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}

/** Its rows are in the page while it is open. */
function Section({ section: { name, rows }, isOpen, onToggle }: SectionProps) {
  const { configuration: words } = SETTINGS;
  return (
    <section className="config-section">
      <h4>
        <button type="button" aria-expanded={isOpen} onClick={() => onToggle(!isOpen)}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> <span className="mono">{name}</span>
          <span className="small soft">{rows.length.toLocaleString('en')}</span>
        </button>
      </h4>
      {isOpen && (
        <Table label={name} className="config-table" isHeadless columns={[words.path, words.value]}>
          {rows.map(({ path, value, isDefault }) => (
            <tr key={path}>
              <th scope="row" className="mono">
                {path}
              </th>
              <td className="mono">
                <StrangersText text={value} /> {isDefault && <Badge>{words.isDefault}</Badge>}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
