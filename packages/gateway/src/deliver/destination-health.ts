/** How a destination fares: what an operator said of it, since when it fails, when it has failed for too long. Kept in the store. */
import type { DeliveryStore, DestinationCondition } from '../stores/delivery-store.ts';
import { type LimitMark, marksReached } from './limit-marks.ts';
import type { OperatorNews } from './operator-events.ts';

export interface DestinationHealth {
  readonly condition: DestinationCondition;
  /** An attempt was delivered. */
  well(nowMs: number): void;
  /** An attempt failed. */
  ill(nowMs: number): void;
  /** From time to time: tells how much of the time that it may fail is over. Only an attempt that fails ends that time. */
  look(nowMs: number): void;
  /** Nothing more is sent until an operator says so. */
  disable(reason: string, nowMs: number): void;
  /** Keeps how long it has failed, for a restart; only where `afterMs` more than what was kept last. */
  note(afterMs?: number): void;
  /** What an operator said; resolves once it is kept. */
  set(condition: Partial<Omit<DestinationCondition, 'sinceMs'>>, nowMs: number): Promise<void>;
}

export interface DestinationHealthOptions {
  readonly name: string;
  /** As it was kept. */
  readonly condition: DestinationCondition | undefined;
  readonly disableAfterMs: number;
  readonly store: Pick<DeliveryStore, 'setCondition'>;
  readonly tell: (news: OperatorNews) => void;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const FRESH: DestinationCondition = { state: 'active', isMuted: false, sinceMs: 0 };

export function createDestinationHealth(options: DestinationHealthOptions): DestinationHealth {
  return new Health(options);
}

class Health implements DestinationHealth {
  readonly #options: DestinationHealthOptions;
  #condition: DestinationCondition;
  /** When `failingForMs` was counted, by that clock. What was before the start is not counted: nothing was tried. */
  #countedMs: number;

  constructor(options: DestinationHealthOptions) {
    this.#options = options;
    this.#condition = options.condition ?? FRESH;
    this.#countedMs = options.monotonicMs();
  }

  get condition(): DestinationCondition {
    return this.#condition;
  }

  well(nowMs: number): void {
    const {
      failingSinceMs,
      failingForMs: _,
      failingPercent: __,
      toldFailingSinceMs,
      ...rest
    } = this.#condition;
    // What was on its way when it was disabled says nothing of whoever resumes it.
    const isTold = toldFailingSinceMs !== undefined && rest.state !== 'disabled';
    if (failingSinceMs === undefined && !isTold) return;
    this.#keep({ ...rest, ...(!isTold && toldFailingSinceMs !== undefined && { toldFailingSinceMs }) });
    if (!isTold) return;
    this.#options.tell({
      kind: 'destination.recovered',
      destination: this.#options.name,
      nowMs,
      failingSinceMs: toldFailingSinceMs,
    });
  }

  ill(nowMs: number): void {
    if (this.#condition.failingSinceMs === undefined) {
      this.#countedMs = this.#options.monotonicMs();
      this.#keep({ ...this.#condition, failingSinceMs: nowMs, failingForMs: 0 });
    }
    const percent = this.#markReached();
    if (percent === undefined) return;
    this.#tellFailing(percent, nowMs);
    if (percent === 100) this.disable('failed-for-too-long', nowMs);
  }

  look(nowMs: number): void {
    const { failingSinceMs, state } = this.#condition;
    if (failingSinceMs === undefined || state !== 'active') return;
    const percent = this.#markReached(90);
    if (percent !== undefined) this.#tellFailing(percent, nowMs);
  }

  /** The highest mark that is reached and was not told, up to `most`. */
  #markReached(most: LimitMark = 100): LimitMark | undefined {
    const { disableAfterMs } = this.#options;
    const { failingPercent: lastPercent = 0 } = this.#condition;
    const marks = marksReached((lastPercent / 100) * disableAfterMs, this.#failingForMs(), disableAfterMs);
    return marks.filter((mark) => mark <= most).at(-1);
  }

  #tellFailing(percent: LimitMark, nowMs: number): void {
    const { name: destination, tell } = this.#options;
    const { failingSinceMs = nowMs, toldFailingSinceMs = failingSinceMs } = this.#condition;
    this.#keep({ ...this.#condition, failingPercent: percent, toldFailingSinceMs });
    this.note();
    tell({ kind: 'destination.failing', destination, nowMs, failingSinceMs, percent });
  }

  note(afterMs: number = 0): void {
    const { failingSinceMs, state } = this.#condition;
    if (failingSinceMs === undefined || state !== 'active') return;
    const failingForMs = this.#failingForMs();
    if (failingForMs - (this.#condition.failingForMs ?? 0) < afterMs) return;
    this.#countedMs = this.#options.monotonicMs();
    this.#keep({ ...this.#condition, failingForMs });
  }

  /** Up to now. */
  #failingForMs(): number {
    return (this.#condition.failingForMs ?? 0) + this.#options.monotonicMs() - this.#countedMs;
  }

  disable(reason: string, nowMs: number): void {
    if (this.#condition.state === 'disabled') return;
    const { failingSinceMs = nowMs, toldFailingSinceMs = failingSinceMs } = this.#condition;
    this.#keep({
      ...this.#condition,
      state: 'disabled',
      reason,
      sinceMs: Math.floor(nowMs),
      toldFailingSinceMs,
    });
    this.#options.tell({ kind: 'destination.disabled', destination: this.#options.name, nowMs, reason });
  }

  async set(condition: Partial<Omit<DestinationCondition, 'sinceMs'>>, nowMs: number): Promise<void> {
    const { reason, drainPerSecond, failingSinceMs, failingForMs, failingPercent, ...rest } = this.#condition;
    const isResumed = condition.state === 'active' && rest.state !== 'active';
    const failing = {
      ...(failingSinceMs !== undefined && { failingSinceMs }),
      ...(failingForMs !== undefined && { failingForMs }),
      ...(failingPercent !== undefined && { failingPercent }),
    };
    this.#condition = {
      ...rest,
      // Who mutes it changes neither why it rests nor how fast it catches up.
      ...(condition.state === undefined && {
        ...(reason !== undefined && { reason }),
        ...(drainPerSecond !== undefined && { drainPerSecond }),
      }),
      // Who resumes it gives it all the time anew.
      ...(!isResumed && failing),
      ...condition,
      sinceMs: condition.state === undefined ? rest.sinceMs : Math.floor(nowMs),
    };
    await this.#options.store.setCondition(this.#options.name, this.#condition);
  }

  #keep(condition: DestinationCondition): void {
    this.#condition = condition;
    this.#options.store.setCondition(this.#options.name, condition).catch(this.#options.onError);
  }
}
