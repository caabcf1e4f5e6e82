/** Group commit: writes that come while others are on their way to the server share the next transaction, its round trip and its fsync. */
import { StoreError } from '../store.ts';
import type { WriteMeter } from './write-meter.ts';

export interface BatchQueueOptions<Input, Output> {
  /** Inputs of one transaction. */
  readonly maxBatch: number;
  /** Bytes of one transaction; a larger single input has a transaction of its own. Default: no bound. */
  readonly maxBatchBytes?: number;
  /** Roughly what an input sends. Default 0. */
  readonly bytesOf?: (input: Input) => number;
  /** Batches on their way at once, each on a connection. Default 1. */
  readonly lanes?: number;
  /**
   * Makes a batch durable. Gives what became of each input, in order: an error rejects that one alone.
   * One that rejects has left no trace of the batch: each input of it is rejected.
   */
  readonly commit: (batch: readonly Input[]) => Promise<readonly (Output | StoreError)[]>;
  /** Shared by the queues of a store. */
  readonly meter: WriteMeter;
}

interface Queued<Input, Output> {
  readonly input: Input;
  readonly bytes: number;
  readonly queuedMs: number;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

/** A lone write goes at once; while it is on its way those that come gather, so under load batches grow by themselves, without any timer. */
export class BatchQueue<Input, Output> {
  readonly #options: BatchQueueOptions<Input, Output>;
  #queue: Queued<Input, Output>[] = [];
  #running = 0;
  #scheduled = false;
  #closed = false;
  #idle: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: BatchQueueOptions<Input, Output>) {
    this.#options = options;
  }

  /** Settles after the commit that covers the write. */
  add(input: Input): Promise<Output> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'The store is closed.'));
    const { meter, bytesOf } = this.#options;
    const full = meter.admit();
    if (full !== undefined) return Promise.reject(full);
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, bytes: bytesOf?.(input) ?? 0, queuedMs: performance.now(), resolve, reject });
      this.#schedule();
    });
  }

  /** Takes nothing more; settles when what was queued is done. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running === 0 && this.#queue.length === 0) return;
    this.#idle ??= new Promise((resolve) => {
      this.#onIdle = resolve;
    });
    await this.#idle;
  }

  /** After every socket that is ready was read: what it brings shares the batch. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= (this.#options.lanes ?? 1)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#next();
    });
  }

  #next(): void {
    const { lanes = 1 } = this.#options;
    while (this.#running < lanes && this.#queue.length > 0) void this.#run(this.#take());
    if (this.#running === 0 && this.#queue.length === 0) this.#onIdle?.();
  }

  async #run(batch: readonly Queued<Input, Output>[]): Promise<void> {
    const { commit, meter } = this.#options;
    this.#running++;
    const beganMs = performance.now();
    try {
      const outputs = await commit(batch.map(({ input }) => input));
      meter.committed(beganMs, batch);
      for (const [at, queued] of batch.entries()) settle(queued, outputs[at]);
    } catch (error) {
      meter.failedAll(batch.length, error);
      for (const queued of batch) queued.reject(error);
    }
    this.#running--;
    this.#next();
  }

  #take(): readonly Queued<Input, Output>[] {
    const { maxBatch, maxBatchBytes = Number.POSITIVE_INFINITY } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const queued of this.#queue) {
      bytes += queued.bytes;
      if (count > 0 && (count >= maxBatch || bytes > maxBatchBytes)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }
}

function settle<Input, Output>(queued: Queued<Input, Output>, output: Output | StoreError | undefined): void {
  if (output instanceof StoreError) queued.reject(output);
  else queued.resolve(output as Output);
}
