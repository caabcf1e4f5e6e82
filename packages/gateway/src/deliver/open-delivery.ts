/** One destination at work: its sender, its pump, how it fares, what is counted. */

import type { DestinationConfig } from '../config/delivery-config.ts';
import type { Log } from '../log/log.ts';
import { createCircuit } from '../outgoing/circuit.ts';
import type {
  DeliveryStore,
  DestinationCondition,
  DueDelivery,
  Settlement,
} from '../stores/delivery-store.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import { type AttemptReport, attempt, CUT_OFF } from './attempts.ts';
import type { DestinationStatus } from './delivery-control.ts';
import type { Destination } from './destination.ts';
import { createDestinationHealth, type DestinationHealth } from './destination-health.ts';
import type { DestinationWords, NumberedWord } from './destination-words.ts';
import { type AttemptTimes, type Judgement, judgeAttempt } from './judge-attempt.ts';
import type { TellOperator } from './operator-events.ts';
import type { OperatorsCode } from './operators-code.ts';
import type { DeliveryPreparation } from './prepare-delivery.ts';
import { Pump } from './pump.ts';
import { RecentAttempts } from './recent-attempts.ts';
import { createRetrySchedule, type RetrySchedule } from './retry-schedule.ts';
import { createSendRate, type SendRate } from './send-rate.ts';
import type { Settlements } from './settlements.ts';
import { targetText } from './target-text.ts';
import { createThrottle, type Throttle } from './throttle.ts';

export interface OpenDeliveryOptions {
  readonly config: DestinationConfig;
  readonly destination: Destination;
  readonly condition: DestinationCondition | undefined;
  readonly store: DeliveryStore;
  readonly words: DestinationWords;
  readonly settlements: Settlements;
  readonly operatorsCode: OperatorsCode;
  readonly preparationOf: (gate: string) => Promise<DeliveryPreparation>;
  readonly tell: TellOperator;
  /** Told of each attempt as it ends. */
  readonly onAttempt: AttemptListener;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Undefined: no traces are made. */
  readonly tracer?: Tracer | undefined;
  /** Of the one whose place this takes. Default: none yet. */
  readonly counts?: AttemptCounts | undefined;
  /** The same. */
  readonly recent?: RecentAttempts | undefined;
  /** Nothing is taken before it resolves, such as while the one whose place this takes ends. Default: at once */
  readonly after?: Promise<void> | undefined;
}

/** What became of a delivery that was taken. */
export interface EndedAttempt {
  readonly destination: string;
  readonly due: DueDelivery;
  /** Without an attempt it was given back untried. */
  readonly settlement: Settlement;
}

export type AttemptListener = (ended: EndedAttempt) => void;

/** Attempts since the start, by what became of them. */
export type AttemptCounts = ReadonlyMap<string, number>;

export class OpenDelivery {
  readonly config: DestinationConfig;
  readonly health: DestinationHealth;
  readonly pump: Pump;
  readonly recent: RecentAttempts;
  readonly #options: OpenDeliveryOptions;
  readonly #stop = new AbortController();
  readonly #throttle: Throttle;
  readonly #schedule: RetrySchedule;
  readonly #circuit;
  readonly #counts: Map<string, number>;
  #isWaiting: boolean;
  #isCircuitOpen = false;
  #drain: SendRate | undefined;
  readonly #onError: (error: unknown) => void;

