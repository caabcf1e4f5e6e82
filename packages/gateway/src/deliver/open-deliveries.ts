/** Opens the destinations, and those of another configuration in their places. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { ConfigWarning } from '../config/config-warnings.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import { OPERATOR_GATE } from '../config/destination-rules.ts';
import type { Part } from '../lifecycle.ts';
import type { DeliveryFigures } from '../metrics/delivery-figures.ts';
import type { DestinationCondition } from '../stores/delivery-store.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import { timerDelay } from '../timer-delay.ts';
import { type CommandHost, openCommandHost } from './command-host.ts';
import { createDeliveryControl } from './control.ts';
import type { Deliveries, DeliveriesOptions, Delivering, DeliveryChange } from './deliveries.ts';
import { delivering, OPERATORS } from './delivering.ts';
import type { DeliveryControl, Preview } from './delivery-control.ts';
import { DeliveryPlan } from './delivery-plan.ts';
import { startDeliveryUpkeep } from './delivery-upkeep.ts';
import type { Destination } from './destination.ts';
import { conditionParts } from './destination-words.ts';
import { deliveryFigures } from './figures.ts';
import { createFileTurns, type FileTurns } from './file-turns.ts';
import { createFilteredEvent } from './filtered-event.ts';
import type { Matching } from './matching.ts';
import { type AttemptListener, OpenDelivery, type OpenDeliveryOptions } from './open-delivery.ts';
import { openDestination } from './open-destination.ts';
import { createOperatorEvents, type TellOperator } from './operator-events.ts';
import { type CutOffDelivery, createOperatorsCode, type OperatorsCode } from './operators-code.ts';
import { previewMessage } from './preview-message.ts';
import { createSettlements, type Settlements } from './settlements.ts';
import { warnOfWaiting } from './start-warnings.ts';

/** Opens all destinations. @throws SetupError for one that cannot work */
export async function openDeliveries(options: DeliveriesOptions): Promise<Deliveries> {
  const deliveries = new OpenDeliveries(options);
  await deliveries.open();
  return deliveries;
}

class OpenDeliveries implements Deliveries, Part {
  readonly control: DeliveryControl;
  readonly figures: DeliveryFigures;
  readonly tell: TellOperator;
  readonly #options: DeliveriesOptions;
  readonly #open = new Map<string, OpenDelivery>();
  #plan: DeliveryPlan;
  #endUpkeep: () => void = () => {};
  #endListening: (() => void) | undefined;
  #isStarted = false;
  #operatorsMatching: Matching | undefined;
  readonly #listeners = new Set<AttemptListener>();
  readonly #settlements: Settlements;
  readonly #said: ReturnType<typeof conditionParts>;
  readonly #operatorsCode: OperatorsCode;
  readonly #fileTurns: FileTurns = createFileTurns();
  #commandHost: CommandHost | undefined;
  /** Destinations that have gone or changed, and have not ended yet. */
  readonly #ending = new Set<OpenDelivery>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const { config, store, sealer, newEventId, now, monotonicMs, log } = options;
    const isMuted = (name: string): boolean => this.#open.get(name)?.health.condition.isMuted === true;
    this.#plan = new DeliveryPlan(config, { sealer, now, isMuted });
    this.#settlements = createSettlements(store.deliveries);
    this.#said = conditionParts(store);
    this.#operatorsCode = createOperatorsCode(this.#settlements);
    this.tell = createOperatorEvents({
      destination: () => this.#plan.config.operatorEvents,
      events: store.events,
      newEventId,
      log,
      wake: (name) => this.wake([name]),
      monotonicMs,
      matching: () => this.#operatorsMatching,
    });
    this.control = createDeliveryControl({
      open: this.#open,
      now,
      wake: this.wake,
      preview: (event, config) => this.#preview(event, config),
    });
    this.figures = deliveryFigures({ open: this.#open, deliveries: store.deliveries, now });
  }

  async open(): Promise<void> {
    const { config, lifecycle } = this.#options;
    const { destinations } = config;
    lifecycle.add('the deliveries', this);
    const conditions = destinations.length === 0 ? new Map() : await this.#said.conditions();
    for (const destination of destinations) {
      await this.#plan.addDestination(destination);
      const sender = await this.#openSender(destination);
      this.#open.set(
        destination.name,
        this.#openDelivery(destination, sender, conditions.get(destination.name)),
      );
    }
    // Its own events have no gate that would be added.
    this.#operatorsMatching = await this.#plan.addSource(OPERATOR_GATE, OPERATORS);
  }

