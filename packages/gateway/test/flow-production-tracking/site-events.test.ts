import { describe, expect, it } from 'vitest';
import { type SiteEvents, siteEvents } from '../../src/flow-production-tracking/site-events.ts';

/** The shapes of Autodesk's “Webhooks” and “Batch Delivery”. */
const CHANGE = {
  id: '119.110.0',
  event_log_entry_id: 479004,
  event_type: 'Shotgun_Asset_Change',
  operation: 'update',
  user: { type: 'HumanUser', id: 24 },
  entity: { type: 'Asset', id: 1419 },
  project: { type: 'Project', id: 127 },
  meta: { type: 'attribute_change', attribute_name: 'code', old_value: 'a', new_value: 'b' },
  created_at: '2021-02-22 17:40:23.202136',
  attribute_name: 'code',
  session_uuid: null,
};

const EVENT = {
  id: '119.110.0',
  eventLogEntryId: 479004,
  eventType: 'Shotgun_Asset_Change',
  operation: 'update',
  user: { type: 'HumanUser', id: 24 },
  entity: { type: 'Asset', id: 1419 },
  project: { type: 'Project', id: 127 },
  meta: CHANGE.meta,
  createdAtMs: Date.UTC(2021, 1, 22, 17, 40, 23, 202),
  attributeName: 'code',
  raw: CHANGE,
};

function check(value: unknown): { value?: SiteEvents; issues?: unknown } {
  const result = siteEvents['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('a promise');
  return result;
}

describe('a site’s events', () => {
  it('are one where deliveries are not batched', () => {
    expect(check({ data: CHANGE, timestamp: '2021-02-22T17:40:27Z' }).value).toStrictEqual({
      timestampMs: Date.UTC(2021, 1, 22, 17, 40, 27),
      events: [EVENT],
    });
  });

  it('are up to fifty where they are, in their order', () => {
    const deliveries = Array.from({ length: 50 }, (_, i) => ({ ...CHANGE, id: `1.1.${i}` }));
    const { value } = check({ timestamp: '2021-02-22T18:04:40.140Z', data: { deliveries } });
    expect(value?.timestampMs).toBe(Date.UTC(2021, 1, 22, 18, 4, 40, 140));
    expect(value?.events.map(({ id }) => id)).toEqual(deliveries.map(({ id }) => id));
    expect(check({ data: { deliveries: [] } }).value).toStrictEqual({ events: [] });
  });

  it('have what else the site says under raw', () => {
    const more = { ...CHANGE, session_uuid: 's', delivery_id: 'd', warning: 'too long' };
    const [event] = check({ data: more }).value?.events ?? [];
    expect(event).toMatchObject({ sessionUuid: 's', deliveryId: 'd', raw: { warning: 'too long' } });
  });

  it('have no member for what was not said, or not as documented', () => {
    const odd = {
      entity: null,
      project: 'x',
      user: { type: 'HumanUser', id: '24' },
      created_at: 'today',
      meta: null,
    };
    const data = { id: '1', event_type: 'Shotgun_User_Login', ...odd };
    expect(check({ data, timestamp: 'soon' }).value).toStrictEqual({
      events: [{ id: '1', eventType: 'Shotgun_User_Login', meta: {}, raw: data }],
    });
  });

  it('keep the name of an entity', () => {
    const entity = { type: 'Shot', id: 1, name: 'sh010' };
    expect(check({ data: { ...CHANGE, entity } }).value?.events[0]?.entity).toEqual(entity);
  });

  it.each<[unknown, (string | number)[][]]>([
    [undefined, [[]]],
    [[], [[]]],
    [{}, [['data']]],
    [{ data: [] }, [['data']]],
    [
      { data: {} },
      [
        ['data', 'id'],
        ['data', 'event_type'],
      ],
    ],
    [{ data: { ...CHANGE, id: 1 } }, [['data', 'id']]],
    [
      { data: { deliveries: [CHANGE, { ...CHANGE, event_type: null }, {}] } },
      [['data', 'deliveries', 1, 'event_type']],
    ],
    [
      { data: { deliveries: [null] } },
      [
        ['data', 'deliveries', 0, 'id'],
        ['data', 'deliveries', 0, 'event_type'],
      ],
    ],
  ])('are not found in %j', (body, paths) => {
    const { issues } = check(body) as { issues: { path: unknown }[] };
    expect(issues.map(({ path }) => path)).toEqual(paths);
  });

  it('take fields that are not known', () => {
    expect(siteEvents['~standard'].jsonSchema.input({ target: 'draft-2020-12' })).toEqual({
      type: 'object',
      properties: { timestamp: { type: 'string' }, data: { type: 'object', additionalProperties: {} } },
      required: ['data'],
      additionalProperties: {},
    });
  });
});
