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
  /** Nothing more is sent until an operator says so. */
  disable(reason: string, nowMs: number): void;
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
  readonly onError: (error: unknown) => void;
}

const FRESH: DestinationCondition = { state: 'active', isMuted: false, sinceMs: 0 };

export function createDestinationHealth(options: DestinationHealthOptions): DestinationHealth {
  return new Health(options);
}

class Health implements DestinationHealth {
  readonly #options: DestinationHealthOptions;
  #condition: DestinationCondition;

  constructor(options: DestinationHealthOptions) {
    this.#options = options;
    this.#condition = options.condition ?? FRESH;
  }

  get condition(): DestinationCondition {
    return this.#condition;
  }

  well(nowMs: number): void {
    const { failingSinceMs, failingTold, ...rest } = this.#condition;
    if (failingSinceMs === undefined) return;
    this.#keep(rest);
    if (failingTold === undefined) return;
    this.#options.tell({
      ...{ kind: 'destination.recovered', destination: this.#options.name, nowMs },
      failingSinceMs,
    });
  }

  ill(nowMs: number): void {
    const { name: destination, disableAfterMs, tell } = this.#options;
    // A clock that was set back makes no failure longer.
    const since = Math.min(this.#condition.failingSinceMs ?? nowMs, nowMs);
    if (this.#condition.failingSinceMs === undefined)
      this.#keep({ ...this.#condition, failingSinceMs: since });
    const lastPercent = this.#condition.failingTold ?? 0;
    const usedMs = nowMs - since;
    const marks = marksReached((lastPercent / 100) * disableAfterMs, usedMs, disableAfterMs);
    const percent: LimitMark | undefined = marks.at(-1);
    if (percent === undefined) return;
    this.#keep({ ...this.#condition, failingTold: percent });
    tell({ kind: 'destination.failing', destination, nowMs, failingSinceMs: since, percent });
    if (percent === 100) this.disable('failed-for-too-long', nowMs);
  }

  disable(reason: string, nowMs: number): void {
    if (this.#condition.state === 'disabled') return;
    this.#keep({ ...this.#condition, state: 'disabled', reason, sinceMs: Math.floor(nowMs) });
    this.#options.tell({ kind: 'destination.disabled', destination: this.#options.name, nowMs, reason });
  }

  async set(condition: Partial<Omit<DestinationCondition, 'sinceMs'>>, nowMs: number): Promise<void> {
    const { reason, drainPerSecond, failingSinceMs, failingTold, ...rest } = this.#condition;
    const isResumed = condition.state === 'active' && rest.state !== 'active';
    const failing = {
      ...(failingSinceMs !== undefined && { failingSinceMs }),
      ...(failingTold !== undefined && { failingTold }),
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
