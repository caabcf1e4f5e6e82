/** Figures of traces: whether what is recorded comes to the collector. */
import type { Family } from './exposition.ts';

/** Spans since the start. */
export interface TelemetryFigures {
  readonly exported: number;
  readonly dropped: number;
  readonly waiting: number;
}

/** @param figures undefined where traces are off */
export function telemetryFamilies(figures: TelemetryFigures | undefined): readonly Family[] {
  if (figures === undefined) return [];
  return [
    {
      name: 'countersign_telemetry_spans_total',
      type: 'counter',
      help: 'Spans by what became of them: exported to the collector, or dropped because too many waited or the collector did not take them.',
      samples: (['exported', 'dropped'] as const).map((result) => ({
        labels: { result },
        value: figures[result],
      })),
    },
    {
      name: 'countersign_telemetry_spans_waiting',
      type: 'gauge',
      help: 'Spans that wait to be exported; at most 4,096.',
      samples: [{ labels: {}, value: figures.waiting }],
    },
  ];
}
