/** What the pictures show: the demo's gateway after each of its scenarios, at a time that is always the same; and one to which nothing came. */
import { setTimeout as wait } from 'node:timers/promises';
import { type AdminClient, createAdminClient } from '@countersign/api';
import { CONSOLE_FOLDER } from '@countersign/console';
import { type Gateway, startGateway } from '@countersign/gateway';
import { allScenarios, startIncodePlatform } from '@countersign/sandbox';
import { DEMO_KEYS } from '../../packages/cli/src/demo/demo-keys.ts';
import { DemoTraffic } from '../../packages/cli/src/demo/demo-traffic.ts';
import { startOnboardingPage } from '../../packages/cli/src/demo/onboarding-page.ts';
import { createPlayer } from '../../packages/cli/src/demo/player.ts';
import { startShop } from '../../packages/cli/src/demo/shop.ts';
import { startDemoGateway } from '../../packages/cli/src/demo/start-demo-gateway.ts';
import { parseConfig } from '../../packages/gateway/src/config/parse-config.ts';

/** A Wednesday morning. */
export const STARTED_AT: number = Date.UTC(2026, 2, 4, 9, 41);
const NEXT_KEY = '2026-03-04';
/** Between two scenarios, and between two looks at what became of them. */
const PAUSE_MS = 150;
/** A delivery of the demo is given up within seconds. */
const MOST_WAIT_MS = 60_000;

export interface Place {
  /** Of the admin listener. */
  readonly url: string;
  readonly token: string;
}

export interface Scene {
  readonly full: Place;
  readonly empty: Place;
  readonly now: () => number;
  /** Plays every scenario once, and waits until what cannot be delivered is a dead letter. */
  play(): Promise<Played>;
  close(): Promise<void>;
}

/** What views of single things are of. */
export interface Played {
  /** The id of a refused request whose cause is proved. */
  readonly refused: string;
  /** The id of an event of which a delivery is a dead letter. */
  readonly event: string;
  readonly issue: string;
  /** A key that is added and not used yet. */
  readonly nextKey: string;
}

export async function startScene(): Promise<Scene> {
  const now = (): number => Math.round(STARTED_AT + performance.now());
  const incode = await startIncodePlatform({ now });
  const onboarding = await startOnboardingPage();
  // The CRM fails all the time.
  const shop = await startShop(() => 0);
  const traffic = new DemoTraffic(allScenarios());
  const gateway = await startDemoGateway({
    io: { cwd: process.cwd(), env: {}, stderr: process.stderr, now },
    anyPorts: true,
    incode,
    onboardingPage: onboarding.url,
    shopUrl: shop.url,
    sandbox: traffic,
  });
  const empty = await startEmpty(now);
  const full = placeOf(gateway);
  traffic.connect(createPlayer({ gateway, keys: DEMO_KEYS, io: { now, fetch }, onPlayed: () => {} }));
  return {
    full,
    empty: placeOf(empty),
    now,
    play: () => play(traffic, createAdminClient({ baseUrl: full.url, token: full.token })),
    async close() {
      await Promise.all([gateway.close(), empty.close(), incode.close(), onboarding.close()]);
      await shop.close();
    },
  };
}

function placeOf({ adminUrl = '', adminToken }: Gateway): Place {
  return { url: adminUrl, token: adminToken };
}

async function startEmpty(now: () => number): Promise<Gateway> {
  const { config } = parseConfig(
    {
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      admin: { token: 'the-admin-token-of-a-gateway-without-traffic' },
      store: ':memory:',
      log: { level: 'error' },
      gates: {
        github: {
          path: '/webhooks/github',
          provider: 'github',
          keys: [{ id: 'now', secret: DEMO_KEYS.github }],
          keepRefused: true,
          keep: {},
        },
      },
    },
    { baseDir: process.cwd(), env: {} },
  );
  return startGateway({ config, now, console: CONSOLE_FOLDER });
}

async function play(traffic: DemoTraffic, client: AdminClient): Promise<Played> {
  for (const { id } of traffic.scenarios()) {
    await traffic.play(id);
    await wait(PAUSE_MS);
  }
  const dead = await until(
    'delivery that is a dead letter',
    async () => (await client.call('deliveries', { state: 'dead' })).deliveries[0],
  );
  const { issues } = await client.call('issues', {});
  const { refused } = await client.call('refused', { gate: 'github', limit: 50 });
  await client.call('addKey', { gate: 'github', id: NEXT_KEY, generate: true });
  return {
    refused: the(refused[0], 'refused request of GitHub').id,
    event: dead.event,
    issue: the(
      issues.find(({ destination }) => destination === 'crm'),
      'issue of the CRM',
    ).id,
    nextKey: NEXT_KEY,
  };
}

/** @throws Error where it does not come within a minute */
async function until<Value>(what: string, read: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + MOST_WAIT_MS;
  let value = await read();
  while (value === undefined && performance.now() < end) {
    await wait(PAUSE_MS);
    value = await read();
  }
  return the(value, what);
}

function the<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the demo has no ${what}: look at what it plays`);
  return value;
}
