/** What a session keeps is delivered: the vendor's webhooks as they came, and what became of approvals. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { hasNatsServer, natsReason, startNats } from '../deliver/nats-server.ts';
import { type Received, receiver, settled } from '../deliver/receiver.ts';
import { later, send, type TestGateway, temporaryDir } from '../harness.ts';
import { startIncodeUpstream } from './incode-upstream.ts';
import { startChild } from './start-child.ts';
import { finished, incodeInput, json, startBench } from './support.ts';

const TOKEN = 'the-webhook-token-that-nobody-may-see';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const DATA = { success: true, uuid: 'uuid-int-1', totalScore: 95, existingCustomer: false };
const APPROVED = { interviewId: 'int-1', success: true, data: DATA };

function adminOf({ adminUrl = '', adminToken }: TestGateway): AdminClient {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

/** What was received of what a broker told: its type and data, in the order of its keeping. */
function told(received: readonly Received[]): readonly object[] {
  const bodies = received.map(({ headers, body }) => ({
    id: String(headers['countersign-event']),
    ...JSON.parse(body.toString()),
  }));
  return bodies
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ type, timestamp, data }) => {
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
      return { type, data };
    });
}

async function keptOf(store: Store): Promise<readonly KeptEvent[]> {
  const events = await Promise.all((await store.events.list()).map(({ id }) => store.events.get(id)));
  return events.flatMap((event) => (event === undefined ? [] : [event]));
}

