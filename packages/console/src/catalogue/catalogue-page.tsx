/** Every sender that can be verified: searched by name, header, algorithm and what its proof covers. */

import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { CatalogueRow } from './catalogue-row.tsx';
import { type CatalogueEntry, catalogueEntries, KINDS, matchingEntries, nearestEntry } from './entries.ts';
import '../ui/chips.css';
import './catalogue.css';

const DECLARE = '/catalogue/declared';

export function CataloguePage() {
  const { filter: words } = CATALOGUE;
  const filters = useFilters();
  const navigate = useNavigate();
  const all = useMemo(catalogueEntries, []);
  const text = filters.get('q') ?? '';
  const asked = filters.get('kind');
  const kind = KINDS.find((each) => each === asked);
  const shown = matchingEntries(all, text, kind);
  const nearest = shown.length === 0 ? nearestEntry(all, text) : undefined;
  return (
    <Page
      title={CATALOGUE.title}
      lead={CATALOGUE.lead}
      actions={
        <>
          <Button onClick={() => void navigate({ href: DECLARE })}>{words.declare}</Button>
          <SaveView />
        </>
      }
    >
      <div className="stack catalogue">
        <div className="catalogue-filters">
          <SearchField
            label={words.label}
            placeholder={words.placeholder}
            value={text}
            onChange={(text) => filters.set({ q: text })}
          />
          <fieldset className="chips">
            <legend className="visually-hidden">{words.kinds}</legend>
            {(['all', ...KINDS] as const).map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                aria-pressed={each === (kind ?? 'all')}
                onClick={() => filters.set({ kind: each === 'all' ? undefined : each })}
              >
                {words.kind[each]}
              </button>
            ))}
          </fieldset>
          <span className="small soft" role="status">
            {words.count(shown.length, all.length)}
          </span>
        </div>
        {shown.length === 0 ? (
          <Empty title={words.none}>
            {nearest !== undefined && (
              <p>
                {words.meant} <Link to={addressOf(nearest)}>{nearest.title}</Link>?
              </p>
            )}
            <p>{words.noneHint}</p>
            <Button onClick={() => void navigate({ href: DECLARE })}>{words.declare}</Button>
          </Empty>
        ) : (
          <div className="list-frame">
            <VirtualList
              // Another search begins at its top.
              key={`${kind}${text}`}
              label={CATALOGUE.list}
              items={shown}
              keyOf={({ key }) => key}
              row={(entry) => <CatalogueRow entry={entry} />}
              hrefOf={addressOf}
              rowHeight={62}
              narrowRowHeight={156}
              height="max(22rem, calc(100dvh - 14rem))"
            />
          </div>
        )}
      </div>
    </Page>
  );
}

function addressOf({ id, title }: CatalogueEntry): string {
  return id === undefined
    ? `${DECLARE}?sender=${encodeURIComponent(title)}`
    : `/catalogue/${encodeURIComponent(id)}`;
}
