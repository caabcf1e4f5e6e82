/** Figures of a gateway that nobody runs: with as many gates and destinations as a test wants. */
import type { DeliveryFigures } from '../../src/metrics/delivery-figures.ts';
import { createGateDurations, type GateDurations } from '../../src/metrics/gate-durations.ts';
import type { GatewayFigures } from '../../src/metrics/gateway-metrics.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import { createOutsideCounts } from '../../src/metrics/outside-counts.ts';
import { VerdictCounts } from '../../src/metrics/verdict-counts.ts';

function filled(): Histogram {
  const histogram = new Histogram();
  for (let ms = 0.001; ms < 50_000; ms *= 1.5) histogram.observe(ms);
  return histogram;
}

function busyDurations(): GateDurations {
  const durations = createGateDurations();
  return { ...durations, request: filled(), verify: filled(), outcome: filled() };
}

function busyCounts(): VerdictCounts {
  const counts = new VerdictCounts();
  counts.count({ verdict: 'accepted', tenant: 'acme', answer: { status: 200 } }, 'req-1');
  for (const reason of ['signature-mismatch', 'expired', 'replayed', 'no-gate'] as const)
    counts.count({ verdict: 'refused', reason, answer: { status: 401 } }, 'req-2');
  counts.count(
    { verdict: 'refused', reason: 'signature-mismatch', isProbe: true, answer: { status: 401 } },
    'req-5',
  );
  counts.count({ verdict: 'refused', reason: 'expired', letThrough: true, answer: { status: 200 } }, 'req-4');
  return counts;
}

export function figuresOf(gateNames: readonly string[], deliveries: DeliveryFigures): GatewayFigures {
  const gates = gateNames.map((name) => ({
    name,
    counts: busyCounts(),
    durations: busyDurations(),
    claims: { held: 10_000, givenUp: 3 },
    refusedLeftOut: 7,
    modes: {
      monitors: () => true,
      acceptedByProof: new Map([['github', 3]]),
      shadow: {
        counts: { 'both-accept': 1, 'both-refuse': 2, 'only-first': 3, 'only-shadow': 4 },
        dropped: 5,
      },
    },
  }));
  const space = { bytes: 1e9, logBytes: 4e6, reusableBytes: 0, freeBytes: 1e12 };
  const writes = {
    depth: 3,
    maxDepth: 10_000,
    ageMs: 12,
    writes: filled(),
    commits: filled(),
    turnedAway: 0,
    failed: 0,
  };
  const outside = createOutsideCounts(['a session']);
  outside.unrouted.count({ verdict: 'refused', reason: 'no-gate', answer: { status: 404 } }, 'req-3');
  return {
    requests: () => ({ gates, outside, inFlight: 2, maxClaims: 1e6 }),
    store: { writes, space: async () => space, isUp: () => true, behindMs: () => 0 },
    deliveries,
    config: () => ({ counts: new Map([['applied', 3]]), loadedMs: 1_700_000_000_000, unreadSecrets: 0 }),
    issues: () => ({ open: 2, acknowledged: 1, closed: 0 }),
    keys: () => ({
      gates: gateNames,
      keys: gateNames.map((gate) => ({
        gate,
        id: 'main',
        state: 'active',
        isUsable: true,
        hits: 17,
        unusedMs: 1_500,
        untilMs: 1_800_000_000_000,
      })),
    }),
    sessions: () => [
      { name: 'a session', state: 'due', ageMs: 5_500, expiresAtMs: 1_800_000_000_000, failures: 2 },
    ],
    claimsServer: { isUp: () => true, waits: filled(), unchecked: new Map([['answers', 2]]) },
    telemetry: () => ({ exported: 90, dropped: 3, waiting: 7 }),
    tls: () => [{ listener: 'public', expiresMs: 1_800_000_000_000, failedHandshakes: 3 }],
    server: () => ({
      version: '0.0.0',
      process: {
        startedSeconds: 1,
        residentBytes: 1e8,
        cpuSeconds: 1,
        lag: filled(),
        busySeconds: 2,
        heapUsedBytes: 3e7,
        heapBytes: 4e7,
        externalBytes: 5e6,
        collections: { minor: filled(), major: filled(), incremental: filled(), weakcb: filled() },
        openFiles: 30,
        maxFiles: 1024,
      },
      listeners: [{ name: 'public', connections: 4 }],
      maxConnections: 10,
      bodyBytes: 5,
      maxBodyBytes: 6,
    }),
  };
}
