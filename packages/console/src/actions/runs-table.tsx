/** The last calls of an action, whoever made them. */
import type { ActionRunView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { ACTIONS } from '../words/actions.ts';

export function RunsTable({ runs }: { readonly runs: readonly ActionRunView[] }) {
  const { runs: words } = ACTIONS;
  if (runs.length === 0)
    return (
      <Empty title={words.none}>
        <p>{words.noneHint}</p>
      </Empty>
    );
  return (
    <div className="stack tight">
      <div className="card">
        <Table
          label={words.label}
          isStacked
          columns={[words.when, words.outcome, words.status, words.took, words.request]}
        >
          {runs.map(({ at, requestId, reason, status, durationMs }) => (
            <tr key={requestId}>
              <td data-name={words.when}>
                <Time at={at} />
              </td>
              <td data-name={words.outcome}>
                <Badge tone={reason === undefined ? 'good' : 'bad'}>
                  {reason === undefined ? ACTIONS.worked : ACTIONS.failed(reason)}
                </Badge>
              </td>
              <td data-name={words.status}>{status}</td>
              <td data-name={words.took}>{ACTIONS.result.took(durationMs)}</td>
              <td className="mono" data-name={words.request}>
                <Link to="/requests/$id" params={{ id: requestId }}>
                  {requestId}
                </Link>
              </td>
            </tr>
          ))}
        </Table>
      </div>
      <p className="small soft">{words.live}</p>
    </div>
  );
}
