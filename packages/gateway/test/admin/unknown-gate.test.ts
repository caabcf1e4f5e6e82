/** A gate that nobody has is named as such, on every route that takes one. */
import { createAdminClient, ROUTES } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/admin/problem.ts';
import { unknownGate } from '../../src/admin/unknown-gate.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, send, start } from '../harness.ts';
import { startBench } from '../sessions/support.ts';

const GITHUB = { path: '/hooks/github', provider: 'none', keep: {} } as const;
const STRIPE = { path: '/hooks/stripe', provider: 'none', keep: {} } as const;

/** What a push of a registration wants. */
const PLAN_BODY = JSON.stringify({ plan: 'A'.repeat(22) });

async function started() {
  const gateway = await start({ github: GITHUB, stripe: STRIPE }, { store: 'memory:' });
  return (method: string, path: string) =>
    send(`${gateway.adminUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${gateway.adminToken}`,
        ...(method === 'POST' && { 'content-type': 'application/json' }),
      },
      ...(method === 'POST' && { body: path.endsWith('/registration') ? PLAN_BODY : '{}' }),
    });
}

/** Each route that takes a gate, asked of one. */
const requests = Object.values(ROUTES).flatMap(({ method, path, params, query }) => {
  // Those that change a key take a body, and are asked below.
  if ('gate' in params && method === 'POST' && path.includes('/keys')) return [];
  if ('gate' in params) return [{ method, pathOf: (gate: string) => fill(path.replace(':gate', gate)) }];
  const text = 'text' in query ? 'text=x&' : '';
  if ('gate' in query) return [{ method, pathOf: (gate: string) => `${fill(path)}?${text}gate=${gate}` }];
  return [];
});

/** A claim is 32 hex characters. */
function fill(path: string): string {
  return path.replace(':place', '0').replace(/:[a-z]+/g, '0'.repeat(32));
}

describe('a gate that there is not', () => {
  it('is refused by each route that takes one', async () => {
    const ask = await started();
    expect(requests.map(({ method, pathOf }) => `${method} ${pathOf('x')}`)).toEqual([
      `GET /api/gates/x/claims/${'0'.repeat(32)}`,
      `DELETE /api/gates/x/claims/${'0'.repeat(32)}`,
      'GET /api/refused?text=x&gate=x',
      'GET /api/verdicts/live?gate=x',
      'GET /api/gates/x/keys',
      'GET /api/gates/x/key-delivery',
      'POST /api/gates/x/key-delivery',
      'POST /api/gates/x/key-delivery/reveal',
      'GET /api/events?gate=x',
      'GET /api/events/search?text=x&gate=x',
      'GET /api/events/after/0?gate=x',
      'GET /api/events/export/0?gate=x',
      'GET /api/deliveries?gate=x',
      'GET /api/issues?gate=x',
      'GET /api/actions/runs?gate=x',
      `POST /api/gates/x/actions/${'0'.repeat(32)}/test`,
      'GET /api/gates/x/registration',
      'POST /api/gates/x/registration',
    ]);
    for (const { method, pathOf } of requests) {
      for (const [name, hint] of [
        ['githb', '; did you mean github?'],
        ['nope', ''],
        ['GITHUB', '; did you mean github?'],
        ['__proto__', ''],
        ['%22%3Cb%3E', ''],
      ] as const) {
        const { status, headers, text } = await ask(method, pathOf(name));
        expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
        expect(JSON.parse(text)).toMatchObject({
          code: 'no-such-gate',
          detail: `the gateway has no gate of this name${hint} (gates: github, stripe)`,
        });
      }
    }
  });

  it('has no page of refused requests, whatever it is said to follow', async () => {
    const ask = await started();
    expect((await ask('GET', '/api/refused?gate=nope&before=7&limit=1')).status).toBe(404);
    expect(JSON.parse((await ask('GET', '/api/refused?gate=github')).text)).toEqual({ refused: [] });
  });

  it('has no page of events, whatever it is said to follow', async () => {
    const ask = await started();
    expect((await ask('GET', '/api/events?gate=nope&before=x&limit=1')).status).toBe(404);
    // A gate that has kept nothing yet is one.
    expect(JSON.parse((await ask('GET', '/api/events?gate=github')).text)).toEqual({ events: [] });
  });

  it('is none that a session has, under whose name its webhooks are kept', async () => {
    const { gateway } = await startBench();
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(await client.call('events', { gate: 'incode' })).toEqual({ events: [] });
    await expect(client.call('events', { gate: 'incod' })).rejects.toThrow(
      'the gateway has no gate of this name; did you mean incode? (gates: incode)',
    );
  });

  it('names some of many gates, and how many more there are', () => {
    const names = Array.from({ length: 200 }, (_, i) => `gate-${i}`);
    const some = names.slice(0, 20).join(', ');
    expect(unknownGate('nope', names)).toEqual(
      new Problem('no-such-gate', `the gateway has no gate of this name (gates: ${some} and 180 more)`),
    );
    expect(unknownGate('nope', [])?.detail).toBe('the gateway has no gate of this name (it has none)');
    expect([unknownGate(undefined, names), unknownGate('gate-199', names)]).toEqual([undefined, undefined]);
  });
});

it('what a gate has kept is listed when the gate has left the configuration', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const before = await start({ github: GITHUB, stripe: STRIPE }, { sharedStore: store });
  for (const body of ['1', '2']) await send(`${before.publicUrl}/hooks/stripe`, { body });
  await before.close();
  const after = await start({ github: GITHUB }, { sharedStore: store });
  const client = createAdminClient({ baseUrl: after.adminUrl ?? '', token: after.adminToken });
  const first = await client.call('events', { gate: 'stripe', limit: 1 });
  const second = await client.call('events', { gate: 'stripe', limit: 1, before: first.next });
  expect([first, second].flatMap(({ events }) => events)).toHaveLength(2);
  // The page behind the last is empty, and no problem.
  const last = second.events[0]?.id;
  expect(await client.call('events', { gate: 'stripe', before: last })).toEqual({ events: [] });
  // Nothing more will become of its requests.
  const live = client.stream('liveVerdicts', { gate: 'stripe' })[Symbol.asyncIterator]();
  await expect(live.next()).rejects.toMatchObject({ status: 404, code: 'no-such-gate' });
});
