/** One destination's deliveries on their way: taken from the store as they fall due, no more at once than it bears, and settled. */
import { MINUTE, SECOND } from '../config/units.ts';
import type { Circuit } from '../outgoing/circuit.ts';
import type { DeliveryStore, DueDelivery, Settlement } from '../stores/delivery-store.ts';
import { timerDelay } from '../timer-delay.ts';
import type { AttemptReport } from './attempts.ts';
import type { AttemptTimes } from './judge-attempt.ts';
import type { SendRate } from './send-rate.ts';
import type { Settlements } from './settlements.ts';
import type { Throttle } from './throttle.ts';

export interface PumpOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly store: Pick<DeliveryStore, 'take' | 'nextDueMs' | 'countDue'>;
  readonly settlements: Settlements;
  readonly throttle: Throttle;
  readonly circuit: Circuit;
  /** Whether the circuit is open: then what it lets through is one call. */
  readonly isProbing: () => boolean;
  /** What it may be sent in a second. Undefined: as many as there are. */
  readonly rate: SendRate | undefined;
  /** The same while it catches up after a pause. */
  readonly drain: () => SendRate | undefined;
  /** Nothing waits that is due: it has caught up. */
  readonly onCaughtUp: () => void;
  /** Whether it is active: not paused, not disabled. */
  readonly isActive: () => boolean;
  readonly attempt: (due: DueDelivery) => Promise<AttemptReport>;
  /** What is to be written of an attempt; told of it first. */
  readonly judge: (
    due: DueDelivery,
    report: AttemptReport,
    times: Omit<AttemptTimes, 'endedMs'>,
  ) => Settlement;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds: by it are measured all lengths of time that a restart may forget. */
  readonly monotonicMs: () => number;
  /** The store failed, or something of ours. */
  readonly onError: (error: unknown) => void;
}

export type HeldBy = 'throttled' | 'circuit-open' | 'rate-limited';

/** Bodies in memory at once, of one destination; one more may be as long as it is. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Sent, and not written down yet: where the disk is slow the sending waits for it. */
const MAX_UNSETTLED = 1_024;
/** Beyond an attempt's own time: what the store may take. */
const LEASE_MS = MINUTE;
/** How long a store that failed is left alone. */
const PAUSE_MS = SECOND;
/** Nothing waits longer than that to be looked for: a clock may be set, the lease of a gateway that was killed may end. */
const LOOK_MS = 15 * SECOND;

export class Pump {
  readonly #options: PumpOptions;
  #inFlight = 0;
  #unsettled = 0;
  /** Sent, and not taken by the store though it was asked: it is asked again. */
  #unwritten = 0;
  /** Of the bodies that are not settled. */
  #bytes = 0;
  #isScheduled = false;
  #isTaking = false;
  #isEnding = false;
  /**
   * From when a circuit opens until all is caught up, what is due is taken from its two ends in turn, the first due and the last made: a run of
   * events that cannot be delivered may stand in front of those that can, and each of them would cost a probe.
   */
  #isFromBothEnds = false;
  /** Whose turn it is. */
  #isLastFirst = false;
  #heldBy: HeldBy | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #idle: (() => void)[] = [];
  readonly #pauses = new Set<() => void>();

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Why nothing is sent at present though it is active. */
  get heldBy(): HeldBy | undefined {
    return this.#heldBy;
  }

  /** Deliveries that are due since then though there is room for them and nothing holds them; counts up to `limit`. */
  async overdue(beforeMs: number, limit: number): Promise<number> {
    const { isActive, store, name } = this.#options;
    if (!isActive() || this.#heldBy !== undefined || this.#room() <= 0) return 0;
    return store.countDue(name, beforeMs, limit);
  }

  /** Something may have become due. */
  wake(): void {
    if (this.#isScheduled || this.#isEnding) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#take().catch((error: unknown) => this.#failed(error));
    });
  }

