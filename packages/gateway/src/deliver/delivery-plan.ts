/** Which gate's events go to which destination, and what is made of them on the way: all that follows from one configuration. */
import type { Gate } from '@countersign/core';
import type { Config } from '../config/config.ts';
import type { ConfigWarning } from '../config/config-warnings.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { Sealer } from '../sealed/seal.ts';
import { destinationsOf } from './destinations-of.ts';
import { type LoadedTransform, loadTransform } from './load-transform.ts';
import { createMatching, type Matching } from './matching.ts';
import { ownHeaders } from './own-headers.ts';
import { createDeliveryPreparation, type DeliveryPreparation } from './prepare-delivery.ts';
import { sourceWarnings } from './source-warnings.ts';

/** A gate or session whose events are delivered, or the gateway itself. */
export interface Source {
  /** Absent where nothing proves its requests, of a session, and of the gateway itself. */
  readonly gate: Gate | undefined;
  /** What proves its requests. */
  readonly scheme: Gate['scheme'] | undefined;
  /** Lower-case names of headers. */
  readonly withheld: readonly string[];
  /** Whether its events may have types. */
  readonly isTyped: boolean;
}

export interface DeliveryPlanOptions {
  readonly sealer: Sealer | undefined;
  readonly now: () => number;
  readonly isMuted: (destination: string) => boolean;
}

export class DeliveryPlan {
  readonly config: Config;
  readonly #options: DeliveryPlanOptions;
  readonly #sources = new Map<string, Source>();
  /** Handed on: a destination that has not changed is the same object in the next configuration, and one that has still ends its attempts. */
  readonly #transforms: WeakMap<DestinationConfig, LoadedTransform>;
  /** By destination and source. */
  readonly #preparations = new WeakMap<DestinationConfig, Map<string, Promise<DeliveryPreparation>>>();
  /** Each once: one destination may be that of many gates. */
  readonly #warnings = new Map<string, ConfigWarning>();

  constructor(
    config: Config,
    options: DeliveryPlanOptions,
    transforms: WeakMap<DestinationConfig, LoadedTransform> = new WeakMap(),
  ) {
    this.config = config;
    this.#options = options;
    this.#transforms = transforms;
  }

  /** The plan of the next configuration; gates and sessions that change are still to be added. */
  next(config: Config): DeliveryPlan {
    const plan = new DeliveryPlan(config, this.#options, this.#transforms);
    const names = new Set([...config.gates, ...config.sessions].map(({ name }) => name));
    for (const [name, source] of this.#sources) if (names.has(name)) plan.#sources.set(name, source);
    return plan;
  }

  /** Makes ready what a destination needs, whatever is sent to it. @throws SetupError */
  async addDestination(destination: DestinationConfig): Promise<void> {
    const { transform, option, headers } = destination;
    ownHeaders(headers, option);
    if (transform !== undefined && !this.#transforms.has(destination))
      this.#transforms.set(destination, await loadTransform(transform, `${option}.transform`));
  }

  /** @returns which destinations its events go to. Undefined: none @throws SetupError for a filter or a signature that cannot work */
  async addSource(name: string, source: Source): Promise<Matching | undefined> {
    this.#sources.set(name, source);
    const destinations = destinationsOf(name, this.config);
    if (destinations.length === 0) return undefined;
    const { isTyped, withheld } = source;
    const isSealed = this.#options.sealer !== undefined;
    // What cannot be signed is told at the start.
    for (const destination of destinations) {
      const { signer } = await this.preparationOf(name, destination);
      const warnings = sourceWarnings(destination, { source: name, isTyped, withheld, isSealed, signer });
      for (const warning of warnings) this.#warnings.set(`${warning.path} ${warning.sentence}`, warning);
    }
    return this.matching(name, destinations);
  }

  matching(source: string, destinations: readonly DestinationConfig[]): Matching {
    const withheld = this.#sources.get(source)?.withheld ?? [];
    return createMatching(destinations, { withheld, isMuted: this.#options.isMuted });
  }

  schemeOf(source: string): Gate['scheme'] | undefined {
    return this.#sources.get(source)?.scheme;
  }

  warnings(): readonly ConfigWarning[] {
    return [...this.#warnings.values()];
  }

  preparationOf(source: string, config: DestinationConfig): Promise<DeliveryPreparation> {
    const ofDestination = this.#preparations.get(config) ?? new Map<string, Promise<DeliveryPreparation>>();
    this.#preparations.set(config, ofDestination);
    const earlier = ofDestination.get(source);
    if (earlier !== undefined) return earlier;
    const { sealer, now } = this.#options;
    const { option, target, proof, keepHeaders, headers, sign } = config;
    const transform = this.#transforms.get(config);
    const preparation = createDeliveryPreparation(
      { keepHeaders, headers, ...(proof !== undefined && { proof }), ...(sign && { sign }) },
      {
        option,
        sealer,
        now,
        gate: this.#sources.get(source)?.gate,
        scheme: this.#sources.get(source)?.scheme,
        target: target.kind === 'http' ? new URL(target.url) : undefined,
        ...(transform && { transform }),
      },
    );
    ofDestination.set(source, preparation);
    return preparation;
  }
}