describe('a webhook', () => {
  it('is delivered byte for byte, without what proved it, under the session’s name', async () => {
    const { url, until } = await receiver();
    const { gateway, post } = await startBench({
      auth: { header: 'x-hook-token', secret: TOKEN },
      deliver: [{ to: url }],
    });
    const text = JSON.stringify(finished('int-1')).replace('{', '{ \t"é":"é\\u0041", ');
    const headers = { 'x-hook-token': TOKEN, X_Hook_Token: 'another', 'x-trace': '1', cookie: 'a=b' };
    expect((await post('/webhook', text, { headers })).status).toBe(200);
    const [received] = await until(1);
    expect(received?.body.toString()).toBe(text);
    expect(received?.headers).toMatchObject({
      'x-trace': '1',
      'countersign-gate': 'incode',
      'countersign-provider': 'incode',
      'countersign-key-id': 'auth',
    });
    // Nor what a CGI program would take for it.
    expect(Object.keys(received?.headers ?? {}).filter((name) => /hook|cookie/.test(name))).toEqual([]);
    await settled(gateway.store, 'delivered');
    const admin = adminOf(gateway);
    const { events } = await admin.call('events', { gate: 'incode', type: 'ONBOARDING_FINISHED' });
    expect(events).toMatchObject([{ gate: 'incode', type: 'ONBOARDING_FINISHED', destinations: 1 }]);
    const { deliveries } = await admin.call('deliveries', { gate: 'incode' });
    expect(deliveries).toMatchObject([{ gate: 'incode', destination: 'incode', state: 'delivered' }]);
    const [delivered] = deliveries;
    const preview = await admin.call('previewDelivery', {
      id: delivered?.event ?? '',
      destination: 'incode',
    });
    expect(JSON.stringify(preview)).not.toContain(TOKEN);
    expect(preview).toMatchObject({ kind: 'message' });
  });

  it('brings what proved it where the configuration names that', async () => {
    const { url, until } = await receiver();
    const { post } = await startBench({
      auth: { secret: TOKEN },
      deliver: [{ to: url, keepHeaders: ['authorization'] }],
    });
    await post('/webhook', finished('int-1'), { headers: BEARER });
    expect((await until(1))[0]?.headers['authorization']).toBe(BEARER.authorization);
  });

  it('goes to the destinations that want it; one that none wants is listed as such, and can be sent later', async () => {
    const { url, received, until } = await receiver();
    const { gateway, post } = await startBench(
      { deliver: ['crm', { name: 'nobody', to: url, when: { type: 'approval.*' } }] },
      { destinations: { crm: { to: url, when: { type: 'ONBOARDING_*', json: { clientId: 'client-1' } } } } },
    );
    await post('/webhook', { ...finished('int-1'), clientId: 'another' });
    await post('/webhook', finished('int-2'));
    expect(json({ ...(await until(1))[0], text: String(received[0]?.body) } as never)).toMatchObject({
      interviewId: 'int-2',
    });
    const admin = adminOf(gateway);
    const { events } = await admin.call('events', { unmatched: true });
    expect(events).toMatchObject([{ gate: 'incode', destinations: 0 }]);
    const [unmatched] = events;
    await admin.call('resendEvent', { id: unmatched?.id ?? '', destination: 'nobody' });
    expect((await until(2))[1]?.body.toString()).toContain('int-1');
  });

  it('of a kind with a longer name than a type may have has none', async () => {
    const { url, until } = await receiver();
    const { gateway, post } = await startBench({ deliver: [{ to: url }] });
    await post('/webhook', { ...finished('int-1'), onboardingStatus: 'x'.repeat(257) });
    await until(1);
    expect((await gateway.store.events.list())[0]?.type).toBeUndefined();
  });

  it('cannot be asked for what is withheld of it: the start says where', async () => {
    const deliver = [{ to: 'http://127.0.0.1:9', when: { header: { 'X-Hook-Token': 'a' } } }];
    await expect(startBench({ auth: { header: 'x-hook-token', secret: TOKEN }, deliver })).rejects.toThrow(
      /^sessions\.incode\.deliver\[0\]\.when\.header\.X-Hook-Token: /,
    );
  });

  it('that could not be kept is not acknowledged, and nothing is delivered', async () => {
    const { url, received } = await receiver();
    const store = await openStore(':memory:');
    later(() => store.close());
    const events = { ...store.events, keep: async () => Promise.reject(new StoreError('failed', 'full')) };
    const { post } = await startBench({ deliver: [{ to: url }] }, { sharedStore: { ...store, events } });
    expect((await post('/webhook', finished('int-1'))).status).toBe(503);
    expect(received).toEqual([]);
  });

  it('that was acknowledged is delivered although the gateway is killed then', async () => {
    let isBack = false;
    const { url, until, received } = await receiver((response) =>
      response.writeHead(isBack ? 200 : 500).end(),
    );
    const dir = temporaryDir();
    const upstream = await startIncodeUpstream();
    const session = incodeInput(upstream.url, { deliver: [{ to: url, retries: ['1s'] }] });
    const first = await startChild(dir, session);
    const body = JSON.stringify(finished('int-1'));
    expect((await send(`${first.url}/webhook`, { body })).status).toBe(200);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    isBack = true;
    const attempts = received.length;
    await startChild(dir, session, 60_000);
    const all = await until(attempts + 1);
    expect(all.at(-1)?.body.toString()).toBe(body);
    expect(new Set(all.map(({ headers }) => headers['countersign-event'])).size).toBe(1);
  }, 60_000);
});

it('a check says what is odd about the keys that a session’s deliveries are signed with, and nothing of its types', async () => {
  const deliver = [
    {
      to: 'http://127.0.0.1:9/',
      when: { type: 'approval.*' },
      sign: { secret: 'whsec_c2hvcnQ=', allowShortKey: true },
    },
  ];
  const sessions = { incode: incodeInput('http://127.0.0.1:9', { deliver }) };
  const { config } = parseConfig({ store: 'memory:', sessions }, { baseDir: '/', env: {} });
  const { warnings, problems } = await dryStart(config);
  expect(problems).toEqual([]);
  expect(warnings.map(({ path, code }) => [path, code])).toEqual([
    ['sessions.incode.deliver[0].sign.secret', 'key-short'],
  ]);
});

