/** Issues of a running gateway: what fails is one line, whoever sends it and however often, and ends by itself. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type AdminClient, type AdminError, createAdminClient, type LiveIssueView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { MINUTE } from '../../src/config/units.ts';
import { itemsIn, listenTo } from '../admin/listening.ts';
import { receiver, settled } from '../deliver/receiver.ts';
import {
  hmacHeaders,
  openSocket,
  SECRET,
  send,
  start,
  type TestGateway,
  type TestOptions,
  temporaryDir,
} from '../harness.ts';
import { startMeasured } from '../http/measured-gateway.ts';
import { startChild } from '../stores/child-gateway.ts';

const keys = [{ id: 'main', secret: SECRET }];
const GATES = {
  hook: { path: '/hook', provider: 'hmac', keys, respond: { status: 204 } },
  other: { path: '/other', provider: 'hmac', keys, respond: { status: 204 } },
} as const;
const FORGED = `POST /hook HTTP/1.1\r\nhost: a\r\nx-timestamp: 1\r\nx-nonce: a\r\nx-signature: ${'0'.repeat(64)}\r\ncontent-length: 2\r\n\r\nab`;

interface Bench {
  readonly gateway: TestGateway;
  readonly client: AdminClient;
  readonly clock: { aheadMs: number };
}

async function bench(gates: Parameters<typeof start>[0] = GATES, options: TestOptions = {}): Promise<Bench> {
  const clock = { aheadMs: 0 };
  const gateway = await start(gates, { now: () => Date.now() + clock.aheadMs, ...options });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return { gateway, client, clock };
}

/** Sends so many on a connection, 50 ahead of their answers. */
async function flood(socket: Socket, request: string, count: number): Promise<void> {
  let answers = 0;
  let rest = '';
  for (let sent = 0; sent < count; sent += 50) {
    socket.write(request.repeat(50));
    while (answers < sent + 50) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      const parts = (rest + chunk.toString('latin1')).split('HTTP/1.1 4');
      answers += parts.length - 1;
      rest = (parts.at(-1) ?? '').slice(-12);
    }
  }
}

const genuine = ({ gateway, clock }: Bench, path = 'hook') =>
  send(`${gateway.publicUrl}/${path}`, {
    headers: hmacHeaders('x', Math.floor((Date.now() + clock.aheadMs) / 1000)),
    body: 'x',
  });
const forged = ({ gateway }: Bench, path = 'hook') =>
  send(`${gateway.publicUrl}/${path}`, {
    headers: { ...hmacHeaders('x'), 'x-signature': '0'.repeat(64) },
    body: 'x',
  });

async function listening({ gateway }: Bench, query = '') {
  const authorization = `Bearer ${gateway.adminToken}`;
  const listener = await listenTo(`${gateway.adminUrl}/api/verdicts/live${query}`, { authorization });
  await listener.until(/^id/m);
  const until = async (pattern: RegExp): Promise<readonly LiveIssueView[]> =>
    itemsIn(await listener.until(pattern)).filter(
      (item): item is LiveIssueView => typeof item === 'object' && item !== null && 'issue' in item,
    );
  return { until };
}

