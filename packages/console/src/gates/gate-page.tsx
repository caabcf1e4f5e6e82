/** One gate: what its proof covers, its keys, how its sender is set up, and why a request fails there. */
import type { GateView } from '@countersign/api';
import { Link, useParams } from '@tanstack/react-router';
import { useCall } from '../api/use-call.ts';
import { type Filters, useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { GATES } from '../words/gates.ts';
import { ExplainTab } from './explain-tab.tsx';
import { modeBadges } from './gate-state.ts';
import { KeysTab } from './keys-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { SetUpTab } from './set-up-tab.tsx';
import './gates.css';

const EVERY_MS = 3_000;

export function GatePage() {
  const { gate: name = '' } = useParams({ strict: false });
  const gates = useCall('gates', {}, { everyMs: EVERY_MS });
  const filters = useFilters();
  const gate = gates.data?.find((each) => each.name === name);
  return (
    <Page
      title={gate?.name ?? GATES.title}
      lead={gate && <Lead gate={gate} />}
      actions={
        <Link className="button" to="/gates">
          {GATES.back}
        </Link>
      }
    >
      <Answered query={gates}>
        {() => (gate === undefined ? <NoGate /> : <GateTabs gate={gate} filters={filters} />)}
      </Answered>
    </Page>
  );
}

function Lead({ gate }: { readonly gate: GateView }) {
  return (
    <span className="row">
      <span className="mono">{gate.path}</span>
      <span>
        {gate.provider} → {GATES.outcomes[gate.outcome]}
      </span>
      {modeBadges(gate).map(({ label, tone }) => (
        <Badge key={label} tone={tone}>
          {label}
        </Badge>
      ))}
    </span>
  );
}

function GateTabs({ gate, filters }: { readonly gate: GateView; readonly filters: Filters }) {
  const { tabs } = GATES;
  return (
    <Tabs
      label={tabs.label}
      selected={filters.get('tab') ?? 'overview'}
      onSelect={(tab) => filters.set({ tab: tab === 'overview' ? undefined : tab })}
      tabs={[
        { id: 'overview', label: tabs.overview, content: () => <OverviewTab gate={gate} /> },
        {
          id: 'keys',
          label: tabs.keys,
          content: () => <KeysTab key={gate.name} gate={gate} filters={filters} />,
        },
        { id: 'set-up', label: tabs.setUp, content: () => <SetUpTab gate={gate} /> },
        {
          id: 'explain',
          label: tabs.explain,
          content: () => <ExplainTab key={gate.name} gate={gate.name} filters={filters} />,
        },
      ]}
    />
  );
}

function NoGate() {
  return (
    <Empty title={GATES.unknown.title}>
      <p>{GATES.unknown.text}</p>
      <Link className="button" to="/gates">
        {GATES.back}
      </Link>
    </Empty>
  );
}
