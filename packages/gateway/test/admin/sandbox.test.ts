/** The routes of the sandbox: at a gateway without one, where the one who plays fails, and made of a gateway’s own gates. */
import { generateKeyPairSync } from 'node:crypto';
import { type AdminClient, AdminError, createAdminClient } from '@countersign/api';
import { providers } from '@countersign/core';
import { describe, expect, it, vi } from 'vitest';
import { TOKEN_CALLER } from '../../src/admin/caller.ts';
import { GateSandbox } from '../../src/admin/gate-sandbox.ts';
import { Problem } from '../../src/admin/problem.ts';
import { createSandboxHandlers } from '../../src/admin/sandbox-handlers.ts';
import type { Gateway } from '../../src/running-gateway.ts';
import { actionsModule, proofOf, SECRET, start } from '../harness.ts';
import { startReloading } from '../setting/reloading.ts';

describe('without a sandbox', () => {
  it('there is none to look at or to change', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'none', respond: { status: 200 } } });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    for (const call of [client.call('sandbox'), client.call('changeSandbox', { change: 'pause' })]) {
      const error: unknown = await call.catch((thrown) => thrown);
      expect(error).toBeInstanceOf(AdminError);
      expect(String(error)).toContain(
        'this gateway has no sandbox: those of `countersign dev` and `countersign demo` have one',
      );
    }
  });
});

describe('of a player', () => {
  const sandbox = (play: () => Promise<boolean>) =>
    createSandboxHandlers({ scenarios: () => [], isPlaying: true, pause() {}, resume() {}, play });

  it.each([
    [
      () => Promise.reject(new Error('ECONNREFUSED')),
      'not-answered',
      'no answer came to the scenario’s request',
    ],
    [() => Promise.resolve(false), 'no-such-scenario', 'the sandbox has no scenario of this id'],
  ] as const)('%s is told', async (play, code, detail) => {
    const { changeSandbox } = sandbox(play);
    expect(await changeSandbox({ change: 'play', scenario: 'a' }, TOKEN_CALLER)).toEqual(
      new Problem(code, detail),
    );
  });

  it('is not asked without a scenario', async () => {
    const { changeSandbox } = sandbox(() => Promise.resolve(true));
    expect(await changeSandbox({ change: 'play' }, TOKEN_CALLER)).toEqual(
      new Problem('invalid-input', 'scenario is missing: it says what to play'),
    );
  });
});

type Results = Readonly<Record<string, readonly [expects: string, verdict: string | undefined]>>;