describe('10,000 refused requests', () => {
  it('are one line, with their last minutes and an example, which heals by itself and counts a return', async () => {
    const whole = await bench({ ...GATES, hook: { ...GATES.hook, keepRefused: true } });
    const { gateway, client, clock } = whole;
    const live = await listening(whole);
    const socket = await openSocket(gateway.publicPort);
    await flood(socket, FORGED, 10_000);
    const { issues, next } = await client.call('issues');
    expect(next).toBeUndefined();
    expect(issues).toMatchObject([
      { gate: 'hook', reason: 'signature-mismatch', state: 'open', count: 10_000, returns: 0 },
    ]);
    const [issue] = issues;
    expect(issue?.minutes.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(issue?.hours.slice(-2).reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(issue?.requestId).toBe(gateway.records.at(-1)?.requestId);
    const kept = await client.call('refusedRequest', { id: issue?.keptRequestId ?? '' });
    expect(kept).toMatchObject({ gate: 'hook', reason: 'signature-mismatch' });
    // It may have been another sender who was refused.
    clock.aheadMs += 14 * MINUTE;
    await genuine(whole);
    expect((await client.call('issue', { id: issue?.id ?? '' })).state).toBe('open');
    clock.aheadMs += 2 * MINUTE;
    const changes = await live.until(/"change":"closed"/);
    expect(changes.map(({ gate, issue: { change, id } }) => [gate, change, id])).toEqual([
      ['hook', 'opened', issue?.id],
      ['hook', 'closed', issue?.id],
    ]);
    await forged(whole);
    expect((await client.call('issues', { state: 'open' })).issues).toMatchObject([
      { count: 10_001, returns: 1 },
    ]);
    await live.until(/"change":"returned"/);
    const lines = gateway.log.map((line) => JSON.parse(line)).filter((line) => 'issue' in line);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'requests or deliveries fail as none did before: see countersign issues show',
      'requests or deliveries that failed do so no longer',
      'failures that had ended are back: see countersign issues show',
    ]);
  }, 60_000);

  it('name the causes that are found of those that are kept', async () => {
    const whole = await bench({ ...GATES, hook: { ...GATES.hook, keepRefused: true } });
    const live = await listening(whole);
    const { 'x-signature': signature = '', ...headers } = hmacHeaders('x');
    // The body was changed on its way.
    const body = 'x\n';
    await send(`${whole.gateway.publicUrl}/hook`, {
      headers: { ...headers, 'x-signature': signature },
      body,
    });
    await live.until(/"finding":/);
    const { issues } = await whole.client.call('issues');
    expect(issues).toMatchObject([{ causes: [{ count: 1, requestId: issues[0]?.keptRequestId }] }]);
  });
});

describe('what a stranger sends', () => {
  it('makes no issue of its own: whatever the paths, they are one line that leads to no gate, and nobody is told', async () => {
    const { gateway, client } = await bench();
    for (const path of ['/.env', '/wp-login.php', '/a/b/c', '/hook2'])
      await send(`${gateway.publicUrl}${path}`, { method: 'GET' });
    const { issues } = await client.call('issues');
    expect(issues).toMatchObject([{ reason: 'no-gate', count: 4 }]);
    expect(issues[0]).not.toHaveProperty('gate');
    expect(gateway.log.filter((line) => line.includes('"issue"'))).toEqual([]);
  });

  it('is no failure where a repeat was acknowledged', async () => {
    const whole = await bench({ hook: { ...GATES.hook, replay: { repeat: 'acknowledge' } } });
    const request = { headers: hmacHeaders('x'), body: 'x' };
    const statuses = [];
    for (let n = 0; n < 2; n++)
      statuses.push((await send(`${whole.gateway.publicUrl}/hook`, request)).status);
    expect(statuses).toEqual([204, 200]);
    expect(await whole.client.call('issues')).toEqual({ issues: [] });
  });

  it.skipIf(!isLong)(
    'leaves the gateway no more memory after 100,000 than after 20,000',
    async () => {
      const gateway = await startMeasured({ gates: GATES });
      const sockets = await Promise.all(Array.from({ length: 4 }, () => openSocket(gateway.port)));
      const all = (count: number) => Promise.all(sockets.map((socket) => flood(socket, FORGED, count / 4)));
      await all(20_000);
      const before = await gateway.measure();
      await all(80_000);
      expect((await gateway.measure()).held - before.held).toBeLessThan(2 * 1024 * 1024);
    },
    120_000,
  );
});

