/** The live verdicts of a running gateway: what becomes of each request, to who holds the token. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  type AdminError,
  createAdminClient,
  type LiveView,
  type StreamPart,
  type VerdictView,
} from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { receiver } from '../deliver/receiver.ts';
import {
  actionsModule,
  hmacHeaders,
  later,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
} from '../harness.ts';
import { itemsIn, lastIdIn, listenTo } from './listening.ts';

const keys = [{ id: 'main', secret: SECRET }];
const gates = {
  one: { path: '/one', provider: 'hmac', keys, respond: { status: 200 } },
  two: { path: '/two', provider: 'none', respond: { status: 204 } },
} as const;

async function started() {
  const gateway = await start(gates);
  const url = `${gateway.adminUrl}/api/verdicts/live`;
  const bearer = { authorization: `Bearer ${gateway.adminToken}` };
  const listen = (query = '', headers = {}) => listenTo(url + query, { ...bearer, ...headers });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return { gateway, url, bearer, listen, client };
}

const accepted = ({ publicUrl }: TestGateway, body: string) =>
  send(`${publicUrl}/one?q=a-query-value`, { headers: hmacHeaders(body), body });
const refused = ({ publicUrl }: TestGateway, body: string) =>
  send(`${publicUrl}/one`, { headers: { ...hmacHeaders(body), 'x-signature': '0'.repeat(64) }, body });
const unsigned = ({ publicUrl }: TestGateway) => send(`${publicUrl}/two`);

describe('who listens to attempts to deliver', () => {
  it('hears of each as it ends, chosen by type, event, destination and gate; of a gate that masks no words of others', async () => {
    const { url } = await receiver((response, number) => {
      response.statusCode = number === 1 ? 503 : 200;
      response.end('what the receiver says');
    });
    const transform = actionsModule(`
      import { defineTransform } from '${new URL('../../src/deliver/define-transform.ts', import.meta.url).href}';
      export const thrown = defineTransform((event) => { throw new Error(event.text()); });`);
    const { publicUrl, adminUrl, adminToken } = await start({
      plain: {
        path: '/plain',
        provider: 'github',
        keys,
        keep: { deliver: [{ name: 'shop', to: url, retries: ['1s'] }] },
      },
      masked: {
        path: '/masked',
        provider: 'none',
        keep: {
          mask: { members: ['email'] },
          deliver: [{ name: 'thrown', to: url, transform, retries: [] }],
        },
      },
    });
    const authorization = `Bearer ${adminToken}`;
    const listen = (query: string) => listenTo(`${adminUrl}/api/verdicts/live${query}`, { authorization });
    const all = await listen('');
    const queries = ['?type=push', '?destination=shop', '?gate=masked', '?type=none', '?verdict=accepted'];
    const [push, shop, masked, none, verdicts] = await Promise.all(queries.map(listen));
    await Promise.all([all, push, shop, masked, none, verdicts].map((each) => each?.until(/^id/m)));
    const body = '{"n":1}';
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature, 'x-github-event': 'push' };
    await send(`${publicUrl}/plain`, { body, headers });
    await all.until(/"state":"delivered"/);
    await send(`${publicUrl}/masked`, { body: '{"email":"ada@example.org"}' });
    const text = await all.until(/transform-threw.*\n\n/);
    const attempts = (itemsIn(text) as LiveView[]).flatMap((view) => ('delivery' in view ? [view] : []));
    const [first, second, third] = attempts;
    const shared = {
      event: expect.any(String),
      type: 'push',
      destination: 'shop',
      tookMs: expect.any(Number),
    };
    const time = expect.any(String);
    expect(first).toEqual({
      time,
      gate: 'plain',
      delivery: {
        ...shared,
        attempt: 1,
        code: 'status',
        status: 503,
        problem: expect.any(String),
        state: 'waiting',
        dueAt: expect.any(String),
      },
    });
    expect(second).toEqual({
      time,
      gate: 'plain',
      delivery: { ...shared, attempt: 2, code: 'delivered', status: 200, state: 'delivered' },
    });
    expect(third?.delivery).toMatchObject({ code: 'transform-threw', state: 'dead' });
    expect(text).not.toContain('ada@');
    expect(text).not.toContain('what the receiver says');
    const of = async (listener: typeof push, pattern: RegExp) =>
      itemsIn((await listener?.until(pattern)) ?? '');
    expect(await of(push, /"state":"delivered".*\n\n/)).toEqual([first, second]);
    // And what is told of its issues, each once it is stored.
    await shop?.until(/"state":"delivered".*\n\n/);
    const ofShop = (await of(shop, /"change":"opened".*\n\n/)) as LiveView[];
    expect(ofShop.filter((view) => 'delivery' in view)).toEqual([first, second]);
    expect(ofShop.filter((view) => !('delivery' in view))).toEqual([
      { time, issue: expect.objectContaining({ change: 'opened', destination: 'shop', reason: 'status' }) },
    ]);
    expect(await of(masked, /transform-threw.*\n\n/)).toMatchObject([{ verdict: 'unsigned' }, third]);
    expect(await of(verdicts, /accepted.*\n\n/)).toMatchObject([{ gate: 'plain', verdict: 'accepted' }]);
    expect(await of(none, /^/)).toEqual([]);
  });
});

describe('who listens to the verdicts', () => {
  it('hears of each request what its line in the log says, and no more', async () => {
    const { gateway, listen } = await started();
    const listener = await listen();
    await listener.until(/^id/m);
    const before = gateway.log.length;
    await accepted(gateway, 'a-body-of-this-test');
    await refused(gateway, 'a-body-of-this-test');
    await unsigned(gateway);
    await send(`${gateway.publicUrl}/nowhere`);
    const text = await listener.until(/"path":"\/nowhere".*\n\n/);
    const lines = gateway.log.slice(before).map((line) => JSON.parse(line));
    expect(lines.map(({ verdict }) => verdict)).toEqual(['accepted', 'refused', 'unsigned', 'refused']);
    const bare = ({ level: _level, time, ...rest }: Record<string, unknown>) => {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return rest;
    };
    expect((itemsIn(text) as Record<string, unknown>[]).map(bare)).toEqual(lines.map(bare));
    for (const secret of ['a-query-value', 'a-body-of-this-test', SECRET, '0'.repeat(64), gateway.adminToken])
      expect(text).not.toContain(secret);
  });

  it('hears the head of a stream that nobody keeps', async () => {
    const { listen } = await started();
    const { answer } = await listen();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  it('chooses by gate and verdict', async () => {
    const { gateway, listen } = await started();
    const all = await listen();
    const [one, bad, badOfTwo] = [
      await listen('?gate=one'),
      await listen('?verdict=refused'),
      await listen('?gate=two&verdict=refused'),
    ];
    await badOfTwo.until(/^id/m);
    await accepted(gateway, 'x');
    await unsigned(gateway);
    await refused(gateway, 'x');
    await accepted(gateway, 'y');
    await all.until(/(data(.|\n)*){4}/);
    const words = (text: string) =>
      (itemsIn(text) as VerdictView[]).map(({ gate, verdict }) => `${gate} ${verdict}`);
    expect(words(await one.until(/(data(.|\n)*){3}/))).toEqual([
      'one accepted',
      'one refused',
      'one accepted',
    ]);
    expect(words(await bad.until(/data.*\n\n/))).toEqual(['one refused']);
    expect(await badOfTwo.until(/^/)).not.toContain('data');
  });

  it.each([
    ['?verdict=good', 'verdict must be one of accepted, refused, handshake, unsigned'],
    ['?gate=', 'gate must be 1 to 200 printable characters'],
    ['?since=1', 'the query has no "since" (known: gate, verdict, type, event, destination)'],
    ['?gate=one&gate=two', 'gate is given more than once'],
  ])('hears what is wrong with %s', async (query, detail) => {
    const { listen } = await started();
    const listener = await listen(query);
    expect(listener.answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(await listener.until(/}$/))).toMatchObject({
      status: 400,
      code: 'invalid-input',
      detail,
    });
  });

  it('without the right token hears nothing', async () => {
    const { listen } = await started();
    const listener = await listen('', { authorization: 'Bearer x' });
    expect(JSON.parse(await listener.until(/}$/))).toMatchObject({ status: 401, code: 'token-required' });
  });

  it('by HEAD hears the head, and by another method which ones there are', async () => {
    const { url, bearer, listen } = await started();
    for (let n = 0; n < 20; n++) {
      const head = await send(url, { method: 'HEAD', headers: bearer });
      expect([head.status, head.headers['content-type'], head.text]).toEqual([200, 'text/event-stream', '']);
    }
    for (const method of ['POST', 'OPTIONS', 'DELETE']) {
      const answer = await send(url, { method, headers: bearer });
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
    // None of them took a place.
    expect((await listen()).answer.statusCode).toBe(200);
  });

  it('is one of sixteen; a further one may come when one has left', async () => {
    const { listen, url, bearer } = await started();
    const first = await listen();
    for (let n = 1; n < 16; n++) await listen();
    const refusal = await listen();
    expect(refusal.answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '10',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(await refusal.until(/}$/))).toMatchObject({
      status: 503,
      code: 'too-many-listeners',
      detail: 'the maximum number of listeners is connected; one must leave first',
    });
    expect((await send(url, { method: 'HEAD', headers: bearer })).status).toBe(503);
    first.leave();
    await expect.poll(async () => (await listen()).answer.statusCode).toBe(200);
  });

  it('leaves nothing behind, however often', async () => {
    const { gateway, listen, client } = await started();
    for (let n = 0; n < between(15, 125); n++) {
      // Twice as many may listen: those of the round before need not be gone yet.
      const eight = await Promise.all(Array.from({ length: 8 }, () => listen()));
      expect(eight.map(({ answer }) => answer.statusCode)).toEqual(Array(8).fill(200));
      for (const { leave } of eight) leave();
      await client.call('health');
    }
    const last = await listen();
    await unsigned(gateway);
    expect(itemsIn(await last.until(/data.*\n\n/))).toHaveLength(1);
  }, 60_000);

  it('who comes back gets what it missed', async () => {
    const { gateway, listen } = await started();
    const first = await listen();
    await unsigned(gateway);
    const id = lastIdIn(await first.until(/data.*\n\n/));
    first.leave();
    await accepted(gateway, 'x');
    const again = await listen('', { 'last-event-id': id });
    expect(itemsIn(await again.until(/data.*\n\n/))).toMatchObject([{ gate: 'one', verdict: 'accepted' }]);
  });

  it('hears the end at once when the gateway drains, though a request is still under way', async () => {
    let answer = (): void => {};
    const reached = new Promise<void>((resolve) => {
      void startUpstream((_, response) => {
        answer = () => void response.end();
        resolve();
      }).then((upstream) => {
        upstreamUrl.resolve(upstream.url);
      });
    });
    const upstreamUrl = Promise.withResolvers<string>();
    const gateway = await start({
      f: { path: '/f', provider: 'none', forward: { to: await upstreamUrl.promise } },
    });
    const url = `${gateway.adminUrl}/api/verdicts/live`;
    const bearer = { authorization: `Bearer ${gateway.adminToken}` };
    const listener = await listenTo(url, bearer);
    await listener.until(/^id/m);
    const underWay = send(`${gateway.publicUrl}/f`);
    await reached;
    const ended = once(listener.answer, 'end');
    const drained = gateway.drain();
    await ended;
    const late = await listenTo(url, bearer);
    expect(JSON.parse(await late.until(/}$/))).toMatchObject({
      status: 503,
      code: 'draining',
      detail: 'the gateway is stopping',
    });
    answer();
    expect((await underWay).status).toBe(200);
    await drained;
  });
});

describe('the client', () => {
  it('follows the verdicts as values, until the loop is left', async () => {
    const { gateway, client } = await started();
    const stop = new AbortController();
    later(() => stop.abort());
    const parts: StreamPart<LiveView>[] = [];
    const sending = setInterval(() => void unsigned(gateway).catch(() => {}), 20);
    later(() => clearInterval(sending));
    for await (const part of client.stream('liveVerdicts', { gate: 'two' }, { signal: stop.signal })) {
      parts.push(part);
      if (parts.length === 3) break;
    }
    expect(parts).toMatchObject(Array(3).fill({ kind: 'item', item: { gate: 'two', status: 204 } }));
    // With an id of nowhere all that is remembered comes, and that more may be gone.
    for await (const part of client.stream('liveVerdicts', {}, { lastEventId: '0' })) {
      expect(part).toEqual({ kind: 'lost', count: undefined });
      break;
    }
  });

  it('ends without an error when it is told to', async () => {
    const { client } = await started();
    const stop = new AbortController();
    const heard = (async () => {
      for await (const part of client.stream('liveVerdicts', {}, { signal: stop.signal })) return part;
      return 'the end';
    })();
    setTimeout(() => stop.abort(), 100);
    expect(await heard).toBe('the end');
  });

  it('rejects where it is refused', async () => {
    const { gateway } = await started();
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: 'x' });
    const next = client.stream('liveVerdicts')[Symbol.asyncIterator]().next();
    await expect(next).rejects.toMatchObject({
      status: 401,
      code: 'token-required',
    } satisfies Partial<AdminError>);
  });
});
