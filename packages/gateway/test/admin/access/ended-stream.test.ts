/** A session that ends between the judging of a request and the beginning of its stream. */
import { createServer } from 'node:http';
import type { RouteTable, StreamOf } from '@countersign/api';
import { expect, it } from 'vitest';
import { UNKNOWN_ASKER } from '../../../src/admin/access/asker.ts';
import type { LogInSession } from '../../../src/admin/access/log-in-sessions.ts';
import { createAdminApp } from '../../../src/admin/admin-app.ts';
import type { Caller } from '../../../src/admin/caller.ts';
import { LiveFeed } from '../../../src/admin/live-feed.ts';
import { StreamReply } from '../../../src/admin/stream-reply.ts';
import { later, listen, send } from '../../harness.ts';

type Watching = { readonly watch: { readonly reply: StreamOf<number> } };

const WATCHING: RouteTable<Watching> = {
  watch: {
    method: 'GET',
    path: '/watch',
    auth: true,
    params: {},
    query: {},
    body: {},
    reply: 'stream',
    statuses: [200],
    maxBodyBytes: 1024,
    answers: 'numbers',
  },
};

it('has no stream', async () => {
  const feed = new LiveFeed<number>({ source: () => () => {} });
  later(() => feed.close());
  const ending = new AbortController();
  const caller: Caller = { name: 'ada', role: 'viewer', by: 'password' };
  const session: LogInSession = { caller, startedAtMs: 0, endsAtMs: 1, csrf: '', ended: ending.signal };
  const handle = await createAdminApp<Watching>(
    WATCHING,
    {
      watch() {
        ending.abort();
        return new StreamReply(feed);
      },
    },
    { log: { error() {} }, audit: { begin: async () => () => {}, refused() {} } },
  );
  const url = await listen(
    createServer((request, response) =>
      handle(request, response, { caller, asker: { ...UNKNOWN_ASKER, session } }),
    ),
  );
  await expect(send(`${url}/watch`, { method: 'GET' })).rejects.toThrow(/socket hang up|ECONNRESET/);
});
