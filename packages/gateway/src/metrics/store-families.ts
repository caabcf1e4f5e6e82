/** Figures of the store: the way to the disk, and the room there. */
import type { Family } from './exposition.ts';
import type { StoreSpace, WriteFigures } from './store-figures.ts';

export interface StoreState {
  /** Whether it takes what it is given, as far as is known. */
  readonly isUp: boolean;
  /** How long ago what other gateways on it change was read. */
  readonly behindMs: number;
  readonly writes: WriteFigures;
  readonly space: StoreSpace;
}

export function storeFamilies({ isUp, behindMs, writes, space }: StoreState): readonly Family[] {
  const gauge = (name: string, help: string, value: number | undefined): Family => ({
    name: `countersign_store_${name}`,
    type: 'gauge',
    help,
    samples: value === undefined ? [] : [{ labels: {}, value }],
  });
  return [
    gauge('up', 'Whether the store takes what it is given: 1, or 0 while it fails.', isUp ? 1 : 0),
    gauge(
      'shared_read_age_seconds',
      'How long ago it was read what other gateways on the store change of keys and destinations: a second or two, unless it cannot be read.',
      behindMs / 1000,
    ),
    gauge('queue_depth', 'Writes that wait for the next commit.', writes.depth),
    gauge('queue_limit', 'Writes that may wait; further ones are turned away.', writes.maxDepth),
    gauge(
      'queue_age_seconds',
      'How long the first of the waiting writes has waited; 0 where none waits.',
      writes.ageMs / 1000,
    ),
    {
      name: 'countersign_store_write_duration_seconds',
      type: 'histogram',
      help: 'Time from a write being queued to its being durable: its share of an fsync, and its wait for that.',
      samples: [{ labels: {}, value: writes.writes }],
    },
    {
      name: 'countersign_store_commit_duration_seconds',
      type: 'histogram',
      help: 'Time of one transaction with its fsync. Writes that wait at the same time share one.',
      samples: [{ labels: {}, value: writes.commits }],
    },
    {
      name: 'countersign_store_writes_rejected_total',
      type: 'counter',
      help: 'Writes that the store did not take: the queue was full, or the commit failed (a full disk, a file that is gone).',
      samples: [
        { labels: { reason: 'queue-full' }, value: writes.turnedAway },
        { labels: { reason: 'failed' }, value: writes.failed },
      ],
    },
    gauge('size_bytes', 'Size of the store, its write-ahead log apart.', space.bytes),
    gauge(
      'log_bytes',
      'Size of the write-ahead log beside the store: it is used again from its start, and seldom shrinks.',
      space.logBytes,
    ),
    gauge('reusable_bytes', 'Of the size: free for what comes next.', space.reusableBytes),
    gauge('free_bytes', 'What the disk of the store still takes.', space.freeBytes),
  ];
}