function clientOf({ adminUrl = '', adminToken }: Pick<Gateway, 'adminUrl' | 'adminToken'>): AdminClient {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

/** Plays each scenario: what was expected, and what became of it. */
async function playAll(client: AdminClient): Promise<Results> {
  const { scenarios } = await client.call('sandbox');
  for (const { id } of scenarios) await client.call('changeSandbox', { change: 'play', scenario: id });
  const played = await client.call('sandbox');
  return Object.fromEntries(
    played.scenarios.map(({ id, expects, last }) => [id, [expects, last?.verdict] as const]),
  );
}

/** What the gateway has a key for that signs. */
const SIGNING = providers.filter(({ id, fetchesKeys }) => fetchesKeys !== true && id !== 'dpop');
const KEYS = [{ secret: SECRET }];

describe('made of a gateway’s own gates', () => {
  it.each(SIGNING.map((provider) => [provider.id, provider] as const))(
    '%s: each comes to what it is expected to',
    async (_, provider) => {
      const gateway = await start(
        { in: { path: '/in', ...proofOf(provider), keep: {} } },
        { sandbox: 'gates' },
      );
      const results = await playAll(clientOf(gateway));
      expect(results['in/signed']).toEqual(['accepted', 'accepted']);
      expect(Object.keys(results)).toEqual(['in/signed', 'in/tampered', 'in/unsigned', 'in/repeated']);
      for (const [expects, verdict] of Object.values(results)) expect(verdict).toBe(expects);
      expect(results['in/unsigned']?.[0]).toMatch(/^missing-/);
    },
  );

  it('goes the way of every request: it is kept, refused for its cause, and counts for its key once', async () => {
    const gateway = await start(
      { in: { path: '/in', provider: 'github', keys: KEYS, keep: {}, keepRefused: {} } },
      { sandbox: 'gates' },
    );
    const client = clientOf(gateway);
    const hits = async () => (await client.call('gates'))[0]?.keys[0]?.hits;
    // To list them judges requests, and is no use of a key.
    await client.call('sandbox');
    expect(await hits()).toBe(0);
    expect(await playAll(client)).toEqual({
      'in/signed': ['accepted', 'accepted'],
      'in/tampered': ['signature-mismatch', 'signature-mismatch'],
      'in/unsigned': ['missing-signature', 'missing-signature'],
      'in/repeated': ['replayed', 'replayed'],
    });
    expect((await client.call('events')).events.map(({ type }) => type)).toEqual([
      'order.paid',
      'order.paid',
    ]);
    const { scenarios, isPlaying } = await client.call('sandbox');
    expect(isPlaying).toBe(false);
    expect(gateway.records.map(({ requestId }) => requestId)).toEqual(
      expect.arrayContaining(scenarios.map(({ last }) => last?.requestId)),
    );
    expect(await hits()).toBe(3);
  });

  it('has none of gates whose keys cannot sign, and of those that take unsigned requests', async () => {
    const { publicKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const gateway = await start(
      {
        open: { path: '/open', provider: 'none', respond: { status: 200 } },
        halved: {
          path: '/halved',
          scheme: {
            algorithm: 'ed25519',
            message: '{body}',
            signature: { header: 'x-signature', encoding: 'hex' },
          },
          keys: [{ secret: publicKey }],
          keep: {},
        },
        full: { path: '/full', provider: 'hmac', keys: KEYS, keep: {} },
      },
      { sandbox: 'gates' },
    );
    const { scenarios } = await clientOf(gateway).call('sandbox');
    expect(new Set(scenarios.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['full']));
  });

  it('calls a gate’s first action with an input that its schema takes', async () => {
    const actions = actionsModule(`export default [{
      name: 'order',
      description: 'takes an order',
      input: {
        type: 'object',
        properties: {
          to: { type: 'string', format: 'email' },
          count: { type: 'integer', minimum: 2 },
          size: { enum: ['small', 'large'] },
          lines: { type: 'array', minItems: 1, items: { type: 'object', properties: { id: { type: 'string', minLength: 9 } }, required: ['id'] } },
          note: { type: 'string' },
        },
        required: ['to', 'count', 'size', 'lines'],
      },
      run: async () => ({ taken: true }),
    }];`);
    for (const [provider, path] of [
      ['hmac', '/run/order'],
      ['flowent', '/actions/:action'],
    ] as const) {
      const gateway = await start(
        { act: { path, provider, keys: KEYS, answer: { actions } } },
        { sandbox: 'gates' },
      );
      const client = clientOf(gateway);
      const results = await playAll(client);
      for (const [expects, verdict] of Object.values(results)) expect(verdict).toBe(expects);
      const runs = await client.call('actionRuns', { gate: 'act' });
      expect(runs.map(({ action, reason }) => [action, reason])).toEqual(
        expect.arrayContaining([['order', undefined]]),
      );
    }
  });

  it('says where a proof leaves the body open: a changed one is accepted, and told so', async () => {
    const gateway = await start(
      { in: { path: '/in', provider: 'incode', keys: KEYS, keep: {} } },
      { sandbox: 'gates' },
    );
    const { scenarios } = await clientOf(gateway).call('sandbox');
    expect(scenarios.find(({ id }) => id === 'in/tampered')).toMatchObject({
      expects: 'accepted',
      title: 'its body was changed after it was signed, which the proof does not cover',
    });
  });

  it('judges in monitor mode and beside an older proof as the gate does', async () => {
    const gateway = await start(
      {
        watched: { path: '/watched', provider: 'hmac', keys: KEYS, keep: {}, mode: 'monitor' },
        moving: {
          path: '/moving',
          provider: 'hmac',
          keys: KEYS,
          keep: {},
          accept: [{ provider: 'github', until: '2099-01-01' }],
        },
      },
      { sandbox: 'gates' },
    );
    const results = await playAll(clientOf(gateway));
    expect(Object.keys(results)).toHaveLength(8);
    for (const [id, [expects, verdict]] of Object.entries(results))
      expect(`${id} ${verdict}`).toBe(`${id} ${expects}`);
  });

  it('is of the gates that a reload leaves', async () => {
    const gate = { provider: 'hmac', keys: KEYS, keep: {} } as const;
    const { gateway, reload } = await startReloading(
      { gates: { before: { path: '/before', ...gate } } },
      { sandbox: 'gates' },
    );
    const client = clientOf(gateway);
    expect((await playAll(client))['before/signed']).toEqual(['accepted', 'accepted']);
    expect((await reload({ gates: { after: { path: '/after', ...gate } } })).result).toBe('applied');
    expect(Object.keys(await playAll(client))).toEqual([
      'after/signed',
      'after/tampered',
      'after/unsigned',
      'after/repeated',
    ]);
    await expect(client.call('changeSandbox', { change: 'play', scenario: 'before/signed' })).rejects.toThrow(
      'the sandbox has no scenario of this id',
    );
  });

  it('sends by itself when it is resumed, one after another, until it is paused or the gateway stops', async () => {
    const gateway = await start(
      { in: { path: '/in', provider: 'hmac', keys: KEYS, keep: {} } },
      { sandbox: 'gates' },
    );
    const client = clientOf(gateway);
    const first = gateway.nextRecord();
    expect((await client.call('changeSandbox', { change: 'resume' })).isPlaying).toBe(true);
    expect(await first).toMatchObject({ gate: 'in', verdict: 'accepted' });
    expect((await client.call('changeSandbox', { change: 'pause' })).isPlaying).toBe(false);
    await client.call('changeSandbox', { change: 'resume' });
    await gateway.drain();
  });

  it('plays through all of them and begins again', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'hmac', keys: KEYS, keep: {} } });
    const sent: string[] = [];
    const passed = {
      requestId: 'r',
      verdict: { kind: 'accepted' },
      status: 200,
      headers: [],
      body: new Uint8Array(),
      isCut: false,
      durationMs: 1,
    } as const;
    const turns: (() => void)[] = [];
    const sandbox = new GateSandbox({
      gates: gateway.gates,
      passThrough: async ({ headers }) => {
        sent.push(headers.get('x-signature') === undefined ? 'unsigned' : 'signed');
        return passed;
      },
      publicHost: () => 'hooks.example',
      now: Date.now,
      wait: (signal) =>
        new Promise((resolve) => {
          turns.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        }),
    });
    sandbox.resume();
    for (let turn = 0; turn < 5; turn++) {
      await vi.waitFor(() => expect(turns).toHaveLength(turn + 1));
      turns[turn]?.();
    }
    await vi.waitFor(() => expect(turns).toHaveLength(6));
    // Signed, tampered, unsigned, twice, and from the first again.
    expect(sent).toEqual(['signed', 'signed', 'unsigned', 'signed', 'signed', 'signed', 'signed']);
    sandbox.close();
    sandbox.resume();
    expect(sandbox.isPlaying).toBe(false);
  });

  it('goes on where no request can be made of a gate at the moment', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'hmac', keys: KEYS, keep: {} } });
    let isBroken = true;
    let sent = 0;
    const turns: (() => void)[] = [];
    const sandbox = new GateSandbox({
      get gates() {
        if (isBroken) throw new Error('a key set that throws');
        return gateway.gates;
      },
      passThrough: async () => {
        sent++;
        return new Problem('not-answered', 'no answer');
      },
      publicHost: () => 'hooks.example',
      now: Date.now,
      wait: () => new Promise((resolve) => turns.push(resolve)),
    });
    sandbox.resume();
    await vi.waitFor(() => expect(turns).toHaveLength(1));
    isBroken = false;
    turns[0]?.();
    await vi.waitFor(() => expect(turns).toHaveLength(2));
    expect(sent).toBe(1);
    sandbox.close();
    turns[1]?.();
  });
});