describe('what became of an approval', () => {
  it('is delivered once, without the person’s token, however often the vendor asks', async () => {
    const { url, until, received } = await receiver();
    const deliver = [{ to: url, when: { type: 'approval.*' } }];
    const first = await startBench({ deliver });
    for (let n = 0; n < 3; n++) await first.post('/approve', finished('int-1'));
    expect(told(await until(1))).toEqual([{ type: 'approval.approved', data: APPROVED }]);
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(received[0]?.headers['countersign-key-id']).toBeUndefined();
    await first.gateway.close();
    const second = await startBench({ deliver }, { dir: first.gateway.dir, upstream: first.upstream });
    await second.post('/approve', finished('int-1'));
    const kept = await keptOf(second.gateway.store);
    expect(kept.map(({ type }) => type)).toEqual(['approval.approved']);
    expect(kept.map(({ body }) => Buffer.from(body).toString()).join()).not.toContain('person');
    expect(received).toHaveLength(1);
  });

  it('is kept where nothing is delivered, to be sent later', async () => {
    const { gateway, post } = await startBench();
    await post('/approve', finished('int-1'));
    const [event] = await gateway.store.events.list({ gate: 'incode' });
    expect(event).toMatchObject({ type: 'approval.approved', provider: 'incode', keyId: '' });
    expect(event?.destinations).toBeUndefined();
  });

  it('is told where the score does not pass: once an hour for an interview', async () => {
    const { url, until, received } = await receiver();
    let nowMs = Date.now();
    const { gateway, post, upstream } = await startBench({ deliver: [{ to: url }] }, { now: () => nowMs });
    upstream.scoreOf = () => 'FAIL';
    const declined = {
      type: 'approval.declined',
      data: { interviewId: 'int-1', success: false, error: expect.stringContaining('PASS') },
    };
    await post('/approve', finished('int-1'));
    await post('/approve', finished('int-1'));
    expect(told(await until(1))).toEqual([declined]);
    // A lease would end with the hour, and it would be sent again.
    await settled(gateway.store, 'delivered');
    nowMs += 3_700_000;
    await post('/approve', finished('int-1'));
    expect(told(await until(2))).toEqual([declined, declined]);
    upstream.scoreOf = () => 'OK';
    await post('/approve', finished('int-1'));
    expect(told(await until(3)).at(-1)).toEqual({ type: 'approval.approved', data: APPROVED });
    expect(received).toHaveLength(3);
  });

  it.each([
    { statusTells: false, types: ['approval.unconfirmed'] },
    { statusTells: true, types: ['approval.unconfirmed', 'approval.approved'] },
  ])('is told where its answer was lost (the status tells: $statusTells)', async ({ statusTells, types }) => {
    const { url, until } = await receiver();
    const { post, upstream, gateway } = await startBench({ deliver: [{ to: url }] });
    upstream.statusTells = statusTells;
    upstream.intercept = ({ path, query }, response) => {
      if (path !== '/omni/process/approve') return false;
      upstream.approved.push(query.get('interviewId') ?? '');
      response.destroy();
      return true;
    };
    await post('/approve', finished('int-1'));
    for (let n = 0; n < 3; n++) await post('/approve', finished('int-1'));
    const received = await until(types.length);
    expect(told(received).map((event) => ('type' in event ? event.type : ''))).toEqual(types);
    expect(await gateway.store.events.list()).toHaveLength(types.length);
  });

  it('is not lost, nor told twice, where the process ends before it has noted that it told it', async () => {
    const { url, until, received } = await receiver();
    const deliver = [{ to: url }];
    const store = await openStore(':memory:');
    later(() => store.close());
    // What was committed by then is all that a next process finds.
    let isDead = false;
    const dying: Store = {
      ...store,
      events: {
        ...store.events,
        async keep(event, further, deliveries) {
          const result = await store.events.keep(event, further, deliveries);
          isDead ||= event.type === 'approval.approved';
          return result;
        },
      },
      records: {
        ...store.records,
        put: (write) =>
          isDead ? Promise.reject(new StoreError('closed', 'dead')) : store.records.put(write),
      },
    };
    const first = await startBench({ deliver }, { sharedStore: dying });
    first.upstream.statusTells = true;
    expect((await first.post('/approve', finished('int-1'))).status).toBe(503);
    const next = { sharedStore: store, upstream: first.upstream, now: () => Date.now() + 60_000 };
    const second = await startBench({ deliver }, next);
    expect(json(await second.post('/approve', finished('int-1')))['success']).toBe(true);
    await until(1);
    expect(await store.events.list()).toHaveLength(1);
    expect(received).toHaveLength(1);
    expect(first.upstream.approved).toEqual(['int-1']);
  });

  it('is told before the vendor hears of it: an outcome that cannot be kept is taken up again', async () => {
    const { url, until } = await receiver();
    const store = await openStore(':memory:');
    later(() => store.close());
    let isFull = true;
    const full: Store = {
      ...store,
      events: {
        ...store.events,
        keep: (event, further, deliveries) =>
          isFull
            ? Promise.reject(new StoreError('failed', 'full'))
            : store.events.keep(event, further, deliveries),
      },
    };
    const { post, upstream } = await startBench({ deliver: [{ to: url }] }, { sharedStore: full });
    upstream.statusTells = true;
    expect((await post('/approve', finished('int-1'))).status).toBe(503);
    isFull = false;
    expect(json(await post('/approve', finished('int-1')))['success']).toBe(true);
    expect(told(await until(1))).toMatchObject([{ type: 'approval.approved' }]);
    expect(upstream.approved).toEqual(['int-1']);
  });

  it('is delivered by the next process where the one that sent the approval was killed', async () => {
    const { url, until, received } = await receiver();
    const dir = temporaryDir();
    const upstream = await startIncodeUpstream();
    upstream.statusTells = true;
    const session = incodeInput(upstream.url, { deliver: [{ to: url }] });
    const first = await startChild(dir, session);
    upstream.intercept = ({ path, query }, response) => {
      if (path !== '/omni/process/approve') return false;
      upstream.approved.push(query.get('interviewId') ?? '');
      first.child.kill('SIGKILL');
      response.destroy();
      return true;
    };
    await Promise.allSettled([
      send(`${first.url}/approve`, { body: JSON.stringify(finished('int-1')) }),
      once(first.child, 'exit'),
    ]);
    upstream.intercept = () => false;
    // No further webhook comes.
    await startChild(dir, session, 60_000);
    expect(told(await until(1))).toMatchObject([{ type: 'approval.approved' }]);
    expect(received).toHaveLength(1);
    expect(upstream.approved).toEqual(['int-1']);
  }, 60_000);
});

