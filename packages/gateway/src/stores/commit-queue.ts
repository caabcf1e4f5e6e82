/** Group commit: writes that come while others are being committed share the next transaction, and its one fsync. */
import { Histogram } from '../metrics/histogram.ts';
import type { WriteFigures } from '../metrics/store-figures.ts';
import { StoreError } from './store.ts';

/** Tells a caller what became of its write. */
export type Tell = () => void;

/** A write on its way to the disk. */
export interface Write {
  /** What it adds to a transaction, roughly. */
  readonly bytes: number;
  /** Writes, within a transaction; called again where that is made anew. Gives what tells of success, once that is durable. */
  apply(nowMs: number): Tell;
  /** Tells of failure. */
  reject(error: unknown): void;
}

export interface CommitQueueOptions {
  /** Further writes are rejected. */
  readonly maxQueued: number;
  /** Writes of one transaction. */
  readonly maxBatch: number;
  /** Bytes of one transaction; a larger single write has a transaction of its own. */
  readonly maxBatchBytes: number;
  /**
   * Makes a batch durable, then gives what tells of each write, in order.
   * @throws StoreError where nothing of the batch is durable; every write of it is rejected.
   */
  readonly commit: (batch: readonly Write[]) => readonly Tell[];
}

interface QueuedWrite extends Write {
  /** By `performance.now()`, read once a turn. */
  readonly queuedMs: number;
}

const CLOSED = 'The store is closed.';

/** How many turns a batch may grow. A turn under load is some tens of microseconds. */
const MAX_TURNS = 16;

/**
 * Queues writes and commits them after the event loop has read every socket that is ready. A commit blocks the
 * loop; what arrives meanwhile is read in the next turn and shares the next commit. So a lone write waits for
 * nobody, and under load batches grow by themselves, without any timer.
 */
export class CommitQueue implements WriteFigures {
  readonly writes: Histogram = new Histogram();
  readonly commits: Histogram = new Histogram();
  turnedAway = 0;
  failed = 0;
  readonly #options: CommitQueueOptions;
  #queue: QueuedWrite[] = [];
  /** Before all of these. */
  #first: QueuedWrite[] = [];
  #scheduled = false;
  #turnMs = 0;
  #closed = false;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws StoreError where nothing more is taken. */
  assertOpen(): void {
    if (this.#closed) throw new StoreError('closed', CLOSED);
  }

  get depth(): number {
    return this.#queue.length + this.#first.length;
  }

  get maxDepth(): number {
    return this.#options.maxQueued;
  }

  get ageMs(): number {
    const first = this.#queue[0];
    return first === undefined ? 0 : performance.now() - first.queuedMs;
  }

  /**
   * Settles after the commit that covers the write, with what `write` gave there.
   * @param bytes what the write adds to a transaction, roughly.
   * @param write is called within the transaction, in the order of the queue.
   */
  add<Result>(bytes: number, write: (nowMs: number) => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreError('closed', CLOSED));
    if (this.#queue.length >= this.#options.maxQueued) {
      this.turnedAway++;
      return Promise.reject(
        new StoreError(
          'queue-full',
          `The store is behind: ${this.#queue.length} writes wait for the disk. Send again later; if this lasts, the disk is too slow for the load.`,
        ),
      );
    }
    return this.#queued(this.#queue, bytes, write);
  }

  /** The same, before all that wait, also where the queue is full: what makes room must keep up with what comes. For few writes at a time. */
  addNext<Result>(bytes: number, write: (nowMs: number) => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreError('closed', CLOSED));
    return this.#queued(this.#first, bytes, write);
  }

  #queued<Result>(queue: QueuedWrite[], bytes: number, write: (nowMs: number) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const apply = (nowMs: number): Tell => {
        const result = write(nowMs);
        return () => resolve(result);
      };
      if (!this.#scheduled) this.#turnMs = performance.now();
      queue.push({ bytes, apply, reject, queuedMs: this.#turnMs });
      this.#schedule();
    });
  }

  /** Commits what is queued, and takes nothing more. */
  close(): void {
    this.#closed = true;
    while (this.depth > 0) this.#commitOne();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#turn(0, 0);
  }

  /**
   * Senders that were answered together send again together, but not all within one turn: while writes keep coming,
   * waiting a turn for them is cheaper than an fsync for a few. (With 64 senders: batches of 63 in place of 30, 1.2 times the events a second.)
   */
  #turn(turns: number, seen: number): void {
    setImmediate(() => {
      this.#turnMs = performance.now();
      const length = this.depth;
      if (length > seen && length < this.#options.maxBatch && turns < MAX_TURNS) {
        this.#turn(turns + 1, length);
        return;
      }
      this.#scheduled = false;
      if (length > 0) this.#commitOne();
      // Between two batches the sockets get their turn.
      if (this.depth > 0) this.#schedule();
    });
  }

  #commitOne(): void {
    const batch = this.#take();
    const beganMs = performance.now();
    let tells: readonly Tell[];
    try {
      tells = this.#options.commit(batch);
    } catch (error) {
      this.failed += batch.length;
      for (const write of batch) write.reject(error);
      return;
    }
    const endedMs = performance.now();
    this.commits.observe(endedMs - beganMs);
    for (const { queuedMs } of batch) this.writes.observe(endedMs - queuedMs);
    for (const tell of tells) tell();
  }

  #take(): readonly QueuedWrite[] {
    const { maxBatch, maxBatchBytes } = this.#options;
    const first = this.#first;
    if (first.length > 0) this.#first = [];
    const queue = this.#queue;
    let bytes = first.reduce((sum, write) => sum + write.bytes, 0);
    let count = 0;
    for (const write of queue) {
      bytes += write.bytes;
      if (first.length + count > 0 && (first.length + count >= maxBatch || bytes > maxBatchBytes)) break;
      count++;
    }
    if (first.length > 0) return [...first, ...queue.splice(0, count)];
    if (count === queue.length) {
      this.#queue = [];
      return queue;
    }
    return queue.splice(0, count);
  }
}
