/** A table of routes that has all the parts that one can have, served and called: what the two make of one declaration. */
import { createServer } from 'node:http';
import {
  ADMIN_LISTENER_NAME,
  AdminError,
  createClient,
  ID_TEXT,
  LISTENER_HEADER,
  type Role,
  type RouteTable,
} from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_ASKER } from '../../src/admin/access/asker.ts';
import { createAdminApp } from '../../src/admin/admin-app.ts';
import { type Caller, TOKEN_CALLER } from '../../src/admin/caller.ts';
import { changedMeanwhile, etagOf, TaggedReply } from '../../src/admin/etag.ts';
import { Problem } from '../../src/admin/problem.ts';
import { openAuditLog } from '../../src/audit/audit-log.ts';
import { createAuditSeal } from '../../src/audit/audit-seal.ts';
import { openLog } from '../../src/log/log.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, listen, send } from '../harness.ts';

type Notes = {
  readonly read: {
    readonly params: { readonly id: string };
    readonly reply: { readonly text: string };
    readonly etag: true;
  };
  readonly write: {
    readonly params: { readonly id: string };
    readonly query: { readonly times?: number };
    readonly body: { readonly text: string; readonly stars?: number };
    readonly reply: { readonly text: string };
  };
  readonly edit: {
    readonly params: { readonly id: string };
    readonly body: { readonly text: string };
    readonly reply: { readonly text: string };
    readonly etag: true;
  };
  readonly print: { readonly params: { readonly id: string }; readonly reply: string };
};

const id = { ...ID_TEXT, optional: false } as const;
const NOTES: RouteTable<Notes> = {
  read: {
    method: 'GET',
    path: '/notes/:id',
    auth: true,
    params: { id },
    query: {},
    body: {},
    reply: 'json',
    statuses: [200],
    maxBodyBytes: 1_048_576,
    etag: true,
    answers: 'the note',
  },
  edit: {
    method: 'POST',
    path: '/notes/:id/edit',
    auth: true,
    params: { id },
    query: {},
    body: { text: { ...ID_TEXT, optional: false } },
    reply: 'json',
    statuses: [200],
    maxBodyBytes: 1_048_576,
    etag: true,
    answers: 'the note after the change',
  },
  write: {
    method: 'POST',
    path: '/notes/:id',
    auth: true,
    params: { id },
    query: { times: { kind: 'whole-number', min: 1, max: 3, optional: true } },
    body: {
      text: { ...ID_TEXT, optional: false },
      stars: { kind: 'whole-number', min: 1, max: 5, optional: true },
    },
    reply: 'json',
    statuses: [200],
    maxBodyBytes: 1_048_576,
    answers: 'what is written',
  },
  print: {
    method: 'GET',
    path: '/notes/:id/print',
    auth: true,
    params: { id },
    query: {},
    body: {},
    reply: { text: 'text/plain; version=1; charset=utf-8' },
    statuses: [200],
    maxBodyBytes: 1_048_576,
    answers: 'the note as a text',
  },
};