describe('destinations of every kind', () => {
  it('an action, a command and a file get what became of an approval', async () => {
    const dir = temporaryDir();
    const { url, until } = await receiver();
    writeFileSync(
      join(dir, 'act.mjs'),
      `export const act = {
         name: 'act', description: 'Tells.', input: { type: 'object' },
         run: (input, { gate }) =>
           fetch('${url}', { method: 'POST', body: JSON.stringify({ input, gate }) }).then(() => 'done'),
       };`,
    );
    const program = `process.stdin.pipe(require('node:fs').createWriteStream('command.json'))`;
    const { gateway, post } = await startBench(
      {
        deliver: [
          { name: 'run', actions: './act.mjs' },
          { name: 'command', command: [process.execPath, '-e', program] },
          { name: 'lines', file: './lines.jsonl' },
        ],
      },
      { dir },
    );
    await post('/approve', finished('int-1'));
    const [received] = await until(1);
    const body = { type: 'approval.approved', timestamp: expect.any(String), data: APPROVED };
    expect(JSON.parse(String(received?.body))).toEqual({ input: body, gate: 'incode' });
    await settled(gateway.store, 'delivered', 3);
    expect(JSON.parse(readFileSync(join(dir, 'command.json'), 'utf8'))).toEqual(body);
    const line = JSON.parse(readFileSync(join(dir, 'lines.jsonl'), 'utf8'));
    expect(line).toMatchObject({ gate: 'incode', provider: 'incode', method: 'POST' });
    expect(JSON.parse(Buffer.from(line.bodyBase64, 'base64').toString())).toEqual(body);
  });

  it.skipIf(!hasNatsServer)(`a stream of NATS gets them by type${natsReason}`, async () => {
    const nats = await startNats();
    later(nats.close);
    await nats.addStream();
    const { gateway, post } = await startBench({
      deliver: [{ nats: { servers: [nats.url], subject: 'events.{gate}.{type}' } }],
    });
    await post('/webhook', finished('int-1'));
    await post('/approve', finished('int-1'));
    await settled(gateway.store, 'delivered', 2);
    const subjects = (await nats.messages()).map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(['events.incode.ONBOARDING_FINISHED', 'events.incode.approval.approved']);
  });
});
