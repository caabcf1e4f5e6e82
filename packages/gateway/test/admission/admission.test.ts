/** Whom gates let in before they look at a proof: by address, and by how often. */
import { describe, expect, it } from 'vitest';
import {
  hmacHeaders,
  openSocket,
  SECRET,
  send,
  start,
  type TestGateway,
  type TestOptions,
} from '../harness.ts';

const GATE = { path: '/g', provider: 'hmac', keys: [{ secret: SECRET }], respond: { status: 202 } } as const;

const behindProxy: TestOptions = {
  listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', trustedProxies: ['127.0.0.1'] },
};

/** Posts a request that the sender has signed, from an address that the proxy says. */
async function post({ publicUrl }: TestGateway, body: string, from?: string) {
  const forwarded = from === undefined ? {} : { 'x-forwarded-for': from };
  return send(`${publicUrl}/g`, { body, headers: { ...hmacHeaders(body), ...forwarded } });
}

describe('allowFrom', () => {
  it.each([
    [['127.0.0.1'], 202],
    [['127.0.0.0/8'], 202],
    [['::ffff:127.0.0.0/104'], 202],
    [['192.0.2.0/24', '127.0.0.1'], 202],
    [['127.0.0.2'], 403],
    [['::/0'], 403],
  ] as const)('%j answers 127.0.0.1 with %i', async (allowFrom, status) => {
    const gateway = await start({ g: { ...GATE, allowFrom } });
    expect((await post(gateway, 'a')).status).toBe(status);
    // Nobody is believed who says that he is somebody else.
    expect((await post(gateway, 'b', '192.0.2.7')).status).toBe(status);
  });

  it('judges the address that a trusted proxy reports', async () => {
    const gateway = await start(
      { g: { ...GATE, allowFrom: ['192.0.2.0/24', '2001:db8::/32'] } },
      behindProxy,
    );
    const statuses = [];
    for (const from of ['192.0.2.7', '::ffff:192.0.2.8', '2001:db8::7', '198.51.100.7', 'unknown'])
      statuses.push((await post(gateway, `a${from}`, from)).status);
    expect(statuses).toEqual([202, 202, 202, 403, 403]);
  });

  it('refuses before the body comes, with neutral words, and says to the operator why', async () => {
    const gateway = await start({ g: { ...GATE, allowFrom: ['192.0.2.7'] } });
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /g HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n');
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
    expect(String(answer)).not.toContain('192.0.2.7');
    expect(gateway.records[0]).toMatchObject({
      reason: 'foreign-address',
      message: 'the request came from 127.0.0.1',
      remedy: expect.stringContaining('allowFrom'),
    });
  });

  it('holds at a gate that monitors, too', async () => {
    const gateway = await start({ g: { ...GATE, mode: 'monitor', allowFrom: ['192.0.2.7'] } });
    expect((await post(gateway, 'a')).status).toBe(403);
  });
});

describe('rate', () => {
  it('lets each client send so many, tells the next when to come again, and lets it in then', async () => {
    let nowMs = 1000;
    const rate = { perClient: '60/min', burst: 2 };
    const gateway = await start({ g: { ...GATE, rate } }, { ...behindProxy, monotonicMs: () => nowMs });
    const from = async (address: string, body: string) => (await post(gateway, body, address)).status;
    expect([await from('192.0.2.1', 'a'), await from('192.0.2.1', 'b')]).toEqual([202, 202]);
    const refused = await post(gateway, 'c', '192.0.2.1');
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(gateway.records[2]).toMatchObject({
      reason: 'too-many-requests',
      message: 'the client 192.0.2.1 makes more requests than the gate’s rate.perClient allows',
      remedy: 'Raise the gate’s rate.perClient, or have the sender send less often; it should retry.',
    });
    expect(await from('192.0.2.2', 'd')).toBe(202);
    nowMs += 1000;
    // What was refused for its rate has used nothing up.
    expect([await from('192.0.2.1', 'c'), await from('192.0.2.1', 'e')]).toEqual([202, 429]);
  });

  it('counts an IPv6 client by its /64', async () => {
    const rate = { perClient: '1/h' };
    const gateway = await start({ g: { ...GATE, rate } }, behindProxy);
    const statuses = [];
    for (const from of ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'])
      statuses.push((await post(gateway, from, from)).status);
    expect(statuses).toEqual([202, 429, 202]);
  });

  it('bounds all clients together', async () => {
    let nowMs = 0;
    const gateway = await start(
      { g: { ...GATE, rate: { total: '2/h' } } },
      { ...behindProxy, monotonicMs: () => nowMs },
    );
    const statuses = [];
    for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
      statuses.push((await post(gateway, from, from)).status);
    expect(statuses).toEqual([202, 202, 429]);
    expect(gateway.records[2]).toMatchObject({
      message: 'all clients together make more requests than the gate’s rate.total allows',
    });
    nowMs = 1_800_000;
    expect((await post(gateway, 'x', '192.0.2.3')).status).toBe(202);
  });

  it('is of one gate, and forgeries count', async () => {
    const gateway = await start({
      g: { ...GATE, rate: { perClient: '1/h' } },
      other: { ...GATE, path: '/other' },
    });
    expect((await send(`${gateway.publicUrl}/g`, { body: 'forged' })).status).toBe(401);
    expect((await post(gateway, 'a')).status).toBe(429);
    expect((await send(`${gateway.publicUrl}/other`, { body: 'a', headers: hmacHeaders('a') })).status).toBe(
      202,
    );
  });
});

it('a flood of what is refused so cheaply writes ten lines a second, the next one says how many are left out, and the counts are whole', async () => {
  let nowMs = 0;
  const gateway = await start({ g: { ...GATE, rate: { perClient: '1/h' } } }, { monotonicMs: () => nowMs });
  const lines = () => gateway.log.map((line) => JSON.parse(line)).filter(({ status }) => status === 429);
  await Promise.all(Array.from({ length: 200 }, (_, n) => post(gateway, `${n}`)));
  expect(lines()).toHaveLength(10);
  nowMs = 1000;
  await post(gateway, 'one more');
  expect(lines()).toHaveLength(11);
  expect(lines()[10]).toMatchObject({ leftOut: 189 });
  expect(gateway.records).toHaveLength(201);
  expect(gateway.gates[0]?.counts.refusedBy.get('too-many-requests')).toBe(200);
});