  /** @throws SetupError for a schedule that is none */
  constructor(options: OpenDeliveryOptions) {
    const { config, condition, store, words, tell, now, monotonicMs, log } = options;
    this.#options = options;
    this.config = config;
    this.#counts = new Map(options.counts);
    this.recent = options.recent ?? new RecentAttempts(monotonicMs);
    this.#isWaiting = options.after !== undefined;
    this.#onError = (error) =>
      log.error(
        { error, destination: config.name },
        'the store did not take what became of a delivery, or of its destination; it is tried again',
      );
    this.health = createDestinationHealth({
      name: config.name,
      condition,
      disableAfterMs: config.disableAfterMs,
      store,
      words,
      tell,
      monotonicMs,
      onError: this.#onError,
    });
    this.#schedule = createRetrySchedule(config.retriesMs, `${config.option}.retries`);
    this.#throttle = createThrottle(config.concurrency);
    this.#circuit = createCircuit({
      now: monotonicMs,
      onChange: (isOpen) => {
        this.#isCircuitOpen = isOpen;
      },
    });
    this.#startDrain();
    this.pump = new Pump({
      name: config.name,
      concurrency: config.concurrency,
      timeoutMs: config.timeoutMs,
      store,
      now,
      monotonicMs,
      onError: this.#onError,
      throttle: this.#throttle,
      circuit: this.#circuit,
      settlements: options.settlements,
      isProbing: () => this.#isCircuitOpen,
      rate: config.perSecond === undefined ? undefined : createSendRate(config.perSecond),
      drain: () => this.#drain,
      onCaughtUp: () => this.#caughtUp(),
      isActive: () => !this.#isWaiting && this.health.condition.state === 'active',
      attempt: (due) => this.#attempt(due),
      judge: (due, report, times) => this.#judge(due, report, times),
    });
    options.after
      ?.catch(this.#onError)
      .then(() => {
        this.#isWaiting = false;
        this.pump.wake();
      })
      .catch(this.#onError);
  }

  get status(): DestinationStatus {
    const { name, target } = this.config;
    const { heldBy } = this.pump;
    return {
      ...this.health.condition,
      name,
      kind: target.kind,
      target: targetText(target),
      inFlight: this.pump.inFlight,
      recent: this.recent.view,
      ...(heldBy !== undefined && this.health.condition.state === 'active' && { heldBy }),
    };
  }

  get counts(): AttemptCounts {
    return this.#counts;
  }

  async resume(drainPerSecond: number | undefined): Promise<void> {
    const more = drainPerSecond === undefined ? {} : { drainPerSecond };
    await this.health.set({ state: 'active', ...more }, this.#options.now());
    this.#begin();
  }

  /** Another gateway on the store may have changed whether it is sent to. */
  goBy(word: NumberedWord): void {
    const { drainPerSecond } = this.health.condition;
    if (this.health.goBy(word)) this.#begin();
    else if (this.health.condition.drainPerSecond !== drainPerSecond) this.#startDrain();
  }

  #begin(): void {
    this.#startDrain();
    // Whoever resumes it has mended what it rests for.
    this.#throttle.endRest();
    this.#circuit.close();
    this.pump.wake();
  }

  /** What is under way is given back, and no more is taken. */
  abort(): void {
    this.#stop.abort(new DOMException('The gateway stops.', 'AbortError'));
  }

  /** Takes nothing more; resolves when what is under way is settled. */
  async end(): Promise<void> {
    this.health.note();
    await this.pump.end();
  }

  async close(): Promise<void> {
    this.abort();
    await this.pump.end();
    await this.#options.destination.close();
  }

  #attempt(due: DueDelivery): Promise<AttemptReport> {
    const { config, destination, preparationOf, operatorsCode, now, monotonicMs, tracer } = this.#options;
    const { name, timeoutMs, transform, target } = config;
    const parts = { name, destination, preparationOf, timeoutMs, tracer, stop: this.#stop.signal };
    if (transform === undefined && target.kind !== 'action') return attempt(due, parts);
    const startedMs = now();
    const atMs = monotonicMs();
    const cutOff = (): Settlement => this.#judge(due, CUT_OFF, { startedMs, tookMs: monotonicMs() - atMs });
    return operatorsCode.run({ destination: name, due, cutOff }, () => attempt(due, parts));
  }

  #judge(due: DueDelivery, report: AttemptReport, times: Omit<AttemptTimes, 'endedMs'>): Settlement {
    const { config, now, random } = this.#options;
    const endedMs = now();
    const judgement = judgeAttempt(
      due,
      report,
      { ...times, endedMs },
      {
        schedule: this.#schedule,
        random,
        parkAfter: config.order?.parkAfter,
      },
    );
    const { outcome, code, settlement } = judgement;
    if (code !== undefined) this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (settlement.attempt !== undefined) this.recent.add(settlement.attempt, endedMs);
    this.#learn(judgement, endedMs);
    if (outcome === 'dead') this.#tellDead(due, code, endedMs);
    this.#options.onAttempt({ destination: config.name, due, settlement });
    return settlement;
  }

  /** What an attempt says of the destination. */
  #learn({ outcome, failure }: Judgement, endedMs: number): void {
    this.#circuit.report(outcome === 'delivered' ? 'well' : failure?.throttles === true ? 'ill' : 'neither');
    if (outcome === 'delivered') {
      this.#throttle.well();
      this.health.well(endedMs);
    } else if (failure !== undefined) {
      if (failure.throttles === true)
        this.#throttle.tooMuch(this.#options.monotonicMs(), failure.retryAfterMs);
      // What is wrong with one event says nothing of the destination.
      if (failure.ends !== 'delivery') this.health.ill(endedMs);
      if (failure.ends === 'destination') this.health.disable(failure.code, endedMs);
    }
  }

  #tellDead({ event, attempts }: DueDelivery, code: string | undefined, nowMs: number): void {
    const { config, tell } = this.#options;
    tell({
      kind: 'event.exhausted',
      destination: config.name,
      nowMs,
      eventId: event.id,
      gate: event.gate,
      attempts: attempts + 1,
      code: code ?? 'unknown',
    });
  }

  #startDrain(): void {
    const { drainPerSecond } = this.health.condition;
    this.#drain = drainPerSecond === undefined ? undefined : createSendRate(drainPerSecond);
  }

  #caughtUp(): void {
    // It may have been paused, or have said that it is gone, while the last was looked for.
    if (this.#drain === undefined || this.health.condition.state !== 'active') return;
    this.#drain = undefined;
    this.health.caughtUp(this.#options.now()).catch(this.#onError);
  }
}
