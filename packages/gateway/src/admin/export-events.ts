/** Events as they are exported: pages of bounded size, whatever is kept. */
import { createHash } from 'node:crypto';
import type { EventApi, ExportedEventView, ExportPage, InputOf } from '@countersign/api';
import { createSlices } from '../loop-slices.ts';
import type { DeliveryView } from '../stores/delivery-store.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { EventParts } from './admin-parts.ts';
import { placeNotReached } from './place-not-reached.ts';
import { Problem } from './problem.ts';
import { unlessDamaged } from './show-kept.ts';
import { unknownKeeper } from './unknown-gate.ts';
import { base64Of } from './views.ts';

/** Of a page. */
const MAX_EVENTS = 500;
/** Bodies of a page together; one is given however long it is. To write them as JSON takes two milliseconds. */
const MAX_BYTES = 1_048_576;
/** Whose deliveries are read together: of long events few are on a page. */
const EVENTS_PER_STEP = 64;

export async function exportEvents(
  parts: Pick<EventParts, 'events' | 'deliveries' | 'keepers'>,
  { place, gate }: InputOf<EventApi['exportEvents']>,
): Promise<ExportPage | Problem> {
  if ((await parts.events.at(place)).kind === 'ahead') return placeNotReached();
  const listed = await parts.events.follow({
    after: place,
    limit: MAX_EVENTS,
    ...(gate !== undefined && { gate }),
  });
  if (listed.length === 0) {
    const problem = await unknownKeeper(parts, gate);
    if (problem !== undefined) return problem;
  }
  const slice = createSlices();
  const events: ExportedEventView[] = [];
  const damaged: string[] = [];
  let bytes = 0;
  let cursor = place;
  let deliveries: DeliveriesByEvent | Problem = new Map();
  for (const [index, summary] of listed.entries()) {
    if (events.length > 0 && bytes + summary.bodyBytes > MAX_BYTES) break;
    if (index % EVENTS_PER_STEP === 0)
      deliveries = await unlessDamaged(
        parts.deliveries.ofEvents(listed.slice(index, index + EVENTS_PER_STEP).map(({ id }) => id)),
      );
    const kept = await unlessDamaged(withDeliveries(parts, summary.id, deliveries));
    cursor = summary.place;
    // Retention may have taken it meanwhile.
    if (kept === undefined) continue;
    // What stands behind it is exported all the same.
    if (kept instanceof Problem) damaged.push(summary.id);
    else {
      bytes += kept.event.body.byteLength;
      events.push(exportedView(kept.event, kept.deliveries));
    }
    await slice();
  }
  return {
    events,
    damaged,
    cursor,
    hasMore: listed.length === MAX_EVENTS || cursor !== (listed.at(-1)?.place ?? place),
  };
}

type DeliveriesByEvent = ReadonlyMap<string, readonly DeliveryView[]>;

interface EventWithDeliveries {
  readonly event: KeptEvent;
  readonly deliveries: readonly DeliveryView[];
}

/** @param together deliveries of several events; where one of those is damaged each event is asked for alone, which says whose it is */
async function withDeliveries(
  parts: Pick<EventParts, 'events' | 'deliveries'>,
  id: string,
  together: DeliveriesByEvent | Problem,
): Promise<EventWithDeliveries | undefined> {
  const event = await parts.events.get(id);
  if (event === undefined) return undefined;
  const deliveries = together instanceof Problem ? await parts.deliveries.ofEvents([id]) : together;
  return { event, deliveries: deliveries.get(id) ?? [] };
}

function exportedView(event: KeptEvent, deliveries: readonly DeliveryView[]): ExportedEventView {
  const { id, gate, receivedMs, method, url, headers, body, provider, keyId, tenant } = event;
  const { type, withheld, forwarded, verdict, erased, hashed } = event;
  return {
    id,
    gate,
    receivedAtMs: receivedMs,
    method,
    url,
    headers: Array.from({ length: headers.length / 2 }, (_, i) => [
      headers[2 * i] ?? '',
      headers[2 * i + 1] ?? '',
    ]),
    bodyBase64: base64Of(body),
    bodySha256: hashed?.sha256 ?? createHash('sha256').update(body).digest('hex'),
    ...(hashed && { hashedBytes: hashed.bodyBytes }),
    provider,
    keyId,
    ...(tenant !== undefined && { tenant }),
    ...(type !== undefined && { type }),
    ...(withheld && { withheld: withheld.names }),
    ...(withheld?.sealed && { sealedBase64: base64Of(withheld.sealed) }),
    ...(forwarded && { forwarded }),
    ...(verdict && { verdict }),
    ...(erased && { erased }),
    // The first made first.
    deliveries: deliveries
      .map(({ destination, state, attempts }) => ({ destination, state, attempts }))
      .toReversed(),
  };
}
