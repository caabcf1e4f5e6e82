/** One sender: how it proves its requests, what that leaves open, how it is set up; and a playground. */
import { findProvider, type Provider } from '@countersign/core';
import { Link, useParams } from '@tanstack/react-router';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { DeclaredPage } from './declared-page.tsx';
import { Overview } from './overview.tsx';
import { Playground } from './playground.tsx';
import { ProviderSetUp } from './provider-set-up.tsx';
import { startTarget } from './sign-bench.ts';
import './catalogue.css';
import { Sentence } from '../ui/sentence.tsx';

export function ProviderPage() {
  const { provider: id = '' } = useParams({ strict: false });
  if (id === 'declared') return <DeclaredPage />;
  const provider = findProvider(id);
  return provider === undefined ? <UnknownProvider /> : <KnownProvider key={id} provider={provider} />;
}

function KnownProvider({ provider }: { readonly provider: Provider }) {
  const { tabs } = CATALOGUE;
  const filters = useFilters();
  const { id, title, summary } = provider;
  return (
    <Page
      title={title}
      lead={
        <>
          <span className="mono">{id}</span> · <Sentence text={summary} />
        </>
      }
      actions={
        <>
          <Link to="/catalogue">{CATALOGUE.back}</Link>
          <SaveView />
        </>
      }
    >
      <Tabs
        label={tabs.label}
        selected={filters.get('tab') ?? 'playground'}
        onSelect={(tab) => filters.set({ tab: tab === 'playground' ? undefined : tab })}
        tabs={[
          {
            id: 'playground',
            label: tabs.playground,
            content: () => <Playground start={startTarget(id)} filters={filters} />,
          },
          { id: 'overview', label: tabs.overview, content: () => <Overview provider={provider} /> },
          { id: 'set-up', label: tabs.setUp, content: () => <ProviderSetUp provider={provider} /> },
        ]}
      />
    </Page>
  );
}

function UnknownProvider() {
  const { unknown, back } = CATALOGUE;
  return (
    <Page title={CATALOGUE.title}>
      <Empty title={unknown.title}>
        <p>{unknown.text}</p>
        <Link to="/catalogue">{back}</Link>
      </Empty>
    </Page>
  );
}