describe('failed deliveries', () => {
  it('are one line of destination and code, which ends once the destination takes events and none of them waits', async () => {
    let status = 500;
    const target = await receiver((response) => {
      response.statusCode = status;
      response.end();
    });
    const ops = await receiver();
    const whole = await bench(
      { kept: { path: '/kept', provider: 'hmac', keys, keep: { deliver: ['shop'] } } },
      {
        operatorEvents: 'ops',
        destinations: { shop: { to: target.url, retries: [] }, ops: { to: ops.url } },
      },
    );
    const { gateway, client, clock } = whole;
    const live = await listening(whole, '?destination=shop');
    for (let n = 0; n < 5; n++) await genuine(whole, 'kept');
    await settled(gateway.store, 'dead', 5);
    const { issues } = await client.call('issues');
    expect(issues).toMatchObject([{ destination: 'shop', reason: 'status', count: 5, state: 'open' }]);
    const [{ id = '', event = '' } = {}] = issues;
    expect(await client.call('delivery', { event, destination: 'shop' })).toMatchObject({
      state: 'dead',
      code: 'status',
    });
    status = 204;
    await client.call('changeDestination', { destination: 'shop', change: 'resume' });
    await client.call('changeDeliveries', { destination: 'shop', change: 'redrive' });
    await settled(gateway.store, 'delivered', 5);
    clock.aheadMs += MINUTE + 1_000;
    const changes = await live.until(/"change":"closed"/);
    expect(changes.map(({ issue }) => [issue.change, issue.id, issue.destination])).toEqual([
      ['opened', id, 'shop'],
      ['closed', id, 'shop'],
    ]);
    expect(await client.call('issue', { id })).toMatchObject({ state: 'closed', ended: 'healed' });
    // Dead ones are told as well, one for all of them.
    const told = (await ops.until(3)).map(({ body }) => JSON.parse(String(body)));
    expect(told.filter(({ type }) => type.startsWith('issue.'))).toMatchObject([
      { type: 'issue.opened', data: { issue: id, destination: 'shop', reason: 'status' } },
      { type: 'issue.closed', data: { issue: id, destination: 'shop', reason: 'status', count: 5 } },
    ]);
  });

  it('that wait keep it open, though others are delivered, and say when they are tried next', async () => {
    const target = await receiver((response, number) => {
      response.statusCode = number === 1 ? 500 : 204;
      response.end();
    });
    const whole = await bench({
      hook: GATES.hook,
      kept: {
        path: '/kept',
        provider: 'hmac',
        keys,
        // A moment of it is chosen at random: of an hour every third came too early.
        keep: { deliver: [{ name: 'shop', to: target.url, retries: ['31d'] }] },
      },
    });
    const { gateway, client, clock } = whole;
    await genuine(whole, 'kept');
    await target.until(1);
    const [waiting] = await settled(gateway.store, 'waiting');
    await genuine(whole, 'kept');
    await settled(gateway.store, 'delivered');
    const live = await listening(whole);
    await forged(whole);
    await client.call('issues');
    clock.aheadMs += 20 * MINUTE;
    await genuine(whole);
    // What heals is looked for among all issues at once: the other has.
    await live.until(/"gate":"hook","issue":\{[^}]*"change":"closed"/);
    const { deliveries } = await client.call('deliveries', { state: 'waiting' });
    expect(deliveries).toMatchObject([{ event: waiting?.eventId, attempts: 1, code: 'status' }]);
    const dueInMs = Date.parse(deliveries[0]?.dueAt ?? '') - Date.now();
    expect(dueInMs).toBeGreaterThan(20 * MINUTE);
    expect((await client.call('issues', { destination: 'shop' })).issues).toMatchObject([
      { state: 'open', count: 1 },
    ]);
    await client.call('changeDeliveries', { destination: 'shop', state: 'waiting', change: 'redrive' });
    await settled(gateway.store, 'delivered', 2);
    clock.aheadMs += 10 * MINUTE;
    const changes = await live.until(/"change":"closed","destination":"shop"/);
    // Each is told once the store has it: that of the delivery may have opened before anybody listened.
    const ends = changes.filter(({ issue }) => issue.change !== 'opened');
    expect(ends.map(({ issue }) => issue.change)).toEqual(['closed', 'closed']);
  });
});

