/** Sample requests that the gateway sends to itself: what each is expected to come to, and what it came to. */
import { AdminError, type SandboxChange, type SandboxScenarioView, type SandboxView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call, callKey, useCall } from '../api/use-call.ts';
import { requestAddress } from '../shell/addresses.ts';
import { Answered, Failure } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { SANDBOX } from '../words/sandbox.ts';
import { UI } from '../words/ui.ts';

export function SandboxDialog({ onClose }: { readonly onClose: () => void }) {
  const sandbox = useCall('sandbox', {});
  const isMissing = sandbox.error instanceof AdminError && sandbox.error.code === 'no-sandbox';
  return (
    <Dialog label={SANDBOX.title} onClose={onClose} className="sandbox-dialog">
      <div className="stack">
        <h2>{SANDBOX.title}</h2>
        {isMissing ? (
          <NoSandbox />
        ) : (
          <Answered query={sandbox}>{(view) => <Scenarios view={view} />}</Answered>
        )}
        <div>
          <Button onClick={onClose}>{UI.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function NoSandbox() {
  const { title, text, command, commandLabel } = SANDBOX.none;
  return (
    <>
      <p>
        <b>{title}.</b> {text}
      </p>
      <Code text={command} label={commandLabel} />
    </>
  );
}

function Scenarios({ view: { isPlaying, scenarios } }: { readonly view: SandboxView }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (input: SandboxChange) => call('changeSandbox', input),
    async onSuccess(view) {
      const queryKey = callKey('sandbox', {});
      // An answer that is still on its way is of before.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, view);
    },
  });
  if (scenarios.length === 0) return <p>{SANDBOX.empty}</p>;
  return (
    <>
      <p>{SANDBOX.lead}</p>
      <div className="row">
        <RoleButton
          needs="operator"
          disabled={change.isPending}
          onClick={() => change.mutate({ change: isPlaying ? 'pause' : 'resume' })}
        >
          {isPlaying ? SANDBOX.pause : SANDBOX.resume}
        </RoleButton>
        <span role="status" className="small soft">
          {isPlaying ? SANDBOX.playing : ''}
        </span>
      </div>
      {change.isError && <Failure error={change.error} />}
      {groupsOf(scenarios).map(([group, members]) => (
        <div key={group} className="stack tight">
          <h3>{group}</h3>
          <Table
            label={SANDBOX.group(group)}
            isStacked
            columns={[SANDBOX.request, SANDBOX.expects, SANDBOX.last, SANDBOX.send]}
          >
            {members.map((scenario) => (
              <tr key={scenario.id}>
                <td data-name={SANDBOX.request}>
                  <StrangersText text={scenario.title} />
                </td>
                <td className="mono" data-name={SANDBOX.expects}>
                  {scenario.expects}
                </td>
                <td data-name={SANDBOX.last}>
                  <LastResult scenario={scenario} />
                </td>
                <td>
                  <RoleButton
                    needs="operator"
                    aria-label={SANDBOX.sendLabel(scenario.id)}
                    disabled={change.isPending}
                    onClick={() => change.mutate({ change: 'play', scenario: scenario.id })}
                  >
                    {SANDBOX.send}
                  </RoleButton>
                </td>
              </tr>
            ))}
          </Table>
        </div>
      ))}
    </>
  );
}

function LastResult({ scenario: { id, expects, last } }: { readonly scenario: SandboxScenarioView }) {
  if (last === undefined) return <span className="soft">{SANDBOX.notSent}</span>;
  const { verdict, requestId } = last;
  const isExpected = verdict === expects;
  const to = requestAddress(requestId);
  return (
    <span className="row">
      <span className="mono">{verdict}</span>
      <Badge tone={isExpected ? 'good' : 'bad'}>{isExpected ? SANDBOX.isExpected : SANDBOX.isOther}</Badge>
      <Link to={to} aria-label={SANDBOX.seeLabel(id)}>
        {SANDBOX.see}
      </Link>
    </span>
  );
}

/** By gate, or by the sender that is simulated: what stands before the slash of an id. */
function groupsOf(scenarios: readonly SandboxScenarioView[]) {
  const groups = new Map<string, SandboxScenarioView[]>();
  for (const scenario of scenarios) {
    const [name = ''] = scenario.id.split('/');
    groups.set(name, [...(groups.get(name) ?? []), scenario]);
  }
  return [...groups];
}
