import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeVector, type VectorCase } from '@countersign/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { lightMenuItem, menuItem } from '../../src/flow-production-tracking/menu-item.ts';
import type { PlatformSchema } from '../../src/flow-production-tracking/schema.ts';

const VECTORS = join(import.meta.dirname, '../../../../vectors/flow-production-tracking.json');
const { cases } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { cases: readonly VectorCase[] };

const LEAST = { user_id: '34', user_login: 'ada' };

/** As of Autodesk's example of a menu item's fields. */
const CONTEXT = {
  payload: 'full',
  userId: 34,
  userLogin: 'ada',
  entityType: 'Version',
  siteHost: 'studio.shotgrid.autodesk.com',
  siteUrl: 'https://studio.shotgrid.autodesk.com',
  referrerPath: '/page/1353',
  sessionUuid: 'd8592bd6-fc41-11e1-b2c5-000c297a5f50',
  selectedIds: [931, 900],
  ids: [931, 900, 904, 907],
  selected: [
    { type: 'Version', id: 931 },
    { type: 'Version', id: 900 },
  ],
  title: 'All Versions',
  page: { type: 'Page', id: 1353 },
  project: { type: 'Project', id: 81, name: 'Gunslinger' },
  view: 'Default',
  columns: [
    { name: 'code', displayName: 'Version' },
    { name: 'sg_status_list', displayName: 'Status' },
    { name: 'description', displayName: 'Description' },
  ],
  sort: [{ column: 'code', direction: 'asc' }],
  grouping: [{ column: 'code', method: 'exact', direction: 'asc' }],
};

function check<T>(schema: PlatformSchema<T>, value: unknown): { value?: T; issues?: unknown } {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('a promise');
  return result;
}

function read(fields: Readonly<Record<string, string>>): unknown {
  const { value, issues } = check(menuItem, { ...LEAST, ...fields });
  expect(issues).toBeUndefined();
  return value;
}

async function verifiedFields(name: string): Promise<Record<string, string>> {
  const vector = cases.find((one) => one.name === name);
  if (vector === undefined) throw new Error(`no vector "${name}"`);
  const verdict = await judgeVector('flow-production-tracking', vector);
  if (!verdict.ok || verdict.fields === undefined) throw new Error(JSON.stringify(verdict));
  return Object.fromEntries(verdict.fields);
}

