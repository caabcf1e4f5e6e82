/** What routes are sent, judged by what they declare: of the real table, and of one with a body. */
import { ID_TEXT, type InputOf, type RouteTable } from '@countersign/api';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Handlers } from '../../src/admin/admin-parts.ts';
import { Problem } from '../../src/admin/problem.ts';
import { readInput } from '../../src/admin/read-input.ts';
import { send, start } from '../harness.ts';

describe('a route is told what is wrong with', () => {
  it.each([
    ['/api/events?limit=0', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=201', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=1e1', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=-1', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=99999999999999999999', 'limit must be a whole number from 1 to 200'],
    ['/api/events?limit=5&limit=6', 'limit is given more than once'],
    ['/api/events?gate=', 'gate must be 1 to 200 printable characters'],
    ['/api/events?before=%00', 'before must be 1 to 200 printable characters'],
    [`/api/events?before=${'x'.repeat(201)}`, 'before must be 1 to 200 printable characters'],
    [`/api/events/${'x'.repeat(201)}`, 'id must be 1 to 200 printable characters'],
    [
      '/api/events?limt=5',
      'the query has no "limt"; did you mean limit? (known: gate, type, tenant, verdict, reason, id, since, until, member, value, header, headerValue, words, unmatched, before, limit)',
    ],
    [
      '/api/events?__proto__=5',
      'the query has no "__proto__" (known: gate, type, tenant, verdict, reason, id, since, until, member, value, header, headerValue, words, unmatched, before, limit)',
    ],
    [
      '/api/events?offset=5',
      'the query has no "offset" (known: gate, type, tenant, verdict, reason, id, since, until, member, value, header, headerValue, words, unmatched, before, limit)',
    ],
    [
      `/api/events?${'y'.repeat(1000)}`,
      `the query has no "${'y'.repeat(40)}…" (known: gate, type, tenant, verdict, reason, id, since, until, member, value, header, headerValue, words, unmatched, before, limit)`,
    ],
    ['/api/events?unmatched=yes', 'unmatched must be true or false'],
    ['/api/events?type=%0A', 'type must be 1 to 200 characters without control characters'],
    ['/api/events/search', 'text is missing from the query'],
    [`/api/events/search?text=${'x'.repeat(501)}`, 'text must be 1 to 500 characters'],
    ['/api/events/after/-1', `place must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`],
    [
      '/api/events/after/99999999999999999',
      `place must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
    ],
    ['/api/deliveries?state=lost', 'state must be one of waiting, behind, delivered, dead, cancelled, muted'],
    ['/api/deliveries?since=yesterday', 'since must be a time such as 2026-11-27T09:00:00Z'],
    ['/api/deliveries?since=2026-13-27T09:00:00Z', 'since and until must be times that there are'],
    ['/api/gates?gate=a', 'the query has no "gate" (it takes none)'],
  ])('%s: %s', async (path, detail) => {
    const gateway = await start({ k: { path: '/k', provider: 'none', keep: {} } }, { store: 'memory:' });
    const { status, headers, text } = await send(`${gateway.adminUrl}${path}`, {
      method: 'GET',
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(JSON.parse(text)).toMatchObject({ status: 400, code: 'invalid-input', detail });
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
  });
});

/** A table with all the parts that a route may have. */
type Notes = {
  readonly write: {
    readonly params: { readonly id: string };
    readonly query: { readonly dry?: number };
    readonly body: { readonly text: string; readonly stars?: number };
    readonly reply: { readonly written: string };
  };
};
const notes: RouteTable<Notes> = {
  write: {
    method: 'POST',
    path: '/notes/:id',
    auth: true,
    params: { id: { ...ID_TEXT, optional: false } },
    query: { dry: { kind: 'whole-number', min: 0, max: 1, optional: true } },
    body: {
      text: { ...ID_TEXT, optional: false },
      stars: { kind: 'whole-number', min: 1, max: 5, optional: true },
    },
    reply: 'json',
    statuses: [200],
    maxBodyBytes: 1_048_576,
    answers: 'that it is written',
  },
};

describe('a body', () => {
  it.each([
    [undefined, 'the body is not a JSON object'],
    [[], 'the body is not a JSON object'],
    [{}, 'text is missing from the body'],
    [{ text: 5 }, 'text must be 1 to 200 printable characters'],
    [{ text: 'a', stars: '5' }, 'stars must be a whole number from 1 to 5'],
    [{ text: 'a', stars: 1.5 }, 'stars must be a whole number from 1 to 5'],
    [{ text: 'a', id: 'b' }, 'the body has no "id" (known: text, stars)'],
  ])('%j: %s', (body, detail) => {
    const read = readInput<Notes['write']>(notes.write, {
      params: { id: '1' },
      query: new URLSearchParams(),
      body,
    });
    expect(read).toEqual(new Problem('invalid-input', detail));
  });

  it('comes with the rest as one typed record', () => {
    const read = readInput<Notes['write']>(notes.write, {
      params: { id: '1' },
      query: new URLSearchParams('dry=1'),
      body: { text: 'a' },
    });
    expect(read).toEqual({ id: '1', dry: 1, text: 'a' });
    expectTypeOf<InputOf<Notes['write']>['dry']>().toEqualTypeOf<number | undefined>();
  });
});

it('what does not fit the table does not compile', () => {
  const good: Handlers<Notes> = { write: ({ id, text }) => ({ written: id + text }) };
  // @ts-expect-error a handler is missing
  const none: Handlers<Notes> = {};
  // @ts-expect-error a handler is misspelt
  const misspelt: Handlers<Notes> = { wriet: () => ({ written: '' }) };
  // @ts-expect-error a reply of another type
  const other: Handlers<Notes> = { write: () => ({ writen: '' }) };
  const { write } = notes;
  // @ts-expect-error a field is missing
  const without: RouteTable<Notes> = { write: { ...write, body: { text: write.body.text } } };
  // @ts-expect-error a number is declared as a text
  const text: RouteTable<Notes> = { write: { ...write, query: { dry: { ...ID_TEXT, optional: true } } } };
  // @ts-expect-error what must be given is declared as optional
  const optional: RouteTable<Notes> = { write: { ...write, params: { id: { ...ID_TEXT, optional: true } } } };
  expect([good, none, misspelt, other, without, text, optional]).toHaveLength(7);
});
