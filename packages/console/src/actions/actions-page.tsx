/** The actions of each gate that answers, with their last runs. */

import type { ActionRunView, ActionView, GateActionsView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { useCall } from '../api/use-call.ts';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { ACTIONS } from '../words/actions.ts';
import './actions.css';

const RUNS_EVERY_MS = 5_000;

export function ActionsPage() {
  const actions = useCall('actions', {});
  return (
    <Page title={ACTIONS.title} lead={ACTIONS.lead} actions={<SaveView />}>
      <Answered query={actions}>
        {(gates) => (gates.length === 0 ? <NoActions /> : <GatesWithActions gates={gates} />)}
      </Answered>
    </Page>
  );
}

function NoActions() {
  return (
    <Empty title={ACTIONS.none}>
      <p>{ACTIONS.noneHint}</p>
      <div className="how-to-write">
        <Code text={ACTIONS.noneConfig} label={ACTIONS.noneLabel} />
      </div>
    </Empty>
  );
}

function GatesWithActions({ gates }: { readonly gates: readonly GateActionsView[] }) {
  const { filter: words } = ACTIONS;
  const filters = useFilters();
  const runs = useCall('actionRuns', {}, { everyMs: RUNS_EVERY_MS }).data ?? [];
  const text = filters.get('q') ?? '';
  const wanted = text.trim().toLowerCase();
  const shown = gates
    .map((view) => ({
      view,
      actions: view.actions.filter(({ name, description }) =>
        `${name} ${description}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter(({ actions }) => actions.length > 0);
  return (
    <div className="stack actions">
      <SearchField
        label={words.label}
        placeholder={words.placeholder}
        value={text}
        onChange={(text) => filters.set({ q: text })}
      />
      {shown.length === 0 && <p role="status">{ACTIONS.noMatch}</p>}
      {shown.map(({ view, actions }) => (
        <section key={view.gate} className="card gate-actions" aria-label={ACTIONS.gate(view.gate)}>
          <header className="row">
            <h2>{view.gate}</h2>
            <span className="soft small">
              {view.provider} · <span className="mono">{view.path}</span> ·{' '}
              {ACTIONS.count(view.actions.length)}
            </span>
            {view.registers && (
              <Link to="/actions/$gate" params={{ gate: view.gate }} className="small">
                {ACTIONS.registration.link}
              </Link>
            )}
          </header>
          <ul>
            {actions.map((action) => (
              <ActionRow
                key={action.name}
                gate={view.gate}
                action={action}
                run={runs.find((each) => each.gate === view.gate && each.action === action.name)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ActionRowProps {
  readonly gate: string;
  readonly action: ActionView;
  /** The last one. */
  readonly run: ActionRunView | undefined;
}

function ActionRow({ gate, action: { name, description, keys }, run }: ActionRowProps) {
  return (
    <li className="action-row">
      <div className="main">
        <Link to="/actions/$gate/$action" params={{ gate, action: name }} className="mono">
          {name}
        </Link>
        <span className="soft small">
          <StrangersText text={description} />
        </span>
      </div>
      <div className="small">
        {keys.length === 0 ? (
          <Badge tone="warn">{ACTIONS.noKey}</Badge>
        ) : (
          <span className="soft">{ACTIONS.keys(keys)}</span>
        )}
      </div>
      <div className="small run">
        {run === undefined ? (
          <span className="soft">{ACTIONS.neverRun}</span>
        ) : (
          <>
            <Badge tone={run.reason === undefined ? 'good' : 'bad'}>
              {run.reason === undefined ? ACTIONS.worked : ACTIONS.failed(run.reason)}
            </Badge>
            <span className="soft">
              <Time at={run.at} show="relative" /> · {ACTIONS.result.took(run.durationMs)}
            </span>
          </>
        )}
      </div>
    </li>
  );
}
