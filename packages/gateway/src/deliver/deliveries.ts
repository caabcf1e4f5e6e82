/** All destinations of the gateway at work: what kept events go to, what an operator can do, what is told of them. */
import type { Gate } from '@countersign/core';
import { namesEventType } from '@countersign/core/event-type';
import type { Config } from '../config/config.ts';
import type { ConfigWarning } from '../config/config-warnings.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import { OPERATOR_GATE } from '../config/destination-rules.ts';
import type { Lifecycle, Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { DeliveryFigures } from '../metrics/delivery-figures.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { Store } from '../stores/store.ts';
import { type CommandHost, openCommandHost } from './command-host.ts';
import { createDeliveryControl } from './control.ts';
import type { DeliveryControl, Preview } from './delivery-control.ts';
import { startDeliveryUpkeep } from './delivery-upkeep.ts';
import { destinationsOf } from './destinations-of.ts';
import { deliveryFigures } from './figures.ts';
import { createFileTurns } from './file-turns.ts';
import { createFilteredEvent } from './filtered-event.ts';
import { type LoadedTransform, loadTransform } from './load-transform.ts';
import { createMatching, type Matching } from './matching.ts';
import { type AttemptListener, OpenDelivery } from './open-delivery.ts';
import { openDestination } from './open-destination.ts';
import { createOperatorEvents } from './operator-events.ts';
import { type CutOffDelivery, createOperatorsCode, type OperatorsCode } from './operators-code.ts';
import { ownHeaders } from './own-headers.ts';
import { createDeliveryPreparation, type DeliveryPreparation } from './prepare-delivery.ts';
import { previewMessage } from './preview-message.ts';
import { createSettlements } from './settlements.ts';
import { sourceWarnings } from './source-warnings.ts';
import { warnOfWaiting } from './start-warnings.ts';

export interface DeliveriesOptions {
  readonly config: Config;
  readonly store: Pick<Store, 'events' | 'deliveries'>;
  readonly sealer: Sealer | undefined;
  readonly newEventId: () => string;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  /** From 0 up to, but not including, 1. Default `Math.random`. */
  readonly random?: () => number;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

export interface Deliveries {
  readonly control: DeliveryControl;
  readonly figures: DeliveryFigures;
  /**
   * Names a gate, undefined where nothing proves its requests, and the headers that are withheld from its events.
   * @returns which destinations an event of the gate goes to. Undefined: it delivers nowhere
   * @throws SetupError for a filter or a signature that cannot work
   */
  addGate(name: string, gate: Gate | undefined, withheld: readonly string[]): Promise<Matching | undefined>;
  /** The same of a session. @param scheme what proves its webhooks; undefined where nothing does, or a token that was issued here */
  addSession(
    name: string,
    scheme: Gate['scheme'] | undefined,
    withheld: readonly string[],
  ): Promise<Matching | undefined>;
  /** An event was kept with deliveries to these. */
  readonly wake: (names: readonly string[]) => void;
  /** Calls `listener` with each attempt as it ends; the result ends that. */
  listen(listener: AttemptListener): () => void;
  /** @see Gateway.noteUncaught */
  noteUncaught(): Promise<readonly CutOffDelivery[]>;
  /** What is to be said of filters, of headers that cannot be passed on, and of the keys that deliveries are signed with. */
  warnings(): readonly ConfigWarning[];
  /** Begins to deliver: once all gates are there. */
  start(): Promise<void>;
}

/** Opens all destinations. @throws SetupError for one that cannot work */
export async function openDeliveries(options: DeliveriesOptions): Promise<Deliveries> {
  const deliveries = new OpenDeliveries(options);
  await deliveries.open();
  return deliveries;
}

/** A gate or session whose events are delivered, or the gateway itself. */
interface Source {
  /** Absent where nothing proves its requests, of a session, and of the gateway itself. */
  readonly gate: Gate | undefined;
  /** What proves its requests. */
  readonly scheme: Gate['scheme'] | undefined;
  /** Lower-case names of headers. */
  readonly withheld: readonly string[];
  /** Whether its events may have types. */
  readonly isTyped: boolean;
}

class OpenDeliveries implements Deliveries, Part {
  readonly control: DeliveryControl;
  readonly figures: DeliveryFigures;
  readonly #options: DeliveriesOptions;
  readonly #open = new Map<string, OpenDelivery>();
  readonly #transforms = new Map<string, LoadedTransform>();
  readonly #sources = new Map<string, Source>();
  readonly #preparations = new Map<string, Promise<DeliveryPreparation>>();
  /** Each once: one destination may be that of many gates. */
  readonly #warnings = new Map<string, ConfigWarning>();
  #endUpkeep: () => void = () => {};
  #operatorsMatching: Matching | undefined;
  readonly #listeners = new Set<AttemptListener>();
  #commandHost: CommandHost | undefined;
  #operatorsCode: OperatorsCode | undefined;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const { store, now } = options;
    this.control = createDeliveryControl({
      open: this.#open,
      now,
      wake: this.wake,
      preview: (event, config) => this.#preview(event, config),
    });
    this.figures = deliveryFigures({ open: this.#open, deliveries: store.deliveries, now });
  }

  async open(): Promise<void> {
    const { config, store, newEventId, log, now, monotonicMs, lifecycle } = this.#options;
    const { random = Math.random } = this.#options;
    const { destinations, operatorEvents } = config;
    if (destinations.length > 0) lifecycle.add('the deliveries', this);
    const conditions = destinations.length === 0 ? new Map() : await store.deliveries.conditions();
    const tell = createOperatorEvents({
      destination: operatorEvents,
      events: store.events,
      newEventId,
      log,
      wake: (name) => this.wake([name]),
      monotonicMs,
      matching: () => this.#operatorsMatching,
    });
    const settlements = createSettlements(store.deliveries);
    this.#operatorsCode = createOperatorsCode(settlements);
    const fileTurns = createFileTurns();
    const commandHost = (): CommandHost => (this.#commandHost ??= openCommandHost());
    for (const destinationConfig of destinations) {
      const { name, transform, option, headers } = destinationConfig;
      ownHeaders(headers, option);
      if (transform !== undefined)
        this.#transforms.set(name, await loadTransform(transform, `${option}.transform`));
      const destination = await openDestination(destinationConfig, { now, log, commandHost, fileTurns });
      const open = new OpenDelivery({
        config: destinationConfig,
        destination,
        store: store.deliveries,
        settlements,
        operatorsCode: this.#operatorsCode,
        tell,
        now,
        monotonicMs,
        random,
        log,
        condition: conditions.get(name),
        onAttempt: (ended) => {
          // As a rule nobody listens.
          for (const listener of this.#listeners) listener(ended);
        },
        preparationOf: (gate) => this.#preparationOf(gate, destinationConfig),
      });
      this.#open.set(name, open);
    }
    // Its own events have no gate that would be added.
    this.#operatorsMatching = await this.#add(OPERATOR_GATE, {
      gate: undefined,
      scheme: undefined,
      withheld: [],
      isTyped: true,
    });
  }

  listen(listener: AttemptListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  addGate(name: string, gate: Gate | undefined, withheld: readonly string[]): Promise<Matching | undefined> {
    const isTyped = gate !== undefined && namesEventType(gate.scheme);
    return this.#add(name, { gate, scheme: gate?.scheme, withheld, isTyped });
  }

  addSession(
    name: string,
    scheme: Source['scheme'],
    withheld: readonly string[],
  ): Promise<Matching | undefined> {
    // Its own token is nothing to sign with: who gets it could speak for the vendor.
    return this.#add(name, { gate: undefined, scheme, withheld, isTyped: true });
  }

  async #add(name: string, source: Source): Promise<Matching | undefined> {
    this.#sources.set(name, source);
    const destinations = destinationsOf(name, this.#options.config);
    if (destinations.length === 0) return undefined;
    // What cannot be signed is told at the start.
    for (const destination of destinations) {
      const { signer } = await this.#preparationOf(name, destination);
      const { isTyped, withheld } = source;
      const isSealed = this.#options.sealer !== undefined;
      for (const warning of sourceWarnings(destination, {
        source: name,
        isTyped,
        withheld,
        isSealed,
        signer,
      }))
        this.#warnings.set(`${warning.path} ${warning.sentence}`, warning);
    }
    return this.#matching(destinations, name);
  }

  warnings(): readonly ConfigWarning[] {
    return [...this.#warnings.values()];
  }

  async noteUncaught(): Promise<readonly CutOffDelivery[]> {
    return this.#operatorsCode?.noteUncaught() ?? [];
  }

  #matching(destinations: readonly DestinationConfig[], gate: string): Matching {
    const isMuted = (name: string): boolean => this.#isMuted(name);
    return createMatching(destinations, { withheld: this.#sources.get(gate)?.withheld ?? [], isMuted });
  }

  #isMuted(name: string): boolean {
    return this.#open.get(name)?.health.condition.isMuted === true;
  }

  readonly wake = (names: readonly string[]): void => {
    for (const name of names) this.#open.get(name)?.pump.wake();
  };

  async start(): Promise<void> {
    const { store, log } = this.#options;
    if (this.#open.size === 0) return;
    warnOfWaiting(await store.deliveries.totals(), this.#open, log);
    const destinations = [...this.#open.values()];
    this.#endUpkeep = startDeliveryUpkeep({ ...this.#options, store: store.deliveries, destinations });
    this.wake([...this.#open.keys()]);
  }

  async drain(): Promise<void> {
    this.#endUpkeep();
    await Promise.all([...this.#open.values()].map((open) => open.end()));
  }

  async close(): Promise<void> {
    this.#endUpkeep();
    await Promise.all([...this.#open.values()].map((open) => open.close()));
    await this.#commandHost?.close();
  }

  #preparationOf(gate: string, config: DestinationConfig): Promise<DeliveryPreparation> {
    const key = `${gate}\n${config.name}`;
    const earlier = this.#preparations.get(key);
    if (earlier !== undefined) return earlier;
    const { sealer, now } = this.#options;
    const { name, option, target, proof, keepHeaders, headers, sign } = config;
    const transform = this.#transforms.get(name);
    const preparation = createDeliveryPreparation(
      { keepHeaders, headers, ...(proof !== undefined && { proof }), ...(sign && { sign }) },
      {
        option,
        sealer,
        now,
        gate: this.#sources.get(gate)?.gate,
        scheme: this.#sources.get(gate)?.scheme,
        target: target.kind === 'http' ? new URL(target.url) : undefined,
        ...(transform && { transform }),
      },
    );
    this.#preparations.set(key, preparation);
    return preparation;
  }

  async #preview(event: KeptEvent, config: DestinationConfig): Promise<Preview> {
    const filtered = createFilteredEvent(event, this.#sources.get(event.gate)?.scheme);
    const matches = await this.#matching([config], event.gate)(filtered);
    if (matches.length === 0) return { kind: 'unmatched' };
    const preparation = await this.#preparationOf(event.gate, config);
    const prepared = await preparation.prepare({ event, attempt: 1, type: event.type });
    if (prepared.kind === 'skipped') return { kind: 'skipped' };
    if (prepared.kind === 'failed') return { kind: 'failed', problem: prepared.problem };
    const { method, headers, body } = prepared;
    const secretHeaders = [...preparation.secretHeaders, ...(event.withheld?.names ?? [])];
    const message = { event, destination: config.name, attempt: 1, method, headers, body };
    return previewMessage(message, config.target, secretHeaders);
  }
}
