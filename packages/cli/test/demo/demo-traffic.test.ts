/** The demo's traffic as an operator steers it: the demo's own gateway, player and scenarios, over the admin API. */
import { AdminError, createAdminClient, type SandboxChange } from '@countersign/api';
import { allScenarios, startIncodePlatform } from '@countersign/sandbox';
import { expect, it, onTestFinished } from 'vitest';
import { DEMO_KEYS } from '../../src/demo/demo-keys.ts';
import { DemoTraffic } from '../../src/demo/demo-traffic.ts';
import { createPlayer, type Played } from '../../src/demo/player.ts';
import { startDemoGateway } from '../../src/demo/start-demo-gateway.ts';

async function started() {
  const incode = await startIncodePlatform({ now: Date.now });
  onTestFinished(() => incode.close());
  const traffic = new DemoTraffic(allScenarios());
  const io = { cwd: process.cwd(), env: {}, stderr: { write: () => true }, now: Date.now, fetch } as never;
  const gateway = await startDemoGateway({
    shopUrl: 'http://127.0.0.1:9',
    io,
    anyPorts: true,
    incode,
    onboardingPage: 'http://127.0.0.1:1',
    sandbox: traffic,
  });
  onTestFinished(() => gateway.close());
  const played: Played[] = [];
  const player = createPlayer({ gateway, keys: DEMO_KEYS, io, onPlayed: (one) => played.push(one) });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return { traffic, player, played, client };
}

async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'nothing';
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return `${error.code}: ${error.message.replace(/^.*answered \d+: /, '')}`;
  }
}

it('lists its scenarios, is paused and resumed, and plays what is asked for', async () => {
  const { traffic, player, played, client } = await started();
  traffic.connect(player);
  const view = await client.call('sandbox');
  expect(view.isPlaying).toBe(true);
  expect(view.scenarios.map(({ id }) => id)).toEqual(allScenarios().map(({ id }) => id));
  expect((await client.call('changeSandbox', { change: 'pause' })).isPlaying).toBe(false);
  const waiting = traffic.untilPlaying(new AbortController().signal);
  expect((await client.call('changeSandbox', { change: 'resume' })).isPlaying).toBe(true);
  await waiting;
  // Those that are of one kind: new ones, and what sends earlier bytes again.
  for (const { id } of view.scenarios) await client.call('changeSandbox', { change: 'play', scenario: id });
  const ids = played.map(({ scenario }) => scenario?.id);
  for (const { id } of view.scenarios) expect(ids).toContain(id);
  expect(played.filter(({ asExpected }) => asExpected !== true).map(({ scenario }) => scenario?.id)).toEqual(
    [],
  );
});

it('plays one that sends earlier bytes again where none were sent', async () => {
  const { traffic, player, played, client } = await started();
  traffic.connect(player);
  const again = allScenarios().find(({ kind }) => kind === 'again');
  await client.call('changeSandbox', { change: 'play', scenario: again?.id });
  expect(played.map(({ scenario }) => scenario?.id).at(-1)).toBe(again?.id);
  expect(played.at(-1)?.asExpected).toBe(true);
});

it('a pause ends with the demo', async () => {
  const { traffic } = await started();
  traffic.pause();
  const stopping = new AbortController();
  const waiting = traffic.untilPlaying(stopping.signal);
  stopping.abort();
  await waiting;
  expect(traffic.isPlaying).toBe(false);
});

it('what is none is refused', async () => {
  const { traffic, player, client } = await started();
  traffic.connect(player);
  const change = (input: { change: string; scenario?: string }) =>
    refusalOf(client.call('changeSandbox', input as SandboxChange));
  expect(await change({ change: 'play' })).toBe('invalid-input: scenario is missing: it says what to play');
  expect(await change({ change: 'play', scenario: 'x' })).toBe(
    'no-such-scenario: the sandbox has no scenario of this id',
  );
  expect(await change({ change: 'stop' })).toMatch(/^invalid-input: /);
});
