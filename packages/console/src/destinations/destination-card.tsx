/** One destination: how it fares, what waits, its switches. */
import type { DestinationView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import type { Filters } from '../shell/search.ts';
import { Badge } from '../ui/badge.tsx';
import { type Fact, Facts } from '../ui/facts.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { DESTINATIONS } from '../words/destinations.ts';
import { DestinationActions } from './destination-actions.tsx';
import { HealthBadge } from './health-badge.tsx';
import { TryOut } from './try-out.tsx';

export interface DestinationCardProps {
  readonly view: DestinationView;
  readonly filters: Filters;
}

const TOTALS = ['waiting', 'behind', 'dead', 'delivered', 'muted', 'cancelled'] as const;

export function DestinationCard({ view, filters }: DestinationCardProps) {
  const { name, kind, target } = view;
  const isTried = filters.get('try') === name;
  return (
    <article className="card stack tight destination" aria-label={name}>
      <header>
        <div className="row">
          <h2>{name}</h2>
          <HealthBadge view={view} />
          {kind !== undefined && <Badge>{DESTINATIONS.kinds[kind] ?? kind}</Badge>}
        </div>
        <DestinationActions view={view} filters={filters} />
      </header>
      <p className="mono small target">
        {target === undefined ? DESTINATIONS.formerText : <StrangersText text={target} />}
      </p>
      <Totals view={view} />
      <Facts facts={factsOf(view)} />
      {isTried && <TryOut destination={name} filters={filters} />}
    </article>
  );
}

function Totals({ view: { name, totals } }: { readonly view: DestinationView }) {
  return (
    <ul className="totals" aria-label={DESTINATIONS.totalsLabel(name)}>
      {TOTALS.filter((state) => state === 'waiting' || state === 'dead' || (totals[state] ?? 0) > 0).map(
        (state) => {
          const to: string = `/deliveries?destination=${encodeURIComponent(name)}&state=${state}`;
          const count = totals[state] ?? 0;
          return (
            <li key={state} data-tone={count > 0 && state === 'dead' ? 'bad' : 'plain'}>
              <Link to={to}>
                <b>{count.toLocaleString('en')}</b> {DESTINATIONS.totals[state]}
              </Link>
            </li>
          );
        },
      )}
    </ul>
  );
}

function factsOf(view: DestinationView): readonly (Fact | undefined)[] {
  const { facts, reasons } = DESTINATIONS;
  const { kind, state, reason, since, heldBy, drainPerSecond, failingSince, inFlight } = view;
  const { lastDeliveredAt, lastFailure, lastMinute, nextDueAt } = view;
  const isRun = kind !== undefined;
  return [
    state === 'active' || since === undefined
      ? undefined
      : {
          name: facts.since(state),
          value: (
            <>
              <Time at={since} />
              {reason !== undefined && <span className="soft"> · {reasons[reason] ?? reason}</span>}
            </>
          ),
        },
    isRun
      ? {
          name: facts.delivered,
          value: lastDeliveredAt === undefined ? facts.none : <Time at={lastDeliveredAt} />,
        }
      : undefined,
    lastFailure === undefined
      ? undefined
      : {
          name: facts.failed,
          value: (
            <>
              <Time at={lastFailure.at} /> · <span className="mono">{lastFailure.code}</span>
              {lastFailure.status !== undefined && ` ${facts.status(lastFailure.status)}`}
            </>
          ),
        },
    failingSince === undefined ? undefined : { name: facts.failingSince, value: <Time at={failingSince} /> },
    isRun && state === 'active'
      ? {
          name: facts.circuit,
          value: heldBy === 'circuit-open' ? facts.circuits.open : facts.circuits.closed,
        }
      : undefined,
    lastMinute === undefined
      ? undefined
      : { name: facts.rate, value: facts.rateText(lastMinute.delivered, lastMinute.failed) },
    inFlight === 0 ? undefined : { name: facts.inFlight, value: inFlight.toLocaleString('en') },
    drainPerSecond === undefined ? undefined : { name: facts.drain, value: facts.drainText(drainPerSecond) },
    nextDueAt === undefined ? undefined : { name: facts.next, value: <Time at={nextDueAt} /> },
  ];
}
