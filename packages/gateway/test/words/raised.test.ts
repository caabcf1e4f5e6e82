/** Lines of the log that say of a store, a reader or a vendor that it failed at the one wrong moment: each raised by what it speaks of. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { createLeases } from '../../src/sealed/lease.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { SINGLE_USE, type SingleUse } from '../claims/single-use.ts';
import {
  actionsModule,
  hmacHeaders,
  later,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  temporaryDir,
} from '../harness.ts';
import { startIncodeUpstream } from '../sessions/incode-upstream.ts';
import { finished, incodeInput, STORE_KEY, startBench } from '../sessions/support.ts';

const KEYED = { provider: 'hmac', keys: [{ secret: SECRET }] } as const;
const STREAM_MODULE = pathToFileURL(join(import.meta.dirname, '../../src/results/stream.ts')).href;
const RESPOND = { g: { path: '/g', ...KEYED, respond: { status: 200 } } } as const;

async function post(gateway: TestGateway, body = 'a'): Promise<number> {
  return (await send(`${gateway.publicUrl}/g`, { body, headers: hmacHeaders(body) })).status;
}

async function openMemory(): Promise<Store> {
  const store = await openStore('memory:');
  later(() => store.close());
  return store;
}

/** The log's lines with that sentence. */
function said({ log }: Pick<TestGateway, 'log'>, sentence: string): Promise<void> {
  return vi.waitFor(() => expect(log.filter((line) => line.includes(`"msg":"${sentence}`))).toHaveLength(1), {
    timeout: 10_000,
  });
}

it('a store that takes no claims', async () => {
  const full = await openStore('memory:', { maxQueued: 0 });
  later(() => full.close());
  const gateway = await start(RESPOND, { sharedStore: full });
  expect(await post(gateway)).toBe(200);
  await said(gateway, 'claims were not stored: a restart will not remember them');
});

it('a store that fails while its claims are listed', async () => {
  const store = await openMemory();
  const claims: Store['claims'] = {
    ...store.claims,
    // biome-ignore lint/correctness/useYield: it fails before the first.
    async *list() {
      throw new Error('the disk is gone');
    },
  };
  const gateway = await start(RESPOND, { sharedStore: { ...store, claims } });
  await said(
    gateway,
    'claims from before the start are not all counted: more may be held than replay.maxClaims',
  );
});

it('a store that fails where a claim is given back', async () => {
  const store = await openMemory();
  const claims: Store['claims'] = {
    ...store.claims,
    release: () => Promise.reject(new Error('the disk is gone')),
  };
  // Nobody listens there: the proof was not passed on, and stays unused.
  const upstream = 'http://127.0.0.1:9';
  const [{ gate, headersFor }] = SINGLE_USE as [SingleUse];
  const gates = { g: { path: '/g', ...gate, forward: { to: upstream } } };
  const gateway = await start(gates, { sharedStore: { ...store, claims } });
  await send(`${gateway.publicUrl}/g`, { body: 'x', headers: headersFor(gateway.publicUrl) });
  await said(gateway, 'a claim was not freed in the store: its request is taken for a repeat');
});

it('a store that another gateway holds', async () => {
  const dir = temporaryDir();
  const first = await start(RESPOND, { dir });
  const second = start(RESPOND, { dir });
  setTimeout(() => void first.drain(), 200);
  await said(await second, 'another process holds the store; it is waited for as long as a stop may take');
});

it('a listener that throws', async () => {
  const gateway = await start(RESPOND);
  gateway.onVerdict(() => {
    throw new Error('a bug');
  });
  expect(await post(gateway)).toBe(200);
  await said(gateway, 'a verdict listener threw');
});

it('a stream of an action that breaks', async () => {
  const actions = actionsModule(`
import { stream } from ${JSON.stringify(STREAM_MODULE)};
async function* parts() { yield 'begun'; throw new Error('the source is gone'); }
export const broken = { name: 'broken', description: 'Breaks.', input: { type: 'object' }, run: () => stream(parts()) };`);
  const gateway = await start({ g: { path: '/g', ...KEYED, answer: { actions, action: 'broken' } } });
  await post(gateway, '{}').catch(() => {});
  await said(gateway, 'a streamed answer broke off');
});

