/** The workers of `serve --workers`: started, replaced one after the other, put back where one ends by itself, and stopped. */
import type { Cluster, Worker } from 'node:cluster';
import type { SiblingQuestion } from '@countersign/gateway';
import { EXIT } from '../exit-codes.ts';
import { LiveExchange } from './live-exchange.ts';
import type { FromWorker, ToWorker, WorkerText } from './messages.ts';

export interface WorkerGroupOptions {
  readonly cluster: Pick<Cluster, 'fork'>;
  readonly count: number;
  readonly adminToken: string;
  readonly monotonicMs: () => number;
  /** Told what an operator should know. */
  readonly say: (text: string) => void;
}

/** A place among the workers, whoever holds it. */
interface Slot {
  readonly number: number;
  worker: Worker | undefined;
  /** Is to take the place, once it listens. */
  next: Worker | undefined;
  /** Resolves, and does not reject, once it has taken the place or has ended. Undefined: none is being started. */
  filling: Promise<number | undefined> | undefined;
  startedMs: number;
  /** Ends in a row that came soon after a start. */
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

/** Who runs that long has started well. */
const STEADY_MS = 60_000;
const LEAST_BACKOFF_MS = 100;
const MOST_BACKOFF_MS = 30_000;
/** A worker that does not answer within that is left out. */
const ANSWER_MS = 2_000;

export class WorkerGroup {
  readonly #options: WorkerGroupOptions;
  readonly #slots: readonly Slot[];
  /** All processes that have not ended. */
  readonly #running = new Map<Worker, Promise<number>>();
  readonly #asked = new Map<number, (text: string) => void>();
  readonly #live = new LiveExchange<Worker>(tell);
  #lastId = 0;
  #isStopping = false;
  #rolling: Promise<void> | undefined;
  #isRollWanted = false;