  /** Takes nothing more; resolves when what is under way is settled. */
  async end(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    for (const goOn of this.#pauses) goOn();
    this.#options.settlements.flush();
    if (this.#inFlight + this.#unsettled === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #room(): number {
    // What is sent while the store takes nothing would be sent again: it is not known to have been sent.
    if (this.#unwritten > 0 || this.#bytes >= MAX_BYTES) return 0;
    return Math.min(this.#options.throttle.limit - this.#inFlight, MAX_UNSETTLED - this.#unsettled);
  }

  async #take(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isEnding || this.#isTaking || !this.#options.isActive()) return;
    const free = this.#room();
    if (free <= 0) return;
    const isProbing = this.#options.isProbing();
    if (isProbing) this.#isFromBothEnds = true;
    const room = isProbing ? 1 : free;
    const hold = this.#hold();
    this.#heldBy = hold?.by;
    if (hold !== undefined) {
      this.#wakeIn(hold.waitMs);
      return;
    }
    this.#isTaking = true;
    try {
      await this.#takeUpTo(room);
    } finally {
      this.#isTaking = false;
    }
  }

  async #takeUpTo(room: number): Promise<void> {
    const { name, store, timeoutMs, now, monotonicMs, rate, circuit } = this.#options;
    const atMs = monotonicMs();
    const drain = this.#options.drain();
    const limit = Math.min(room, rate?.room(atMs) ?? room, drain?.room(atMs) ?? room);
    const maxBytes = MAX_BYTES - this.#bytes;
    let dues: readonly DueDelivery[] = [];
    try {
      const leaseMs = timeoutMs + LEASE_MS;
      const isLastFirst = this.#isFromBothEnds && this.#isLastFirst;
      const taking = store.take({ destination: name, limit, maxBytes, leaseMs, nowMs: now(), isLastFirst });
      // A store that answers at once is not waited for: a turn for each would be a fifth of the time.
      dues = taking instanceof Promise ? await taking : taking;
    } finally {
      // No attempt will tell the circuit what became of its probe.
      if (dues.length === 0) circuit.report('neither');
    }
    // It has ended while a long body was read. The leases end with the process, or by themselves.
    if (this.#isEnding) return;
    rate?.spend(dues.length);
    drain?.spend(dues.length);
    for (const due of dues) this.#send(due);
    if (dues.length > 0) this.#isLastFirst = !this.#isLastFirst;
    if (dues.length === limit) {
      // More may be due than there was room for.
      if (this.#room() > 0) this.wake();
      return;
    }
    const nextMs = await store.nextDueMs(name);
    if (nextMs === undefined || nextMs > now()) {
      this.#isFromBothEnds = false;
      this.#options.onCaughtUp();
    }
    this.#wakeIn(nextMs === undefined ? LOOK_MS : Math.max(1, nextMs - now()));
  }

  #hold(): { readonly by: HeldBy; readonly waitMs: number } | undefined {
    const { throttle, circuit, rate, monotonicMs } = this.#options;
    const atMs = monotonicMs();
    const restMs = throttle.restMs(atMs);
    if (restMs > 0) return { by: 'throttled', waitMs: restMs };
    const rateMs = Math.max(rate?.waitMs(atMs) ?? 0, this.#options.drain()?.waitMs(atMs) ?? 0);
    if (rateMs > 0) return { by: 'rate-limited', waitMs: rateMs };
    const openMs = circuit.enter();
    return openMs > 0 ? { by: 'circuit-open', waitMs: openMs } : undefined;
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isEnding) return;
    this.#timer = setTimeout(() => this.wake(), timerDelay(Math.min(ms, LOOK_MS)));
  }

  #send(due: DueDelivery): void {
    const bytes = due.event.body.byteLength;
    this.#inFlight++;
    this.#unsettled++;
    this.#bytes += bytes;
    const { attempt, judge, now, monotonicMs } = this.#options;
    const startedMs = now();
    const atMs = monotonicMs();
    attempt(due)
      .then((report) => judge(due, report, { startedMs, tookMs: monotonicMs() - atMs }))
      .finally(() => {
        this.#inFlight--;
        this.wake();
      })
      .then((settlement) => this.#write(settlement, due.orderKey !== undefined))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => this.#settled(bytes));
  }

  /** What the store does not take is not sent again for that: it is asked again, for as long as the lease lasts. */
  async #write(settlement: Settlement, isUrgent: boolean): Promise<void> {
    const { settlements, timeoutMs, monotonicMs, onError } = this.#options;
    const untilMs = monotonicMs() + timeoutMs + LEASE_MS;
    try {
      await settlements.add(settlement, isUrgent || this.#isEnding);
      return;
    } catch (error) {
      if (this.#isEnding) throw error;
      onError(error);
    }
    this.#unwritten++;
    try {
      for (;;) {
        await this.#pause();
        try {
          await settlements.add(settlement, true);
          return;
        } catch (error) {
          if (this.#isEnding || monotonicMs() > untilMs) throw error;
        }
      }
    } finally {
      this.#unwritten--;
    }
  }

  /** Is over when the pump ends. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.#pauses.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, PAUSE_MS);
      this.#pauses.add(goOn);
      if (this.#isEnding) goOn();
    });
  }

  #settled(bytes: number): void {
    this.#unsettled--;
    this.#bytes -= bytes;
    this.wake();
    if (this.#isEnding && this.#inFlight + this.#unsettled === 0) for (const resolve of this.#idle) resolve();
  }

  /** What was taken stays so until its lease ends; then it is tried again. */
  #failed(error: unknown): void {
    this.#options.onError(error);
    this.#wakeIn(PAUSE_MS);
  }
}
