/** What is moved from SQLite to PostgreSQL: each table, how a row of it is read there, and what it is here. */

import { issueOf } from '../sqlite-issues.ts';
import type { Row } from '../sqlite-row.ts';
import type { ColumnType } from './arrays.ts';
import { shownOf } from './audit.ts';
import { orderHash } from './new-deliveries.ts';
import { named } from './records.ts';

export type MovedValue = string | number | Uint8Array | null;

export interface MovedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** What it is in the table, where that is no `type`. */
  readonly stored?: 'boolean' | 'integer';
  readonly of: (row: Row) => MovedValue;
}

export interface MovedTable {
  /** In the schema `countersign`. */
  readonly name: string;
  /** Gives rows in the order of the key, from SQLite. `:now` is the time of the move. */
  readonly source: string;
  /** Of the target, in whose order rows are read there; each names a column. */
  readonly key: readonly string[];
  readonly columns: readonly MovedColumn[];
  /** How many rows there are, roughly, for who waits. */
  readonly count: string;
  /** Whose day's partition must be there. */
  readonly dayOf?: string;
}

function text(name: string, from: string = name): MovedColumn {
  return { name, type: 'text', of: (row) => textIn(row[from]) };
}

function whole(name: string, from: string = name): MovedColumn {
  return { name, type: 'bigint', of: (row) => wholeIn(row[from]) };
}

function int(name: string): MovedColumn {
  return { name, type: 'bigint', stored: 'integer', of: (row) => wholeIn(row[name]) };
}

function flag(name: string): MovedColumn {
  return { name, type: 'bigint', stored: 'boolean', of: (row) => wholeIn(row[name]) };
}

function bytes(name: string): MovedColumn {
  return { name, type: 'bytea', of: (row) => bytesIn(row[name]) };
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function wholeIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function bytesIn(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}

const EVENTS: MovedTable = {
  name: 'events',
  source: `SELECT *, CASE WHEN json_valid(verdict) THEN verdict ->> '$.refused.reason' END AS refused FROM events ORDER BY place`,
  count: 'SELECT count(*) AS number FROM events',
  key: ['place'],
  dayOf: 'id',
  columns: [
    text('id'),
    whole('place'),
    text('gate'),
    text('provider'),
    text('key_id'),
    text('tenant'),
    text('type'),
    whole('received_ms'),
    text('method'),
    text('url'),
    int('destinations'),
    int('body_bytes'),
    text('encoding'),
    bytes('identity'),
    whole('claim_until_ms'),
    whole('claim_fresh_until_ms'),
    text('verdict'),
    text('refused'),
    text('erased'),
    text('forwarded'),
    text('withheld'),
    bytes('sealed'),
    text('headers'),
    bytes('body'),
  ],
};

const CLAIMS: MovedTable = {
  name: 'claims',
  // A second row of a claim may remain from before it expired: the last holds it.
  source: `SELECT max(row) AS row, gate, identity, until_ms, fresh_until_ms, taken_ms, event_id, answer
    FROM claims WHERE until_ms > :now GROUP BY gate, identity ORDER BY gate, identity`,
  count: 'SELECT count(*) AS number FROM claims',
  key: ['gate', 'identity'],
  columns: [
    text('gate'),
    bytes('identity'),
    whole('until_ms'),
    whole('fresh_until_ms'),
    whole('taken_ms'),
    text('event_id'),
    bytes('answer'),
  ],
};

const DELIVERIES: MovedTable = {
  name: 'deliveries',
  source: 'SELECT * FROM deliveries ORDER BY place',
  count: 'SELECT count(*) AS number FROM deliveries',
  key: ['place'],
  dayOf: 'event_id',
  columns: [
    text('event_id'),
    text('destination'),
    whole('place'),
    text('gate'),
    text('state'),
    int('attempts'),
    int('round'),
    whole('began_ms'),
    whole('set_ms'),
    whole('due_ms'),
    text('order_key'),
    {
      name: 'order_hash',
      type: 'bigint',
      of: ({ order_key: key }) => (typeof key === 'string' ? orderHash(key) : null),
    },
    flag('parks'),
    flag('blocks'),
    text('code'),
  ],
};

const ATTEMPTS: MovedTable = {
  name: 'attempts',
  source: `SELECT attempts.*, deliveries.event_id FROM deliveries JOIN attempts ON attempts.delivery = deliveries.place
    ORDER BY deliveries.event_id, attempts.delivery, attempts.number`,
  count: 'SELECT count(*) AS number FROM attempts',
  key: ['event_id', 'delivery', 'number'],
  dayOf: 'event_id',
  columns: [
    text('event_id'),
    whole('delivery'),
    int('number'),
    whole('started_ms'),
    int('took_ms'),
    text('code'),
    int('status'),
    text('problem'),
    bytes('answer'),
  ],
};

const DESTINATIONS: MovedTable = {
  name: 'destinations',
  source: 'SELECT * FROM destinations ORDER BY name',
  count: 'SELECT count(*) AS number FROM destinations',
  key: ['name'],
  columns: [text('name'), text('condition')],
};

const RECORDS: MovedTable = {
  name: 'records',
  source: 'SELECT * FROM records WHERE until_ms > :now ORDER BY version',
  count: 'SELECT count(*) AS number FROM records',
  key: ['version'],
  columns: [
    { name: 'space', type: 'text', of: ({ space }) => named(String(space)) },
    { name: 'key', type: 'text', of: ({ key }) => named(String(key)) },
    whole('version'),
    whole('until_ms'),
    bytes('bytes'),
  ],
};

const REFUSED: MovedTable = {
  name: 'refused',
  source: 'SELECT * FROM refused WHERE until_ms > :now ORDER BY place',
  count: 'SELECT count(*) AS number FROM refused',
  key: ['place'],
  columns: [
    whole('place'),
    text('id'),
    text('gate'),
    whole('received_ms'),
    whole('until_ms'),
    int('bytes'),
    bytes('head'),
    bytes('body'),
  ],
};

const AUDIT: MovedTable = {
  name: 'audit',
  source: 'SELECT seq, key_id, mac, entry FROM audit ORDER BY seq',
  count: 'SELECT count(*) AS number FROM audit',
  key: ['seq'],
  columns: [
    whole('seq'),
    text('key_id'),
    bytes('mac'),
    text('entry'),
    { name: 'kind', type: 'text', of: ({ entry }) => shownOf(String(entry)).kind },
    { name: 'at_ms', type: 'bigint', of: ({ entry }) => shownOf(String(entry)).atMs },
    { name: 'ends', type: 'bigint', of: ({ entry }) => shownOf(String(entry)).ends },
    { name: 'who', type: 'text', of: ({ entry }) => shownOf(String(entry)).who },
    { name: 'route', type: 'text', of: ({ entry }) => shownOf(String(entry)).route },
  ],
};

const ISSUES: MovedTable = {
  name: 'issues',
  source: 'SELECT * FROM issues ORDER BY id',
  count: 'SELECT count(*) AS number FROM issues',
  key: ['id'],
  columns: [
    text('id'),
    whole('place'),
    text('state'),
    whole('count'),
    { name: 'issue', type: 'text', of: (row) => JSON.stringify(issueOf(row)) },
  ],
};

/** In the order in which they are moved. Words of the full-text index are not: the gateway makes it anew. */
export const MOVED_TABLES: readonly MovedTable[] = [
  RECORDS,
  EVENTS,
  CLAIMS,
  DELIVERIES,
  ATTEMPTS,
  DESTINATIONS,
  REFUSED,
  AUDIT,
  ISSUES,
];