  async prepare(next: Config): Promise<DeliveryChange> {
    const plan = this.#plan.next(next);
    const conditions = await this.#said.conditions();
    const senders = new Map<DestinationConfig, Destination>();
    const discard = async (): Promise<void> => {
      await Promise.all([...senders.values()].map((sender) => sender.close()));
    };
    let operatorsMatching: Matching | undefined;
    try {
      for (const destination of next.destinations) {
        if (this.#open.get(destination.name)?.config === destination) continue;
        await plan.addDestination(destination);
        senders.set(destination, await this.#openSender(destination));
      }
      operatorsMatching = await plan.addSource(OPERATOR_GATE, OPERATORS);
    } catch (error) {
      await discard();
      throw error;
    }
    return {
      ...delivering(plan, this.wake),
      discard,
      commit: async (untilMs) => {
        this.#plan = plan;
        this.#operatorsMatching = operatorsMatching;
        const gone = [...this.#open].filter(([, { config }]) => !next.destinations.includes(config));
        for (const [name] of gone) this.#open.delete(name);
        const begun = [...senders].map(([config, sender]) => {
          const before = gone.find(([name]) => name === config.name)?.[1];
          const condition = before?.health.condition ?? conditions.get(config.name);
          const after = before && this.#endOld(before, untilMs);
          const open = this.#openDelivery(config, sender, condition, {
            counts: before?.counts,
            recent: before?.recent,
            after,
          });
          this.#open.set(config.name, open);
          return after;
        });
        const names = new Set([...senders.keys()].map(({ name }) => name));
        const ended = gone
          .filter(([name]) => !names.has(name))
          .map(([, open]) => this.#endOld(open, untilMs));
        this.#keepUp();
        if (this.#isStarted) this.wake([...names]);
        await Promise.all([...begun, ...ended, this.#warnOfWaiting()]);
      },
    };
  }

  async refresh(): Promise<void> {
    if (this.#open.size === 0) return;
    for (const [name, word] of await this.#said.words.all()) this.#open.get(name)?.goBy(word);
  }

  listen(listener: AttemptListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  readonly addGate: Delivering['addGate'] = (...gate) => delivering(this.#plan, this.wake).addGate(...gate);

  readonly addSession: Delivering['addSession'] = (...session) =>
    delivering(this.#plan, this.wake).addSession(...session);

  warnings(): readonly ConfigWarning[] {
    return this.#plan.warnings();
  }

  async noteUncaught(): Promise<readonly CutOffDelivery[]> {
    return this.#operatorsCode.noteUncaught();
  }

  readonly wake = (names: readonly string[]): void => {
    for (const name of names) this.#open.get(name)?.pump.wake();
  };

  async start(): Promise<void> {
    this.#isStarted = true;
    this.#keepUp();
    this.#listen();
    if (this.#open.size === 0) return;
    await this.#warnOfWaiting();
    this.wake([...this.#open.keys()]);
  }

  #listen(): void {
    const { deliveries } = this.#options.store;
    this.#endListening ??= deliveries.listen?.((names) => this.wake(names ?? [...this.#open.keys()]));
  }

  async #warnOfWaiting(): Promise<void> {
    const { store, log } = this.#options;
    warnOfWaiting(await store.deliveries.totals(), this.#open, log);
  }

  async drain(): Promise<void> {
    this.#endListening?.();
    this.#endUpkeep();
    await Promise.all(this.#all().map((open) => open.end()));
  }

  async close(): Promise<void> {
    this.#endListening?.();
    this.#endUpkeep();
    await Promise.all(this.#all().map((open) => open.close()));
    await this.#commandHost?.close();
  }

  #all(): readonly OpenDelivery[] {
    return [...this.#open.values(), ...this.#ending];
  }

  /** What is done for the destinations from time to time, for those that there are now. */
  #keepUp(): void {
    if (!this.#isStarted) return;
    this.#endUpkeep();
    const destinations = [...this.#open.values()];
    const { store } = this.#options;
    this.#endUpkeep =
      destinations.length === 0
        ? () => {}
        : startDeliveryUpkeep({ ...this.#options, store: store.deliveries, destinations });
  }

  async #endOld(open: OpenDelivery, untilMs: number): Promise<void> {
    this.#ending.add(open);
    const waiting = new AbortController();
    const late = delay(timerDelay(untilMs - performance.now()), undefined, {
      signal: waiting.signal,
      ref: false,
    });
    await Promise.race([open.end(), late]);
    waiting.abort();
    await open.close();
    this.#ending.delete(open);
  }

  #openSender(config: DestinationConfig): Promise<Destination> {
    const { now, log } = this.#options;
    const commandHost = (): CommandHost => (this.#commandHost ??= openCommandHost());
    return openDestination(config, { now, log, commandHost, fileTurns: this.#fileTurns });
  }

  #openDelivery(
    config: DestinationConfig,
    destination: Destination,
    condition: DestinationCondition | undefined,
    before: Pick<OpenDeliveryOptions, 'counts' | 'recent' | 'after'> = {},
  ): OpenDelivery {
    const { store, now, monotonicMs, log, tracer, random = Math.random } = this.#options;
    return new OpenDelivery({
      ...before,
      config,
      destination,
      store: store.deliveries,
      words: this.#said.words,
      settlements: this.#settlements,
      operatorsCode: this.#operatorsCode,
      tell: this.tell,
      now,
      monotonicMs,
      random,
      log,
      tracer,
      condition,
      onAttempt: (ended) => {
        // As a rule nobody listens.
        for (const listener of this.#listeners) listener(ended);
      },
      preparationOf: (gate) => this.#plan.preparationOf(gate, config),
    });
  }

  async #preview(event: KeptEvent, config: DestinationConfig): Promise<Preview> {
    const plan = this.#plan;
    const filtered = createFilteredEvent(event, plan.schemeOf(event.gate));
    const matches = await plan.matching(event.gate, [config])(filtered);
    if (matches.length === 0) return { kind: 'unmatched' };
    const preparation = await plan.preparationOf(event.gate, config);
    const prepared = await preparation.prepare({ event, attempt: 1, type: event.type });
    if (prepared.kind === 'skipped') return { kind: 'skipped' };
    if (prepared.kind === 'failed') return { kind: 'failed', problem: prepared.problem };
    const { method, headers, body } = prepared;
    const secretHeaders = [...preparation.secretHeaders, ...(event.withheld?.names ?? [])];
    const message = { event, destination: config.name, attempt: 1, method, headers, body };
    return previewMessage(message, config.target, secretHeaders);
  }
}
