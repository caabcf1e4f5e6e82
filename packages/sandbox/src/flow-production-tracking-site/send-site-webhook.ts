/** Sends a webhook as the site does. @see https://developers.shotgridsoftware.com/e7890fc8 */
import { siteWebhook } from '../flow-production-tracking.ts';
import { type SandboxResponse, send } from '../send.ts';

/** What happened: the members of a delivery's `data`, e.g. `{ event_type: 'Shotgun_Version_Change', … }`. */
export type SiteEvent = Readonly<Record<string, unknown>>;

/** One event, or 1 to 50 in the batched format. */
export type SiteWebhook = {
  /** Where to, http or https. */
  readonly url: string;
  /** The webhook's secret token. */
  readonly secret: string;
} & ({ readonly event: SiteEvent } | { readonly events: readonly SiteEvent[] });

export interface SendSiteWebhookOptions {
  readonly nowMs: number;
  /** Another id each time. */
  readonly randomId: () => string;
}

const MAX_EVENTS = 50;

/**
 * Posts one delivery and reads the answer, within the site's time limit.
 * @throws RangeError for no events, or more than 50; Error where no answer came in time.
 */
export async function sendSiteWebhook(
  webhook: SiteWebhook,
  { nowMs, randomId }: SendSiteWebhookOptions,
): Promise<SandboxResponse> {
  const { url, secret } = webhook;
  const isBatch = 'events' in webhook;
  const count = isBatch ? webhook.events.length : 1;
  if (count < 1 || count > MAX_EVENTS) {
    throw new RangeError(
      `events: a batch holds 1 to ${MAX_EVENTS} events, not ${count}. Send several batches.`,
    );
  }
  // The documentation's examples: a batch's time has milliseconds, a single delivery's has not.
  const time = new Date(nowMs).toISOString();
  const payload = isBatch
    ? { timestamp: time, data: { deliveries: webhook.events } }
    : { data: webhook.event, timestamp: `${time.slice(0, 19)}Z` };
  const { origin, pathname, search } = new URL(url);
  const request = siteWebhook({
    key: secret,
    payload,
    nowMs,
    path: pathname + search,
    deliveryId: randomId(),
    eventBatchId: randomId(),
  });
  return send(request, origin, { timeoutMs: webhookTimeoutMs(count) });
}

/** How long the site waits for an answer: 6 s, or a second an event where that is longer. */
export function webhookTimeoutMs(events: number): number {
  return Math.max(6000, events * 1000);
}
