/** The masks of all gates and sessions, over what is shown of their requests and deliveries. */
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { RefusedHead, RefusedRequest } from '../sealed/sealed-refusals.ts';
import type { Attempt, DeliveryView } from '../stores/delivery-store.ts';
import type { EventSummary, KeptEvent } from '../stores/event-store.ts';
import { type KeepersConfig, keepersOf } from './keepers.ts';
import { createMask, MASKED, type Mask } from './mask.ts';
import type { RememberedMasks } from './remembered-masks.ts';

/** Whoever shows an event or a refused request asks it first. What is sent on, exported or judged does not pass here. */
export interface Masks {
  event(event: KeptEvent): Promise<Shown<KeptEvent>>;
  summary(event: EventSummary): Promise<EventSummary>;
  refused(request: RefusedRequest): Promise<Shown<RefusedRequest>>;
  refusedHead(head: RefusedHead): Promise<RefusedHead>;
  /** Its order key is a part of the event. */
  delivery(delivery: DeliveryView): DeliveryView;
  /** What a destination has answered, and what other people’s code says of an event, may be any part of it. */
  attempt(attempt: Attempt, gate: string): Attempt;
  /** Whether something of the events under a name is not shown. */
  has(gate: string): boolean;
  /** All of which something is not shown. */
  names(): readonly string[];
}

export type Shown<Request> = Request & {
  /** Whether something of it is not shown: it proves nothing then. */
  readonly isMasked?: boolean;
};

const NOTHING = new Uint8Array(0);

/** Codes of attempts whose sentence quotes what an action, a transformation or a server has said. */
const QUOTING = new Set(['action-failed', 'not-started', 'not-stored', 'transform-threw', 'transform-wrong']);
const NOT_SHOWN = 'Why is not shown here: it may quote what keep.mask hides.';

/** What of a configuration masks. */
export interface MasksConfig extends KeepersConfig {
  /** They say what an order key is a part of. */
  readonly destinations: readonly Pick<DestinationConfig, 'name' | 'order'>[];
}

/** @param remembered of gates and sessions that the configuration may have no more */
export function createMasks(config: MasksConfig, remembered: RememberedMasks): Masks {
  const rules = new Map(remembered);
  for (const { name, mask } of keepersOf(config)) rules.set(name, mask);
  const masks = new Map<string, Mask>(
    [...rules].flatMap(([name, mask]) =>
      mask.headers.length + mask.members.length > 0 ? [[name, createMask(mask)]] : [],
    ),
  );
  const orders = new Map(config.destinations.map(({ name, order }) => [name, order]));
  const head = async <Head extends Pick<KeptEvent, 'gate' | 'url'>>(shown: Head): Promise<Head> => {
    const mask = masks.get(shown.gate);
    return mask === undefined ? shown : { ...shown, url: await mask.url(shown.url) };
  };
  const whole = async <Request extends Pick<KeptEvent, 'gate' | 'url' | 'headers' | 'body'>>(
    request: Request,
  ): Promise<Shown<Request>> => {
    const mask = masks.get(request.gate);
    if (mask === undefined) return request;
    const { url, headers, body } = request;
    return {
      ...request,
      url: await mask.url(url),
      headers: mask.headers(headers),
      body: (await mask.body(body, headers)) ?? NOTHING,
      isMasked: true,
    };
  };
  return {
    has: (gate) => masks.has(gate),
    names: () => [...masks.keys()],
    delivery: (delivery) => {
      const mask = masks.get(delivery.gate);
      if (mask === undefined || delivery.orderKey === undefined) return delivery;
      const order = orders.get(delivery.destination);
      // Of a destination that is gone nobody knows where the key stood.
      const isHidden = order === undefined || mask.hides(order.by);
      return isHidden ? { ...delivery, orderKey: MASKED } : delivery;
    },
    attempt: (attempt, gate) => {
      if (!masks.has(gate)) return attempt;
      const { answer: _, ...shown } = attempt;
      return shown.problem !== undefined && QUOTING.has(shown.code)
        ? { ...shown, problem: NOT_SHOWN }
        : shown;
    },
    event: whole,
    summary: head,
    refused: whole,
    refusedHead: async (refused) => {
      const mask = masks.get(refused.gate);
      return mask === undefined
        ? refused
        : { ...(await head(refused)), headers: mask.headers(refused.headers) };
    },
  };
}
