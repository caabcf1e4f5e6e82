/** Failures, one line for each kind. */

import { ISSUE_STATE_WORDS, type IssuePage, type IssueStateView } from '@countersign/api';
import { call, useCall } from '../api/use-call.ts';
import { PagedList } from '../events/paged-list.tsx';
import { numberOf, type Place, usePages } from '../events/use-pages.ts';
import { unsignedCommand } from '../gates/send-command.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import { SaveView } from '../shell/save-view.tsx';
import { type Filters, useFilters } from '../shell/search.ts';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { Select } from '../ui/select.tsx';
import { ISSUES } from '../words/issues.ts';
import { isFailure } from './is-failure.ts';
import { IssueNews } from './issue-news.tsx';
import { IssueRow } from './issue-row.tsx';
import '../events/events.css';
import '../ui/chips.css';
import '../ui/filters.css';
import './issues.css';

const LIMIT = 100;
const ROW_HEIGHT = 56;
const NARROW_ROW_HEIGHT = 104;
const SHOWN = [...ISSUE_STATE_WORDS, 'all'] as const;

export function IssuesPage() {
  const filters = useFilters();
  const shown = SHOWN.find((each) => each === filters.get('state')) ?? 'open';
  const state: IssueStateView | undefined = shown === 'all' ? undefined : shown;
  const [gate, destination, reason] = ['gate', 'destination', 'reason'].map((name) => filters.get(name));
  useLiveRefresh(['issues'], isFailure);
  const pages = usePages<IssuePage>({
    key: ['issues', state, gate, destination, reason],
    read: (before: Place) =>
      call('issues', {
        state,
        gate,
        destination,
        reason,
        limit: LIMIT,
        before: numberOf(before),
      }),
    next: (page) => page.next,
  });
  const isNarrow = [gate, destination, reason].some((value) => value !== undefined);
  return (
    <Page title={ISSUES.title} lead={ISSUES.lead} actions={<SaveView />}>
      <div className="stack issues">
        <IssueFilters filters={filters} shown={shown} />
        <IssueNews />
        <PagedList
          label={ISSUES.list}
          pages={pages}
          items={pages.data?.pages.flatMap((page) => page.issues) ?? []}
          isOver={false}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => `/issues/${encodeURIComponent(id)}`}
          row={(issue) => <IssueRow issue={issue} />}
          count={ISSUES.count}
          rowHeight={ROW_HEIGHT}
          narrowRowHeight={NARROW_ROW_HEIGHT}
          empty={<NoIssue isCalm={state === 'open' && !isNarrow} />}
        />
      </div>
    </Page>
  );
}

interface IssueFiltersProps {
  readonly filters: Filters;
  readonly shown: (typeof SHOWN)[number];
}

function IssueFilters({ filters, shown }: IssueFiltersProps) {
  const { filter: words, tabs } = ISSUES;
  const gates = useCall('gates', {}).data ?? [];
  const destinations = useCall('destinations', {}).data ?? [];
  return (
    <div className="issue-filters">
      <fieldset className="chips">
        <legend className="visually-hidden">{tabs.label}</legend>
        {SHOWN.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={each === shown}
            onClick={() => filters.set({ state: each === 'open' ? undefined : each })}
          >
            {tabs[each]}
          </button>
        ))}
      </fieldset>
      <div className="filters">
        <SearchField
          label={words.reason}
          placeholder={words.reasonPlaceholder}
          value={filters.get('reason') ?? ''}
          onChange={(text) => filters.set({ reason: text })}
        />
        <Select
          label={words.gate}
          all={words.allGates}
          value={filters.get('gate')}
          options={gates.map(({ name }) => [name, name])}
          onChange={(gate) => filters.set({ gate, destination: undefined })}
        />
        <Select
          label={words.destination}
          all={words.allDestinations}
          value={filters.get('destination')}
          options={destinations.map(({ name }) => [name, name])}
          onChange={(destination) => filters.set({ destination, gate: undefined })}
        />
      </div>
    </div>
  );
}

function NoIssue({ isCalm }: { readonly isCalm: boolean }) {
  const { empty } = ISSUES;
  const gate = useCall('gates', {}).data?.find(({ provider }) => provider !== 'none');
  return (
    <Empty title={isCalm ? empty.active : empty.other}>
      {isCalm && <p>{empty.activeText}</p>}
      <p>{empty.otherText}</p>
      {gate !== undefined && (
        <>
          <p>{empty.howTo}</p>
          <Code text={unsignedCommand(gate)} label={empty.commandLabel} />
        </>
      )}
    </Empty>
  );
}
