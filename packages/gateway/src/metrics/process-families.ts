/** Figures of the process and its listeners. Names without `countersign_` are those that Prometheus' own libraries give. */
import type { Family, Sample } from './exposition.ts';
import type { Histogram } from './histogram.ts';
import type { ProcessFigures } from './process-figures.ts';

export interface ListenerFigures {
  readonly name: 'public' | 'admin';
  readonly connections: number;
}

export interface ServerFigures {
  readonly version: string;
  readonly process: ProcessFigures;
  readonly listeners: readonly ListenerFigures[];
  /** Of the public listener. */
  readonly maxConnections: number;
  readonly bodyBytes: number;
  readonly maxBodyBytes: number;
}

export function processFamilies(server: ServerFigures): readonly Family[] {
  const figures = server.process;
  const single = (
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    value: number | undefined,
  ): Family => ({
    name,
    type,
    help,
    samples: value === undefined ? [] : [{ labels: {}, value }],
  });
  return [
    {
      name: 'countersign_build_info',
      type: 'gauge',
      help: 'Always 1; the labels say which version of Countersign runs on which Node.',
      samples: [{ labels: { version: server.version, node: process.version }, value: 1 }],
    },
    {
      name: 'countersign_connections_open',
      type: 'gauge',
      help: 'Connections that are open, by listener.',
      samples: server.listeners.map(({ name, connections }) => ({
        labels: { listener: name },
        value: connections,
      })),
    },
    single(
      'gauge',
      'countersign_connections_limit',
      'Connections that the public listener takes (limits.maxConnections).',
      server.maxConnections,
    ),
    single(
      'gauge',
      'countersign_body_bytes_in_flight',
      'Memory that the bodies of requests in flight take.',
      server.bodyBytes,
    ),
    single(
      'gauge',
      'countersign_body_bytes_limit',
      'Memory that they may take together (limits.maxBodyBytesInFlight).',
      server.maxBodyBytes,
    ),
    {
      name: 'countersign_event_loop_lag_seconds',
      type: 'histogram',
      help: 'How late a timer was that looks ten times a second: how long a request may wait before anything is done for it.',
      samples: [{ labels: {}, value: figures.lag }],
    },
    single(
      'counter',
      'countersign_event_loop_busy_seconds_total',
      'Time in which the event loop worked and did not wait. Its rate is the load of the process’s one thread: 1 is all of it.',
      figures.busySeconds,
    ),
    single(
      'gauge',
      'process_start_time_seconds',
      'Start of the process, in seconds since the epoch.',
      figures.startedSeconds,
    ),
    single(
      'gauge',
      'process_resident_memory_bytes',
      'Memory of the process that is resident.',
      figures.residentBytes,
    ),
    single(
      'counter',
      'process_cpu_seconds_total',
      'CPU time of the process, of all its threads.',
      figures.cpuSeconds,
    ),
    single(
      'gauge',
      'process_open_fds',
      'Files, sockets and pipes that the process has open; absent outside Linux.',
      figures.openFiles,
    ),
    single(
      'gauge',
      'process_max_fds',
      'How many the system lets it open; absent outside Linux.',
      figures.maxFiles,
    ),
    single('gauge', 'nodejs_heap_size_used_bytes', 'Memory in use on the heap of V8.', figures.heapUsedBytes),
    single(
      'gauge',
      'nodejs_heap_size_total_bytes',
      'Memory that V8 has taken for its heap.',
      figures.heapBytes,
    ),
    single(
      'gauge',
      'nodejs_external_memory_bytes',
      'Memory outside the heap that objects on it hold: buffers, above all.',
      figures.externalBytes,
    ),
    {
      name: 'nodejs_gc_duration_seconds',
      type: 'histogram',
      help: 'Time that each collection of garbage took, by its kind. Counted from the first scrape on.',
      samples: Object.entries(figures.collections).map(
        ([kind, value]): Sample<Histogram> => ({ labels: { kind }, value }),
      ),
    },
  ];
}
