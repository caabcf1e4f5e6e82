/** What waits for each destination, and what failed for good: each number leads to its deliveries. */
import type { DestinationView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../destinations/health-badge.tsx';
import { destinationAddress } from '../shell/addresses.ts';
import type { Filters } from '../shell/search.ts';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { DELIVERIES } from '../words/deliveries.ts';

const STATES = ['waiting', 'behind', 'dead'] as const;

export interface QueueTableProps {
  readonly views: readonly DestinationView[];
  readonly filters: Filters;
}

export function QueueTable({ views, filters }: QueueTableProps) {
  const { queue } = DELIVERIES;
  return (
    <Table
      label={queue.label}
      placeClassName="card queue"
      isStacked
      columns={[
        queue.destination,
        queue.health,
        ...STATES.map((state) => ({ name: queue[state], isNumber: true as const })),
        queue.oldest,
      ]}
    >
      {views.map((view) => (
        <QueueRow key={view.name} view={view} filters={filters} />
      ))}
    </Table>
  );
}

function QueueRow({ view, filters }: { readonly view: DestinationView; readonly filters: Filters }) {
  const { queue, states } = DELIVERIES;
  const { name, totals, nextDueAt } = view;
  const to = destinationAddress(name);
  return (
    <tr data-selected={filters.get('destination') === name}>
      <th scope="row">
        <Link to={to}>{name}</Link>
      </th>
      <td data-name={queue.health}>
        <span className="row">
          <HealthBadge view={view} />
        </span>
      </td>
      {STATES.map((state) => {
        const count = totals[state] ?? 0;
        return (
          <td key={state} className="number" data-name={queue[state]}>
            {count === 0 ? (
              <span className="soft">{queue.none}</span>
            ) : (
              <button
                type="button"
                className="count"
                data-tone={state === 'dead' ? 'bad' : 'plain'}
                aria-label={queue.show(states[state], name, count)}
                onClick={() => filters.set({ destination: name, state })}
              >
                {count.toLocaleString('en')}
              </button>
            )}
          </td>
        );
      })}
      <td className="small" data-name={queue.oldest}>
        {nextDueAt === undefined ? (
          <span className="soft">{queue.none}</span>
        ) : (
          <Time at={nextDueAt} show="relative" />
        )}
      </td>
    </tr>
  );
}
