/** Figures of requests: what became of them, how long it took, what they claim. */
import type { Family, Sample } from './exposition.ts';
import type { GateDurations } from './gate-durations.ts';
import type { Histogram } from './histogram.ts';
import { type ModeFigures, modeFamilies } from './mode-families.ts';
import type { OutsideCounts } from './outside-counts.ts';
import { MAX_TENANTS } from './tenant-counts.ts';
import type { VerdictCounts } from './verdict-counts.ts';

export interface GateFigures {
  /** As the configuration names it. */
  readonly name: string;
  readonly counts: VerdictCounts;
  readonly durations: GateDurations;
  readonly claims: ClaimFigures;
  /** Refused requests that were to be kept and were not; undefined where the gate keeps none. */
  readonly refusedLeftOut: number | undefined;
  /** Undefined where the gate enforces one proof. */
  readonly modes: ModeFigures | undefined;
}

/** The claims of one gate. */
export interface ClaimFigures {
  /** Live ones, and expired ones whose room was not yet taken back. */
  readonly held: number;
  /** Since the start: forgotten before their end, for want of room. */
  readonly givenUp: number;
}

export interface RequestFigures {
  readonly gates: readonly GateFigures[];
  readonly outside: OutsideCounts;
  readonly inFlight: number;
  /** That all gates may hold together. */
  readonly maxClaims: number;
}

export function requestFamilies({ gates, outside, inFlight, maxClaims }: RequestFigures): readonly Family[] {
  const ofGates = <Value>(figureOf: (gate: GateFigures) => Value): readonly Sample<Value>[] =>
    gates.map((gate) => ({ labels: { gate: gate.name }, value: figureOf(gate) }));
  const durations = (name: keyof GateDurations): readonly Sample<Histogram>[] =>
    ofGates((gate) => gate.durations[name]);
  return [
    {
      name: 'countersign_requests_total',
      type: 'counter',
      help: 'Requests answered, by gate, verdict and reason. The gate is empty where a request led to none; the reason is empty where nothing failed.',
      samples: [
        ...gates.flatMap(({ name, counts }) => verdicts({ gate: name }, counts)),
        ...verdicts({ gate: '' }, outside.unrouted, 'refused'),
      ],
    },
    {
      name: 'countersign_sender_probes_total',
      type: 'counter',
      help: 'Refused requests that are taken for a platform’s own tests with wrong signatures (Discord, Xero), by gate; they are not in countersign_requests_total. At most six an hour are, of one gate and process.',
      samples: gates.flatMap(({ name, counts: { probes } }) =>
        probes.count === 0 ? [] : [{ labels: { gate: name }, value: probes.count }],
      ),
    },
    {
      name: 'countersign_tenant_requests_total',
      type: 'counter',
      help: `Requests accepted, by gate and the tenant whose key proved them. The tenant is empty for all but the first ${MAX_TENANTS} of a gate.`,
      samples: gates.flatMap(({ name, counts }) =>
        counts.tenants
          .list()
          .map(({ tenant = '', count }) => ({ labels: { gate: name, tenant }, value: count })),
      ),
    },
    {
      name: 'countersign_session_requests_total',
      type: 'counter',
      help: 'Requests answered on the routes of sessions, by session, verdict and reason.',
      samples: [...outside.sessions].flatMap(([session, counts]) => verdicts({ session }, counts)),
    },
    {
      name: 'countersign_requests_in_flight',
      type: 'gauge',
      help: 'Requests whose outcome is awaited now; those whose body is still coming are not among them.',
      samples: [{ labels: {}, value: inFlight }],
    },
    {
      name: 'countersign_request_duration_seconds',
      type: 'histogram',
      help: 'Time from the head of a request to its answer, by gate.',
      samples: durations('request'),
    },
    {
      name: 'countersign_verify_duration_seconds',
      type: 'histogram',
      help: 'Time to judge a request once its body is there: its proof, keys that have to be fetched, its claim.',
      samples: durations('verify'),
    },
    {
      name: 'countersign_outcome_duration_seconds',
      type: 'histogram',
      help: 'Time from the verdict to what came of it: the action, the answer of the upstream, the commit of the store.',
      samples: durations('outcome'),
    },
    {
      name: 'countersign_claims_held',
      type: 'gauge',
      help: 'Claims held in memory, by which repeats are told: one a request that was taken, until its end; expired ones until their room is needed.',
      samples: ofGates(({ claims }) => claims.held),
    },
    {
      name: 'countersign_claims_limit',
      type: 'gauge',
      help: 'Claims that all gates may hold together (replay.maxClaims).',
      samples: [{ labels: {}, value: maxClaims }],
    },
    {
      name: 'countersign_claims_given_up_total',
      type: 'counter',
      help: 'Claims forgotten before their end for want of room: an event that is delivered again, signed anew, is taken for a new one.',
      samples: ofGates(({ claims }) => claims.givenUp),
    },
    {
      name: 'countersign_refused_left_out_total',
      type: 'counter',
      help: 'Refused requests that were to be kept for explaining (keepRefused) and were not: too many came at once, or the store did not take them.',
      samples: gates.flatMap(({ name, refusedLeftOut }) =>
        refusedLeftOut === undefined ? [] : [{ labels: { gate: name }, value: refusedLeftOut }],
      ),
    },
    ...modeFamilies(gates),
  ];
}

/** @param first is there from the start, so that a rate sees the first of them */
function verdicts(
  labels: Readonly<Record<string, string>>,
  counts: VerdictCounts,
  first: 'accepted' | 'refused' = 'accepted',
): readonly Sample<number>[] {
  const counted = counts.list();
  const none = counted.some(({ verdict, reason }) => verdict === first && reason === undefined)
    ? []
    : [{ labels: { ...labels, verdict: first, reason: '' }, value: 0 }];
  return [
    ...none,
    ...counted.map(({ verdict, reason = '', count }) => ({
      labels: { ...labels, verdict, reason },
      value: count,
    })),
  ];
}