describe('a menu item', () => {
  it.each(['urlencoded, signature last', 'multipart/form-data'])('is read from a form: %s', async (name) => {
    expect(check(menuItem, await verifiedFields(name))).toEqual({ value: CONTEXT });
  });

  it('has no sort where its fields are blank, signed or not', async () => {
    for (const name of ['blank field, signed without it', 'blank field, signed with it'])
      expect(check(menuItem, await verifiedFields(name))).toEqual({ value: { ...CONTEXT, sort: [] } });
  });

  it('keeps texts as they are', async () => {
    const fields = await verifiedFields('non-ASCII and reserved characters');
    expect(check(menuItem, fields).value).toMatchObject({
      title: 'a+b & c=d %41',
      project: { name: 'Été – 東京 🎬' },
    });
  });

  it('has no member for what was not sent', () => {
    const least = { payload: 'full', userId: 34, userLogin: 'ada' };
    const lists = { selectedIds: [], ids: [], selected: [], columns: [], sort: [], grouping: [] };
    // toStrictEqual: a member that is undefined is a member.
    expect(read({})).toStrictEqual({ ...least, ...lists });
    const blank = Object.fromEntries(Object.keys(schemaOf(menuItem).properties).map((name) => [name, '']));
    expect(check(menuItem, { ...blank, ...LEAST }).value).toStrictEqual({ ...least, ...lists });
  });

  it('reads ids with spaces between them, as Autodesk writes them', () => {
    expect(read({ ids: '931, 900 ,904' })).toMatchObject({ ids: [931, 900, 904] });
  });

  it('prefers the lists of several sort and group columns to the first of each', () => {
    expect(
      read({
        sort_column: 'code',
        sort_direction: 'asc',
        sort_columns: 'code,created_at',
        sort_directions: 'asc,desc',
        grouping_column: 'entity',
        grouping_method: 'entitytype',
        grouping_direction: 'asc',
        grouping_columns: 'entity,created_at',
        grouping_methods: 'entitytype,month',
        grouping_directions: 'asc,desc',
      }),
    ).toMatchObject({
      sort: [
        { column: 'code', direction: 'asc' },
        { column: 'created_at', direction: 'desc' },
      ],
      grouping: [
        { column: 'entity', method: 'entitytype', direction: 'asc' },
        { column: 'created_at', method: 'month', direction: 'desc' },
      ],
    });
  });

  it('leaves out what cannot be put beside its column', () => {
    const fields = {
      cols: 'code,task',
      column_display_names: 'Name, long,Task',
      sort_columns: 'a,b',
      sort_directions: 'asc,',
    };
    expect(read(fields)).toMatchObject({
      columns: [{ name: 'code' }, { name: 'task' }],
      sort: [{ column: 'a', direction: 'asc' }, { column: 'b' }],
    });
    const { columns, sort } = read(fields) as typeof CONTEXT;
    expect([...columns, ...sort].map((one) => Object.keys(one).length)).toEqual([1, 1, 2, 1]);
  });

  it('knows a project by its id', () => {
    expect(read({ project_id: '81' })).toMatchObject({ project: { type: 'Project', id: 81 } });
    expect(read({ project_name: 'Gunslinger' })).not.toHaveProperty('project');
  });

  it('has the origin of a site on this machine, where there is no certificate', () => {
    expect(read({ server_hostname: 'localhost:8790' })).toMatchObject({
      siteHost: 'localhost:8790',
      siteUrl: 'http://localhost:8790',
    });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ user_id: '' }, 'user_id', 'is required'],
    [{ user_login: undefined }, 'user_login', 'is required'],
    [{ user_id: 'x' }, 'user_id', 'must be a whole number'],
    [{ user_id: '1.5' }, 'user_id', 'must be a whole number'],
    [{ user_id: '-1' }, 'user_id', 'must be a whole number'],
    [{ user_id: '0x10' }, 'user_id', 'must be a whole number'],
    [{ user_id: '9007199254740992' }, 'user_id', 'must be a whole number'],
    [{ user_id: 34 }, 'user_id', 'must be a string'],
    [{ page_id: '1e3' }, 'page_id', 'must be a whole number'],
    [{ project_id: '81,82' }, 'project_id', 'must be a whole number'],
    [{ ids: '1,,2' }, 'ids', 'must be whole numbers with commas between them'],
    [{ ids: '1;2' }, 'ids', 'must be whole numbers with commas between them'],
    [{ ids: '9007199254740992' }, 'ids', 'must be whole numbers with commas between them'],
    [
      { entity_type: 'Shot', selected_ids: 'all' },
      'selected_ids',
      'must be whole numbers with commas between them',
    ],
    [{ selected_ids: '1' }, 'entity_type', 'is required'],
    [{ server_hostname: 'a b' }, 'server_hostname', 'must be a host name'],
    [{ title: ['x'] }, 'title', 'must be a string'],
  ])('refuses %j at %s', (fields, name, message) => {
    expect(check(menuItem, { ...LEAST, ...fields })).toEqual({ issues: [{ path: [name], message }] });
  });

  it.each([[undefined], [null], ['x'], [[]], [1]])('refuses %j, which is not a form', (value) => {
    expect(check(menuItem, value).issues).toEqual([{ path: [], message: 'must be an object' }]);
  });

  it('says what to do where the item sends a light payload', () => {
    const { issues } = check(menuItem, { event_log_entry_id: '7', server_hostname: 'a.example' });
    expect(issues).toEqual([
      {
        path: ['event_log_entry_id'],
        message:
          'is all that was sent: switch “Light Payload” off at the menu item, or give the action lightMenuItem as its input',
      },
    ]);
  });

  it('reads no inherited member, and is never at a loss, whatever the fields', () => {
    const name = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      ...Object.keys(schemaOf(menuItem).properties),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ',', '1,2', '1', 'a,b', '9'.repeat(400)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text)), (entries) => {
        const { value, issues } = check(menuItem, Object.fromEntries([...Object.entries(LEAST), ...entries]));
        expect((value === undefined) !== (issues === undefined)).toBe(true);
        if (value === undefined) return;
        for (const id of [value.userId, ...value.ids, ...value.selectedIds])
          expect(id).toSatisfy(Number.isSafeInteger);
        expect(JSON.stringify(value)).not.toMatch(/""|null/);
      }),
      { seed: 6, numRuns: runs(2000) },
    );
  });
});

describe('a light menu item', () => {
  it('is the id of an event log entry, and whatever else was sent', () => {
    expect(check(lightMenuItem, { event_log_entry_id: '545175' }).value).toStrictEqual({
      payload: 'light',
      eventLogEntryId: 545175,
    });
    const fields = { event_log_entry_id: '7', ...LEAST, server_hostname: 'a.example', session_uuid: 'u' };
    expect(check(lightMenuItem, fields).value).toStrictEqual({
      payload: 'light',
      eventLogEntryId: 7,
      userId: 34,
      userLogin: 'ada',
      siteHost: 'a.example',
      siteUrl: 'https://a.example',
      sessionUuid: 'u',
    });
  });

  it('refuses a full payload', () => {
    expect(check(lightMenuItem, LEAST).issues).toEqual([
      { path: ['event_log_entry_id'], message: 'is required' },
    ]);
  });
});

interface FormSchema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly additionalProperties: unknown;
}

function schemaOf(schema: PlatformSchema<unknown>): FormSchema {
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as unknown as FormSchema;
}

describe('a menu item’s JSON Schema', () => {
  it('names every field that Autodesk’s page names, and takes others', () => {
    const { properties, required, additionalProperties } = schemaOf(menuItem);
    const documented =
      'user_id user_login entity_type selected_ids ids title page_id server_hostname referrer_path session_uuid cols column_display_names view sort_column sort_direction sort_columns sort_directions grouping_column grouping_method grouping_direction grouping_columns grouping_methods grouping_directions project_name project_id';
    expect(Object.keys(properties).sort()).toEqual(documented.split(' ').sort());
    expect(required).toEqual(['user_id', 'user_login']);
    expect(additionalProperties).toEqual({});
  });
});
