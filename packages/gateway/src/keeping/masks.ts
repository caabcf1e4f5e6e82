/** The masks of all gates, over what is shown of their requests. */
import type { GateConfig } from '../config/config.ts';
import type { RefusedHead, RefusedRequest } from '../sealed/sealed-refusals.ts';
import type { EventSummary, KeptEvent } from '../stores/event-store.ts';
import { createMask, type Mask } from './mask.ts';

/** Whoever shows an event or a refused request asks it first. What is sent on, exported or judged does not pass here. */
export interface Masks {
  event(event: KeptEvent): Shown<KeptEvent>;
  summary(event: EventSummary): EventSummary;
  refused(request: RefusedRequest): Shown<RefusedRequest>;
  refusedHead(head: RefusedHead): RefusedHead;
}

export type Shown<Request> = Request & {
  /** Whether something of it is not shown: it proves nothing then. */
  readonly isMasked?: boolean;
};

const NOTHING = new Uint8Array(0);

export function createMasks(gates: readonly Pick<GateConfig, 'name' | 'outcome'>[]): Masks {
  const masks = new Map<string, Mask>(
    gates.flatMap(({ name, outcome }) =>
      outcome.kind === 'keep' && outcome.mask.headers.length + outcome.mask.members.length > 0
        ? [[name, createMask(outcome.mask)]]
        : [],
    ),
  );
  const head = <Head extends Pick<KeptEvent, 'gate' | 'url'>>(shown: Head): Head => {
    const mask = masks.get(shown.gate);
    return mask === undefined ? shown : { ...shown, url: mask.url(shown.url) };
  };
  const whole = <Request extends Pick<KeptEvent, 'gate' | 'url' | 'headers' | 'body'>>(
    request: Request,
  ): Shown<Request> => {
    const mask = masks.get(request.gate);
    if (mask === undefined) return request;
    const { url, headers, body } = request;
    return {
      ...request,
      url: mask.url(url),
      headers: mask.headers(headers),
      body: mask.body(body, headers) ?? NOTHING,
      isMasked: true,
    };
  };
  return {
    event: whole,
    summary: head,
    refused: whole,
    refusedHead: (refused) => {
      const mask = masks.get(refused.gate);
      return mask === undefined ? refused : { ...head(refused), headers: mask.headers(refused.headers) };
    },
  };
}