const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`;

it.each([
  [-3_600, 'the admin token has expired'],
  [3_600, 'the admin token is the configured one; it is not renewed'],
])('an admin token of the configuration that ends in %i s', async (seconds, sentence) => {
  const upstream = await startIncodeUpstream();
  const adminToken = jwt({ exp: Math.floor(Date.now() / 1000) + seconds });
  const {
    adminEmail: _email,
    adminPassword: _password,
    ...session
  } = incodeInput(upstream.url, { adminToken });
  const gateway = await start(undefined, { sessions: { incode: session }, storeKey: STORE_KEY });
  await said(gateway, sentence);
});

it('a token server that fails again and again, and answers again', async () => {
  let isWell = false;
  const upstream = await startUpstream((_, response) => {
    if (isWell) response.end('{"access_token":"t","token_type":"bearer"}');
    else response.writeHead(500).end();
  });
  let nowMs = 1_760_000_000_000;
  const gateway = await start(undefined, {
    store: 'memory:',
    sessions: {
      partner: {
        broker: 'oauth2-client-credentials',
        at: '/partner',
        tokenUrl: `${upstream.url}/token`,
        clientId: 'c',
        clientSecret: 'client secret',
        auth: 'none',
      },
    },
    now: () => nowMs,
  });
  for (let i = 0; i < 6; i++) {
    await send(`${gateway.publicUrl}/partner/token`, { method: 'GET' });
    // It is asked again five minutes later at the latest.
    nowMs += 300_000;
  }
  await said(gateway, 'the token server fails again and again; it is left alone for a while');
  isWell = true;
  await send(`${gateway.publicUrl}/partner/token`, { method: 'GET' });
  await said(gateway, 'the token server answers again');
});

it('approvals of before a start whose store cannot be read', async () => {
  const store = await openMemory();
  const records: Store['records'] = {
    ...store.records,
    async *list(space) {
      // A gateway that does not know what is masked does not start.
      if (space !== 'masks') throw new Error('the disk is gone');
      yield* store.records.list(space);
    },
  };
  const { gateway } = await startBench({}, { sharedStore: { ...store, records } });
  await said(gateway, 'unfinished approvals could not be read');
  await said(gateway, 'how keys were used cannot be read from the store');
});

it('a store that takes no records when the gateway stops', async () => {
  const store = await openMemory();
  const records: Store['records'] = {
    ...store.records,
    async put() {
      throw new Error('the disk is full');
    },
  };
  const gateway = await start(RESPOND, { sharedStore: { ...store, records } });
  expect(await post(gateway)).toBe(200);
  await gateway.close();
  await said(
    gateway,
    'how keys are used is not stored at present: other gateways on the store, and a restart, do not know of it',
  );
});

it('an approval of before a start whose vendor is away', async () => {
  const store = await openMemory();
  const upstream = await startIncodeUpstream();
  upstream.intercept = (_, response) => Boolean(response.writeHead(500).end());
  const first = await startBench({}, { sharedStore: store, upstream });
  await first.post('/approve', finished('int-1'));
  await first.gateway.close();
  const second = await startBench({}, { sharedStore: store, upstream });
  await said(second.gateway, 'an unfinished approval could not be taken up; its next webhook does');
});

it('a lease of a store that is closed', async () => {
  const store = await openStore('memory:');
  const told: string[] = [];
  const leases = createLeases({
    records: store.records,
    now: Date.now,
    wait: async () => {},
    leaseMs: 1_000,
    onProblem: (message) => told.push(message),
  });
  expect(await leases.hold('work', () => store.close().then(() => 'done'))).toBe('done');
  expect(await leases.hold('work', async () => 'done again')).toBe('done again');
  expect(told).toEqual([
    'a lease could not be given back; it ends by itself',
    'a lease could not be taken; the work is done without it',
  ]);
});
