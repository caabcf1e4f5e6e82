/** A table of routes that has all the parts that one can have, served and called: what the two make of one declaration. */
import { createServer } from 'node:http';
import {
  ADMIN_LISTENER_NAME,
  AdminError,
  createClient,
  ID_TEXT,
  LISTENER_HEADER,
  type RouteTable,
} from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { createAdminApp } from '../../src/admin/admin-app.ts';
import { Problem } from '../../src/admin/problem.ts';
import { openLog } from '../../src/log/log.ts';
import { listen, send } from '../harness.ts';

type Notes = {
  readonly read: { readonly params: { readonly id: string }; readonly reply: { readonly text: string } };
  readonly write: {
    readonly params: { readonly id: string };
    readonly query: { readonly times?: number };
    readonly body: { readonly text: string; readonly stars?: number };
    readonly reply: { readonly text: string };
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
    answers: 'the note',
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

async function started() {
  const lines: string[] = [];
  const log = await openLog({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  const handle = await createAdminApp(
    NOTES,
    {
      read({ id }) {
        if (id === 'bug') throw new Error('a secret of a handler');
        return id === 'none' ? new Problem('no-such-event', 'there is none') : { text: id };
      },
      print: ({ id }) => (id === 'none' ? new Problem('no-such-event', 'there is none') : `"${id}" é\n`),
      write: async ({ id, text, times = 1, stars = 0 }) => ({ text: `${id} ${text.repeat(times)} ${stars}` }),
    },
    log,
  );
  const server = createServer((request, response) => {
    // The listener’s part, which is in front of it.
    response.setHeader(LISTENER_HEADER, ADMIN_LISTENER_NAME);
    handle(request, response);
  });
  const baseUrl = await listen(server);
  return { baseUrl, lines, client: createClient(NOTES, { baseUrl, token: 't' }) };
}

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