describe('an operator', () => {
  it('acknowledges, closes and reopens an issue; a change of what was read before is refused', async () => {
    const whole = await bench();
    const { client, gateway } = whole;
    await forged(whole);
    await forged(whole, 'other');
    const { issues, next } = await client.call('issues', { limit: 1 });
    expect(issues).toMatchObject([{ gate: 'other' }]);
    const rest = await client.call('issues', { limit: 1, before: next });
    expect(rest).toMatchObject({ issues: [{ gate: 'hook' }] });
    expect(rest).not.toHaveProperty('next');
    const [{ id = '' } = {}] = issues;
    const { reply, etag } = await client.read('issue', { id });
    expect(reply).toEqual(issues[0]);
    const acknowledged = await client.call(
      'changeIssue',
      { id, change: 'acknowledge', note: 'asked them' },
      { ifMatch: etag },
    );
    expect(acknowledged).toMatchObject({ state: 'acknowledged', changedBy: 'token', note: 'asked them' });
    // More failures change nothing of what an operator has read; another operator does.
    await forged(whole, 'other');
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'done',
        (error: AdminError) => error.code,
      );
    expect(await codeOf(client.call('changeIssue', { id, change: 'close' }, { ifMatch: etag }))).toBe(
      'changed-meanwhile',
    );
    const { etag: second } = await client.read('issue', { id });
    await forged(whole, 'other');
    expect(await codeOf(client.call('changeIssue', { id, change: 'close' }, { ifMatch: second }))).toBe(
      'done',
    );
    await expect(client.call('changeIssue', { id, change: 'acknowledge' })).rejects.toMatchObject({
      code: 'issue-closed',
      message: expect.stringContaining('a closed issue is not acknowledged: reopen it first'),
    });
    await expect(client.call('issue', { id: 'none' })).rejects.toMatchObject({
      code: 'no-such-issue',
      message: expect.stringContaining(
        'there is no such issue; those that were closed are forgotten after 30 days',
      ),
    });
    expect(await codeOf(client.call('changeIssue', { id: 'none', change: 'close' }))).toBe('no-such-issue');
    expect(await codeOf(client.call('issues', { gate: 'none' }))).toBe('no-such-gate');
    expect(await codeOf(client.call('issues', { destination: 'none' }))).toBe('no-such-destination');
    expect(await codeOf(client.call('changeIssue', { id, change: 'close', note: 'x'.repeat(501) }))).toBe(
      'invalid-input',
    );
    expect(await client.call('metrics')).toMatch(
      /countersign_issues\{state="open"\} 1\n.*acknowledged"\} 0\n.*closed"\} 1\n/,
    );
    expect(await client.call('changeIssue', { id, change: 'reopen' })).toMatchObject({ state: 'open' });
    expect((await client.call('issues', { limit: 1 })).issues).toMatchObject([{ id, count: 3 }]);
    expect(gateway.log.filter((line) => line.includes('an issue was changed'))).toHaveLength(3);
  });

  it('finds all of it again after a restart, and the next failure is counted on', async () => {
    const dir = temporaryDir();
    const first = await bench(GATES, { dir });
    await forged(first);
    const { issues } = await first.client.call('issues');
    await first.client.call('changeIssue', {
      id: issues[0]?.id ?? '',
      change: 'acknowledge',
      note: 'asked them',
    });
    await forged(first);
    await first.gateway.drain();
    const second = await bench(GATES, { dir });
    await forged(second);
    expect((await second.client.call('issues')).issues).toMatchObject([
      { id: issues[0]?.id, count: 3, state: 'acknowledged', note: 'asked them', firstAt: issues[0]?.firstAt },
    ]);
  });
});

describe('a gateway that is killed', () => {
  it('has lost the failures of a second at most', async () => {
    const dir = temporaryDir();
    const child = startChild(dir);
    const url = `${await child.url()}/a`;
    const answeredMs: number[] = [];
    const endMs = performance.now() + 3_000;
    while (performance.now() < endMs) {
      await send(url, { headers: { ...hmacHeaders('x'), 'x-signature': '0'.repeat(64) }, body: 'x' });
      answeredMs.push(performance.now());
    }
    const killedMs = performance.now();
    child.child.kill('SIGKILL');
    await child.ended;
    const gates = { gate: { ...GATES.hook, path: '/a' } };
    const { client } = await bench(gates, { dir, store: 'sqlite:store.db' });
    const [{ count = 0 } = {}] = (await client.call('issues')).issues;
    // The second, and what a commit takes on a busy machine.
    expect(count).toBeGreaterThanOrEqual(answeredMs.filter((ms) => ms < killedMs - 1_500).length);
    expect(count).toBeLessThanOrEqual(answeredMs.length);
    expect(count).toBeGreaterThan(0);
  }, 30_000);
});