  constructor(options: WorkerGroupOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, i) => ({
      number: i + 1,
      worker: undefined,
      next: undefined,
      filling: undefined,
      startedMs: 0,
      failures: 0,
      timer: undefined,
    }));
  }

  /** Resolves once all of them listen. @returns the exit code of one that could not start; undefined where all have */
  async start(): Promise<number | undefined> {
    const [first, ...others] = this.#slots;
    // It makes what others find: the store’s schema.
    const failed = first && (await this.#fill(first));
    if (failed !== undefined) return failed;
    const codes = await Promise.all(others.map((slot) => this.#fill(slot)));
    return codes.find((code) => code !== undefined);
  }

  /** Replaces them one after the other: a new one listens before the old one drains. One that does not start leaves the old one. */
  roll(): void {
    this.#isRollWanted = true;
    this.#rolling ??= this.#rollAll().finally(() => {
      this.#rolling = undefined;
    });
  }

  /** Has all of them finish their requests, and waits for their ends. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    for (const slot of this.#slots) clearTimeout(slot.timer);
    for (const worker of this.#running.keys()) tell(worker, { kind: 'drain' });
    await Promise.all(this.#running.values());
  }

  /** Ends all of them at once. */
  kill(): void {
    this.#isStopping = true;
    for (const worker of this.#running.keys()) worker.process.kill('SIGKILL');
  }

  async #rollAll(): Promise<void> {
    while (this.#isRollWanted && !this.#isStopping) {
      this.#isRollWanted = false;
      for (const slot of this.#slots) {
        // It may have read the configuration too early.
        await slot.filling;
        if (this.#isStopping) return;
        const before = slot.worker;
        const code = await this.#fill(slot);
        if (code !== undefined) {
          this.#options.say('A new worker did not start: the workers that are there go on.');
          if (slot.worker === undefined) this.#startLater(slot);
          break;
        }
        if (before !== undefined) tell(before, { kind: 'drain' });
      }
    }
  }

  /** Puts a new worker in its place once that listens; one at a time. @returns its exit code where it ends before; undefined where it listens */
  #fill(slot: Slot): Promise<number | undefined> {
    clearTimeout(slot.timer);
    slot.filling = this.#startIn(slot).finally(() => {
      slot.next = undefined;
      slot.filling = undefined;
    });
    return slot.filling;
  }

  async #startIn(slot: Slot): Promise<number | undefined> {
    const worker = this.#fork();
    if (worker === undefined) return EXIT.usage;
    slot.next = worker;
    const startedMs = this.#options.monotonicMs();
    const ended = this.#endOf(worker);
    this.#running.set(worker, ended);
    this.#live.join(worker);
    const ready = new Promise<undefined>((resolve) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve(undefined);
        else this.#hear(slot, worker, message);
      });
    });
    void ended.then((code) => {
      this.#live.leave(worker, code !== EXIT.ok);
      this.#ended(slot, worker);
    });
    const code = await Promise.race([ready, ended]);
    if (code !== undefined) return code;
    clearTimeout(slot.timer);
    slot.worker = worker;
    slot.startedMs = startedMs;
    return undefined;
  }

  /** @returns undefined where the system has no room for a process */
  #fork(): Worker | undefined {
    try {
      return this.#options.cluster.fork();
    } catch (error) {
      this.#notStarted(error);
      return undefined;
    }
  }

  /** Its exit code. Does not reject. */
  #endOf(worker: Worker): Promise<number> {
    return new Promise((resolve) => {
      // A signal has no code.
      worker.once('exit', (code: number | null) => resolve(code ?? 1));
      worker.on('error', (error: unknown) => {
        // One that the system has refused has no end; of any other this is a message that did not reach it.
        if (worker.process.pid !== undefined) return;
        this.#notStarted(error);
        resolve(EXIT.usage);
      });
    });
  }

  #notStarted(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    this.#options.say(`The system starts no process for a worker${code}.`);
  }

  #ended(slot: Slot, worker: Worker): void {
    this.#running.delete(worker);
    if (slot.worker !== worker) return;
    slot.worker = undefined;
    if (this.#isStopping) return;
    const isSteady = this.#options.monotonicMs() - slot.startedMs >= STEADY_MS;
    slot.failures = isSteady ? 0 : slot.failures + 1;
    this.#options.say(`Worker ${slot.number} has ended by itself, and is started again.`);
    this.#startLater(slot);
  }

  #startLater(slot: Slot): void {
    const ms = Math.min(MOST_BACKOFF_MS, LEAST_BACKOFF_MS * 2 ** slot.failures);
    slot.timer = setTimeout(async () => {
      if (this.#isStopping || slot.worker !== undefined || slot.filling !== undefined) return;
      if ((await this.#fill(slot)) === undefined || this.#isStopping) return;
      slot.failures++;
      this.#startLater(slot);
    }, ms);
  }

  #hear(slot: Slot, worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case 'up':
        tell(worker, { kind: 'start', number: slot.number, adminToken: this.#options.adminToken });
        return;
      case 'answer':
        this.#asked.get(message.id)?.(message.text);
        return;
      case 'ask-others':
        void this.#answersBeside(slot, message.question).then((texts) =>
          tell(worker, { kind: 'others', id: message.id, texts }),
        );
        return;
      case 'reloading':
        this.#reloadOthers(slot, worker);
        return;
      case 'follow':
        this.#live.follow(worker, message.isFollowing);
        return;
      case 'happened':
        this.#live.pass(worker, message.batch);
        return;
      case 'took':
        this.#live.take(worker, message.from);
        return;
      case 'ready':
        return;
    }
  }

  /** Also those that are starting: they may have read the configuration before it was changed. One that starts itself tells nobody. */
  #reloadOthers(slot: Slot, worker: Worker): void {
    if (worker !== slot.worker) return;
    for (const other of this.#slots.flatMap(({ worker: there, next }) => [there, next]))
      if (other !== undefined && other !== worker) tell(other, { kind: 'reload' });
  }

  async #answersBeside(slot: Slot, question: SiblingQuestion): Promise<readonly WorkerText[]> {
    const others = this.#slots.filter((other) => other !== slot);
    const texts = await Promise.all(others.map((other) => this.#answerOf(other, question)));
    return texts.filter((text) => text !== undefined);
  }

  async #answerOf({ number, worker }: Slot, question: SiblingQuestion): Promise<WorkerText | undefined> {
    if (worker === undefined) return undefined;
    const id = ++this.#lastId;
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS, undefined);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      tell(worker, { kind: 'asked', id, question });
    });
    this.#asked.delete(id);
    return text === undefined ? undefined : { worker: number, text };
  }
}

/** One that has gone hears nothing. */
function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
