/** What a Flow Production Tracking site sends to a webhook. */

import { isObject } from '@countersign/core/internal/is-object';
import { type EntityRef, readEntity } from './entity.ts';
import { present } from './present.ts';
import { type Issue, type PlatformSchema, platformSchema } from './schema.ts';

/** One delivery: of one event, or of a batch of up to 50. */
export interface SiteEvents {
  /** When the site sent it, milliseconds since the epoch. */
  readonly timestampMs?: number;
  /** In the site's order. */
  readonly events: readonly SiteEvent[];
}

/** What happened at the site; what it did not say is not there. */
export interface SiteEvent {
  /** E.g. `119.110.0`; the same when the site sends the event again. */
  readonly id: string;
  /** E.g. `Shotgun_Asset_Change`. */
  readonly eventType: string;
  /** E.g. `update`. */
  readonly operation?: string;
  readonly eventLogEntryId?: number;
  readonly deliveryId?: string;
  readonly entity?: EntityRef;
  readonly project?: EntityRef;
  readonly user?: EntityRef;
  /** The field that changed. */
  readonly attributeName?: string;
  /** What changed, as the site has it: `old_value`, `new_value`, `added`, `removed`, … */
  readonly meta: Readonly<Record<string, unknown>>;
  /** The window or script that caused the event. */
  readonly sessionUuid?: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs?: number;
  /** All members as received. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const JSON_SCHEMA = {
  type: 'object',
  properties: { timestamp: { type: 'string' }, data: { type: 'object', additionalProperties: {} } },
  required: ['data'],
  additionalProperties: {},
};

/**
 * The `input` of an action that a site's webhook calls, with “Deliver in Batched Format” or without: always a list of
 * events. An event must say what it is; of its other members those that are not as documented are in `raw` only, since a
 * webhook that is answered with errors is switched off by the site.
 * @see Autodesk’s “Webhooks” and “Batch Delivery”
 */
export const siteEvents: PlatformSchema<SiteEvents> = platformSchema(JSON_SCHEMA, (body, issues) => {
  const { data, timestamp } = body;
  if (!isObject(data)) {
    issues.push({ path: ['data'], message: 'must be an object' });
    return undefined;
  }
  const { deliveries } = data;
  const isBatch = Array.isArray(deliveries);
  const events: SiteEvent[] = [];
  for (const [i, delivery] of (isBatch ? deliveries : [data]).entries()) {
    const event = readEvent(delivery, isBatch ? ['data', 'deliveries', i] : ['data'], issues);
    if (event === undefined) return undefined;
    events.push(event);
  }
  return { ...present({ timestampMs: readTime(timestamp) }), events };
});

function readEvent(value: unknown, path: Issue['path'], issues: Issue[]): SiteEvent | undefined {
  const raw = isObject(value) ? value : {};
  const { id, event_type: eventType } = raw;
  if (typeof id !== 'string') issues.push({ path: [...path, 'id'], message: 'must be a string' });
  if (typeof eventType !== 'string')
    issues.push({ path: [...path, 'event_type'], message: 'must be a string' });
  if (typeof id !== 'string' || typeof eventType !== 'string') return undefined;
  const { meta } = raw;
  return {
    id,
    eventType,
    ...present({
      operation: readText(raw['operation']),
      eventLogEntryId: readWhole(raw['event_log_entry_id']),
      deliveryId: readText(raw['delivery_id']),
      entity: readEntity(raw['entity']),
      project: readEntity(raw['project']),
      user: readEntity(raw['user']),
      attributeName: readText(raw['attribute_name']),
      sessionUuid: readText(raw['session_uuid']),
      createdAtMs: readTime(raw['created_at']),
    }),
    meta: isObject(meta) ? meta : {},
    raw,
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readWhole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** `2021-02-22T17:40:27Z`, or `2021-02-22 17:40:23.202136`, which is in UTC too. */
function readTime(value: unknown): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*Z?$/.exec(readText(value) ?? '');
  const timeMs = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