async function started(caller: Caller = TOKEN_CALLER) {
  const store = await openStore(':memory:');
  later(() => store.close());
  const audit = await openAuditLog({
    audit: store.audit,
    seal: createAuditSeal(undefined, Date.now),
    forMs: 1,
    now: Date.now,
    log: { info() {}, warn() {}, error() {} },
  });
  later(() => audit.close());
  const lines: string[] = [];
  const log = await openLog({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  let text = 'first';
  const handle = await createAdminApp(
    NOTES,
    {
      read({ id }) {
        if (id === 'bug') throw new Error('a secret of a handler');
        if (id === 'none') return new Problem('no-such-event', 'there is none');
        const note = id === 'edited' ? text : id;
        return new TaggedReply({ text: note }, etagOf(note));
      },
      edit(input, _caller, ifMatch) {
        const problem = changedMeanwhile(ifMatch, etagOf(text));
        if (problem === undefined) text = input.text;
        return problem ?? new TaggedReply({ text }, etagOf(text));
      },
      print: ({ id }) => (id === 'none' ? new Problem('no-such-event', 'there is none') : `"${id}" é\n`),
      write: async ({ id, text, times = 1, stars = 0 }) => ({ text: `${id} ${text.repeat(times)} ${stars}` }),
    },
    { log, audit },
  );
  const server = createServer((request, response) => {
    // The listener’s part, which is in front of it.
    response.setHeader(LISTENER_HEADER, ADMIN_LISTENER_NAME);
    handle(request, response, { caller, asker: UNKNOWN_ASKER });
  });
  const baseUrl = await listen(server);
  return { baseUrl, lines, client: createClient(NOTES, { baseUrl, token: 't' }) };
}

describe('a role', () => {
  const named = (role: Role): Caller => ({ name: 'somebody', role, by: 'password' });

  it('is enough for what its routes need, and for what less is needed', async () => {
    for (const role of ['operator', 'admin'] as const) {
      const { client } = await started(named(role));
      expect(await client.call('read', { id: 'a' })).toEqual({ text: 'a' });
      expect(await client.call('write', { id: 'a', text: 'b' })).toEqual({ text: 'a b 0' });
    }
  });

  it('that is less than a route needs is told which is needed, before a body is read', async () => {
    const { client, baseUrl } = await started(named('viewer'));
    expect(await client.call('read', { id: 'a' })).toEqual({ text: 'a' });
    await expect(client.call('write', { id: 'a', text: 'b' })).rejects.toMatchObject({
      status: 403,
      code: 'role-not-enough',
      message: 'the admin API answered 403: the route needs the role operator, and the caller’s is viewer',
    });
    const notJson = await send(`${baseUrl}/notes/a`, {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(notJson.status).toBe(403);
  });
});

describe('a table that is served and called', () => {
  it('gives each handler its input, whatever is in it', async () => {
    const { client } = await started();
    for (const text of [
      'plain',
      'a/b',
      '../x',
      '...',
      '%2e%2e',
      '%2F',
      '?x=1&y',
      '#',
      '__proto__',
      'x'.repeat(200),
    ]) {
      expect(await client.call('read', { id: text })).toEqual({ text });
      expect(await client.call('write', { id: text, text })).toEqual({ text: `${text} ${text} 0` });
    }
    expect(await client.call('write', { id: 'a', text: 'b', times: 3, stars: 5 })).toEqual({
      text: 'a bbb 5',
    });
  });

  it('answers with a text as it stands, under its own media type; its problems are those of every route', async () => {
    const { client, baseUrl } = await started();
    const text: string = await client.call('print', { id: 'a' });
    expect(text).toBe('"a" é\n');
    const answer = await send(`${baseUrl}/notes/a/print`, { method: 'GET' });
    expect(answer.headers['content-type']).toBe('text/plain; version=1; charset=utf-8');
    expect(answer.text).toBe(text);
    await expect(client.call('print', { id: 'none' })).rejects.toMatchObject({ code: 'no-such-event' });
  });

  it('has the second of two changes of one state learn of the first, and do nothing', async () => {
    const { client } = await started();
    const { reply, etag } = await client.read('read', { id: 'edited' });
    expect(reply).toEqual({ text: 'first' });
    const edit = (text: string) => client.call('edit', { id: 'edited', text }, { ifMatch: etag });
    const results = await Promise.allSettled([edit('second'), edit('third')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(edit('fourth')).rejects.toMatchObject({ status: 412, code: 'changed-meanwhile' });
    const now = await client.read('read', { id: 'edited' });
    expect(now.etag).not.toBe(etag);
    expect(['second', 'third']).toContain(now.reply.text);
    // Who has read nothing changes whatever is there.
    expect(await client.call('edit', { id: 'edited', text: 'fifth' })).toEqual({ text: 'fifth' });
    expect((await client.read('write', { id: 'plain', text: 'a' })).etag).toBeUndefined();
  });

  it('a change answers the tag of what it made, for the next one: what came between is not written over', async () => {
    const { client } = await started();
    const { etag: before } = await client.read('read', { id: 'edited' });
    const own = await client.read('edit', { id: 'edited', text: 'own' }, { ifMatch: before });
    await client.call('edit', { id: 'edited', text: 'of somebody else' });
    await expect(
      client.read('edit', { id: 'edited', text: 'again' }, { ifMatch: own.etag }),
    ).rejects.toMatchObject({ code: 'changed-meanwhile' });
    const { etag: seen } = await client.read('read', { id: 'edited' });
    const { reply } = await client.read('edit', { id: 'edited', text: 'again' }, { ifMatch: seen });
    expect(reply).toEqual({ text: 'again' });
  });

  it.each([
    ['*', 200],
    ['"x", ETAG', 200],
    ['ETAG', 200],
    ['"x"', 412],
    ['W/ETAG', 412],
    ['"x", W/"y" , "z"', 412],
    ['', 400],
    ['*, "x"', 400],
    ['unquoted', 400],
    ['"open', 400],
    ['"a" "b"', 400],
    [`"${'x'.repeat(1200)}"`, 400],
  ])('if-match: %s is answered %i', async (field, status) => {
    const { baseUrl, client } = await started();
    const { etag = '' } = await client.read('read', { id: 'edited' });
    const headers = { 'content-type': 'application/json', 'if-match': field.replace('ETAG', etag) };
    const body = '{"text":"changed"}';
    const answer = await send(`${baseUrl}/notes/edited/edit`, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    const says: Readonly<Record<number, string>> = {
      400: 'if-match is neither * nor an ETag in quotes',
      412: 'somebody has changed it since it was read: read it again, and send the change with its new etag',
    };
    expect(JSON.parse(answer.text).detail).toBe(says[status]);
    const { reply } = await client.read('read', { id: 'edited' });
    expect(reply.text).toBe(status === 200 ? 'changed' : 'first');
  });

  it('has the client reject with what a handler says, and with nothing of what it throws', async () => {
    const { client, lines } = await started();
    const rejected = (id: string): Promise<unknown> => client.call('read', { id }).catch((e: unknown) => e);
    expect(await rejected('none')).toMatchObject({
      code: 'no-such-event',
      message: 'the admin API answered 404: there is none',
    });
    const bug = await rejected('bug');
    expect(bug).toBeInstanceOf(AdminError);
    expect(bug).toMatchObject({ status: 500, code: 'internal-error' });
    expect(String(bug)).not.toContain('secret');
    expect(lines.join('')).toContain('a secret of a handler');
  });

  it.each([
    ['PUT', '/notes/a', {}, '', 405, 'the path takes GET, HEAD, POST, not PUT'],
    ['PROPFIND', '/notes/a', {}, '', 405, 'the path takes GET, HEAD, POST, not PROPFIND'],
    ['GET', '/notes/', {}, '', 400, 'id must be 1 to 200 printable characters'],
    ['GET', '/notes/a/', {}, '', 404, 'the admin API has no such path'],
    ['POST', '/notes/a', {}, '', 400, 'the body is not a JSON object'],
    [
      'POST',
      '/notes/a',
      { 'content-type': 'text/plain' },
      '{"text":"a"}',
      400,
      'the body is not a JSON object',
    ],
    [
      'POST',
      '/notes/a',
      { 'content-type': 'application/json' },
      '{"text":',
      400,
      'the body is not what its content type says',
    ],
    [
      'POST',
      '/notes/a',
      { 'content-type': 'application/json' },
      '{"text":"a","__proto__":{}}',
      400,
      'the body is not what its content type says',
    ],
    ['POST', '/notes/a', { 'content-type': 'text/xml' }, '<a/>', 415, 'a body of this type is not taken'],
    [
      'POST',
      '/notes/a',
      { 'content-type': 'application/json' },
      `"${'x'.repeat(1_100_000)}"`,
      413,
      'the body is too large',
    ],
  ] as const)('%s %s %j', async (method, path, headers, body, status, detail) => {
    const { baseUrl } = await started();
    const answer = await send(baseUrl + path, { method, headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ status, detail });
    if (status === 405) expect(answer.headers['allow']).toBe('GET, HEAD, POST');
  });

  it('answers HEAD where it answers GET, without the body', async () => {
    const { baseUrl } = await started();
    const answer = await send(`${baseUrl}/notes/a`, { method: 'HEAD' });
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '12']);
  });
});
