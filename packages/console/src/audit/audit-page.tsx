/** Who changed or saw what. */
import { AUDIT_KINDS, type AuditEntryView, type AuditPage as AuditPageView, ROUTES } from '@countersign/api';
import { useMay } from '../api/session.ts';
import { call } from '../api/use-call.ts';
import { PagedList } from '../events/paged-list.tsx';
import { numberOf, type Place, usePages } from '../events/use-pages.ts';
import { SaveView } from '../shell/save-view.tsx';
import { type Filters, useFilters } from '../shell/search.ts';
import { useTypedFilters } from '../shell/typed-filters.ts';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { Select } from '../ui/select.tsx';
import { AUDIT } from '../words/audit.ts';
import { AuditEntryDialog } from './audit-entry-dialog.tsx';
import { AuditRow } from './audit-row.tsx';
import { AuditVerify } from './audit-verify.tsx';
import '../events/events.css';
import '../ui/filters.css';
import './audit.css';

const LIMIT = 100;

export function AuditPage() {
  const mayRead = useMay('admin');
  const filters = useFilters();
  return (
    <Page title={AUDIT.title} lead={AUDIT.lead} actions={<SaveView />}>
      {mayRead ? (
        <div className="stack audit">
          <AuditVerify />
          <AuditFilters
            // What was typed and not asked for is no state of the address.
            key={filters.get('who')}
            filters={filters}
          />
          <AuditList filters={filters} />
        </div>
      ) : (
        <NoteBox tone="warn">
          <p>{AUDIT.needs}</p>
        </NoteBox>
      )}
    </Page>
  );
}

/** Routes that come up in the log. */
const ROUTE_NAMES: readonly string[] = Object.entries(ROUTES)
  .filter(
    ([, { method, reveals, readsOnly }]) => reveals === true || (method !== 'GET' && readsOnly !== true),
  )
  .map(([name]) => name)
  .sort();

function AuditFilters({ filters }: { readonly filters: Filters }) {
  const { filter: words } = AUDIT;
  const typed = useTypedFilters(filters, ['who']);
  return (
    <form className="filters" onSubmit={typed.submit}>
      <SearchField
        label={words.who}
        placeholder={words.whoPlaceholder}
        value={typed.textOf('who')}
        onChange={(text) => typed.type('who', text)}
      />
      <Select
        label={words.route}
        all={words.all}
        value={filters.get('route')}
        options={ROUTE_NAMES.map((name) => [name, name])}
        onChange={(route) => filters.set({ route })}
      />
      <Select
        label={words.kind}
        all={words.allKinds}
        value={filters.get('kind')}
        options={Object.entries(words.kinds)}
        onChange={(kind) => filters.set({ kind })}
      />
    </form>
  );
}

function AuditList({ filters }: { readonly filters: Filters }) {
  const who = filters.get('who');
  const route = filters.get('route');
  const kind = AUDIT_KINDS.find((word) => word === filters.get('kind'));
  const pages = usePages<AuditPageView>({
    key: ['audit', who, route, kind],
    read: (before: Place) =>
      call('audit', {
        who,
        route,
        kind,
        limit: LIMIT,
        before: numberOf(before),
      }),
    next: (page) => page.next,
  });
  const items = pages.data?.pages.flatMap(({ entries }) => entries) ?? [];
  const open = items.find(({ seq }) => String(seq) === filters.get('entry'));
  return (
    <>
      <PagedList<AuditPageView, AuditEntryView>
        label={AUDIT.list}
        pages={pages}
        items={items}
        isOver={false}
        keyOf={({ seq }) => String(seq)}
        hrefOf={({ seq }) => filters.hrefOf({ entry: String(seq) })}
        onOpen={({ seq }) => filters.set({ entry: String(seq) })}
        row={(entry) => <AuditRow entry={entry} />}
        count={AUDIT.count}
        empty={<NoEntry isFiltered={who !== undefined || route !== undefined || kind !== undefined} />}
      />
      {open !== undefined && (
        <AuditEntryDialog entry={open} onClose={() => filters.set({ entry: undefined })} />
      )}
    </>
  );
}

function NoEntry({ isFiltered }: { readonly isFiltered: boolean }) {
  const { empty } = AUDIT;
  if (isFiltered)
    return (
      <Empty title={empty.noMatch}>
        <p>{empty.noneOfFilter}</p>
      </Empty>
    );
  return (
    <Empty title={empty.title}>
      <p>{empty.text}</p>
      <Code text={empty.command} label={empty.label} />
    </Empty>
  );
}
