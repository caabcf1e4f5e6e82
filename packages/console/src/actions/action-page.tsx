/** One action of a gate: called for a test, its last runs, what it takes. */
import type { ActionView, GateActionsView } from '@countersign/api';
import { Link, useParams } from '@tanstack/react-router';
import { useCall } from '../api/use-call.ts';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ACTIONS } from '../words/actions.ts';
import { AboutAction } from './about-action.tsx';
import { ActionForm } from './action-form.tsx';
import { RunsTable } from './runs-table.tsx';
import './actions.css';

const RUNS_EVERY_MS = 3_000;

export function ActionPage() {
  const { gate = '', action = '' } = useParams({ strict: false });
  const actions = useCall('actions', {});
  if (actions.data === undefined)
    return (
      <Page title={ACTIONS.title}>
        <Answered query={actions}>{() => null}</Answered>
      </Page>
    );
  const view = actions.data.find((each) => each.gate === gate);
  const own = view?.actions.find(({ name }) => name === action);
  if (view === undefined || own === undefined) return <UnknownAction />;
  return <ShownAction key={`${gate}/${action}`} view={view} action={own} />;
}

function ShownAction({ view, action }: { readonly view: GateActionsView; readonly action: ActionView }) {
  const { tabs } = ACTIONS;
  const filters = useFilters();
  const { gate } = view;
  return (
    <Page
      title={action.name}
      lead={action.description}
      actions={
        <>
          <Link to="/actions">{ACTIONS.back}</Link>
          <SaveView />
        </>
      }
    >
      <Tabs
        label={tabs.label}
        selected={filters.get('tab') ?? 'test'}
        onSelect={(tab) => filters.set({ tab: tab === 'test' ? undefined : tab })}
        tabs={[
          { id: 'test', label: tabs.test, content: () => <ActionForm gate={gate} action={action} /> },
          { id: 'runs', label: tabs.runs, content: () => <ActionRuns gate={gate} action={action.name} /> },
          { id: 'about', label: tabs.about, content: () => <AboutAction view={view} action={action} /> },
        ]}
      />
    </Page>
  );
}

function ActionRuns({ gate, action }: { readonly gate: string; readonly action: string }) {
  const runs = useCall('actionRuns', { gate }, { everyMs: RUNS_EVERY_MS });
  return (
    <Answered query={runs}>
      {(all) => <RunsTable runs={all.filter((run) => run.action === action)} />}
    </Answered>
  );
}

function UnknownAction() {
  const { unknown, back } = ACTIONS;
  return (
    <Page title={ACTIONS.title}>
      <Empty title={unknown.title}>
        <p>{unknown.text}</p>
        <Link to="/actions">{back}</Link>
      </Empty>
    </Page>
  );
}
