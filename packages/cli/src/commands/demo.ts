/** `countersign demo`: a gateway, the platforms' simulators, and what comes of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { createAdminClient, ROUTES } from '@countersign/api';
import type { Gateway } from '@countersign/gateway';
import { allScenarios, type Scenario, startIncodePlatform, startSite } from '@countersign/sandbox';
import type { Call, Command } from '../command.ts';
import { curlLines, FIRST_SHOWN } from '../demo/curl-lines.ts';
import { DEMO_KEYS } from '../demo/demo-keys.ts';
import { DemoTraffic } from '../demo/demo-traffic.ts';
import { startOnboardingPage } from '../demo/onboarding-page.ts';
import { openConsole } from '../demo/open-console.ts';
import { readOwnAddress } from '../demo/own-address.ts';
import { startPlatformPage } from '../demo/platform-page.ts';
import {
  causeJson,
  causeLine,
  PLAYED_HEADS,
  playedJson,
  playedLine,
  playedRow,
} from '../demo/played-text.ts';
import { createPlayer, type Played, type Player } from '../demo/player.ts';
import { type ExplainedRow, RecentVerdicts } from '../demo/recent-verdicts.ts';
import { startShop } from '../demo/shop.ts';
import { siteItems } from '../demo/site-items.ts';
import { startDemoGateway } from '../demo/start-demo-gateway.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { gatewayLines } from '../gateway-lines.ts';
import { PLAIN, type Style, table } from '../output.ts';
import { untilStopped } from '../until-stopped.ts';
import { UsageError } from '../usage-error.ts';

/** Slow enough to read along. */
const PAUSE_MS = 1000;

export const demo: Command = {
  name: 'demo',
  summary: 'a gateway, simulated senders and a live list of verdicts; works offline',
  usage: ['demo [--host ADDRESS] [--no-open]', 'demo --once'],
  details: [
    'Eleven systems with demo keys, in memory: Flowent, Flow Production Tracking, Approov, Incode, generic HMAC, GitHub, Stripe, Slack, Standard Webhooks, HTTP message signatures, DPoP. The ports are 8787 and 8788, or free ones if these are taken; PORT and ADMIN_PORT set others. Your own requests to the gateway appear in the list, too. Ctrl-C ends it.',
    '--json prints one line per verdict: time, system, scenario, title, gate, method, path, status, verdict, reason, step, message, keyId, reading, durationMs, expected, asExpected; and, if a cause is found a moment later, another line with requestId and finding.',
  ],
  options: {
    once: {
      description: 'play each scenario once, print expected and actual verdicts; exit code 1 if one differs',
    },
    host: {
      value: 'ADDRESS',
      description:
        'an IP address of this machine that your phone can reach: the gateway, the onboarding and its front end listen there, for everybody in that network; default: 127.0.0.1',
    },
    'no-open': { description: 'do not open the console in a browser' },
    json: { description: 'one JSON object per verdict' },
  },
  examples: [
    { note: 'watch requests being accepted and refused', command: 'countersign demo' },
    { note: 'a self-test', command: 'countersign demo --once' },
  ],
  maxArguments: 0,
  run: (call) => (call.args.flag('once') ? runOnce(call) : runLive(call)),
};

async function runOnce({ args, io, output }: Call): Promise<ExitCode> {
  if (args.text('host') !== undefined) {
    throw new UsageError('--host does not go with --once.', 'Leave out --host, or --once.');
  }
  const onboarding = await startOnboarding(io.now);
  const shop = await startShop(io.monotonicMs);
  const gateway = await startDemoGateway({ io, anyPorts: true, shopUrl: shop.url, ...onboarding.parts });
  const startedMs = io.monotonicMs();
  const all: Played[] = [];
  const onPlayed = (played: Played): void => {
    all.push(played);
    if (args.flag('json')) output.json(playedJson(played));
  };
  const scenarios = allScenarios();
  const player = createPlayer({ gateway, keys: DEMO_KEYS, io, onPlayed });
  player.newRun();
  try {
    for (const scenario of scenarios) await player.play(scenario);
  } finally {
    await gateway.drain();
    await Promise.all([onboarding.close(), shop.close()]);
  }
  const good = all.filter(({ asExpected }) => asExpected === true).length;
  const isGood = good === scenarios.length;
  if (!args.flag('json')) {
    const { style } = output;
    const head = PLAYED_HEADS.map((text) => style.bold(text));
    output.print(table([head, ...all.map((played) => playedRow(played, style))]));
  }
  const seconds = ((io.monotonicMs() - startedMs) / 1000).toFixed(1);
  const summary = `${good} of ${scenarios.length} verdicts are as expected, in ${seconds} s.`;
  output.say(isGood ? output.errorStyle.green(summary) : output.errorStyle.red(summary));
  return isGood ? EXIT.ok : EXIT.refused;
}

async function runLive(call: Call): Promise<ExitCode> {
  const { io, output } = call;
  const live = await startLive(call);
  const stopped = new AbortController();
  const ended = untilStopped(io, {
    onFirst: (why) => {
      stopped.abort();
      output.say(`\n${why}Stopping.`);
    },
    onHangUp: () => {},
  });
  showLive(call, live);
  try {
    await followLive(call, live, stopped.signal);
    await ended;
  } finally {
    stopped.abort();
    await live.close();
  }
  return EXIT.ok;
}

/** What runs until somebody ends it. */
interface LiveDemo {
  readonly gateway: Gateway;
  readonly verdicts: RecentVerdicts;
  readonly scenarios: readonly Scenario[];
  readonly player: Player;
  readonly traffic: DemoTraffic;
  readonly pageUrl: string;
  readonly siteUrl: string;
  readonly onboardingUrl: string;
  /** Ends all of it. */
  close(): Promise<void>;
}

async function startLive({ args, io, output }: Call): Promise<LiveDemo> {
  const host = readOwnAddress(args.text('host'));
  const onboarding = await startOnboarding(io.now, host);
  const shop = await startShop(io.monotonicMs);
  const scenarios = allScenarios();
  const traffic = new DemoTraffic(scenarios);
  const gateway = await startDemoGateway({
    io,
    host,
    anyPorts: false,
    shopUrl: shop.url,
    sandbox: traffic,
    ...onboarding.parts,
  });
  onboarding.connect(`${gateway.publicUrl}/onboarding`);
  const verdicts = new RecentVerdicts();
  const onPlayed = (played: Played): void => {
    if (played.scenario) verdicts.attribute(played.record.requestId, played.scenario);
    traffic.note(played);
    if (args.flag('json')) output.json(playedJson(played));
    else output.print(playedLine(played, output.style));
  };
  const player = createPlayer({ gateway, keys: DEMO_KEYS, io, onPlayed });
  traffic.connect(player);
  const site = await startSite({ items: siteItems(gateway.publicUrl), now: io.now });
  const page = await startPlatformPage({
    publicUrl: gateway.publicUrl,
    siteUrl: site.url,
    onboardingUrl: onboarding.url,
    verdicts,
    keys: DEMO_KEYS,
    now: io.now,
    fetch: io.fetch,
    curlLines: (ids) => curlLines(scenarios, player, PLAIN, ids),
  });
  return {
    gateway,
    verdicts,
    scenarios,
    player,
    traffic,
    pageUrl: page.url,
    siteUrl: site.url,
    onboardingUrl: onboarding.url,
    async close() {
      await Promise.all([page.close(), site.close(), onboarding.close(), gateway.drain()]);
      await shop.close();
    },
  };
}

/** What to open and what to paste. */
function showLive({ args, io, output }: Call, live: LiveDemo): void {
  // With --json standard output is the machine's.
  const isJson = args.flag('json');
  const style = isJson ? output.errorStyle : output.style;
  const show = isJson ? output.say : output.print;
  show(introduction(live, style).join('\n'));
  const [note = '', line = ''] = curlLines(live.scenarios, live.player, style, FIRST_SHOWN);
  show(
    `\n${style.bold('To paste into another shell')} (each system’s: curl ${live.pageUrl}/curl )\n${note}\n${line}`,
  );
  for (const line of openConsole(live.gateway, { args, io, style })) show(line);
  show(`\n${style.bold('What the gateway decides')} (Ctrl-C ends)`);
}

/** Plays the scenarios, and reads the gateway's verdicts, until it is stopped. */
async function followLive(
  { args, io, output }: Call,
  { gateway, verdicts, scenarios, player, traffic }: LiveDemo,
  signal: AbortSignal,
): Promise<void> {
  const client = createAdminClient({
    baseUrl: gateway.adminUrl ?? '',
    token: gateway.adminToken,
    fetch: io.fetch,
  });
  let playing: Promise<void> | undefined;
  // Once the stream stands, so that the page misses nothing.
  const onOpen = (): void => {
    playing ??= playUntil(signal, scenarios, { player, traffic }, output.warn);
  };
  const onCause = (row: ExplainedRow): void => {
    if (args.flag('json')) output.json(causeJson(row));
    else output.print(causeLine(row, output.style));
  };
  await verdicts.follow(client.stream('liveVerdicts', {}, { signal, onOpen }), onCause);
  await playing;
}

/** The simulated vendor and a front end; what the gateway's configuration must know of them. */
async function startOnboarding(now: () => number, host?: string) {
  const incode = await startIncodePlatform({ now, ...(host !== undefined && { host }) });
  const page = await startOnboardingPage(host);
  return {
    url: page.url,
    parts: { incode, onboardingPage: page.url },
    connect: page.connect,
    close: async (): Promise<void> => void (await Promise.all([page.close(), incode.close()])),
  };
}

/** What is read last stands last: the addresses to open. */
function introduction(
  { gateway, pageUrl, siteUrl, onboardingUrl }: LiveDemo,
  style: Style,
): readonly string[] {
  const { adminToken, adminUrl } = gateway;
  const isOwn = new URL(onboardingUrl).hostname === '127.0.0.1';
  const phone = isOwn ? ' (no phone reaches it: --host ADDRESS)' : '';
  return [
    `${style.bold('countersign demo')}: one gateway, eleven systems, demo keys`,
    '',
    ...gatewayLines(gateway, style),
    ...(adminUrl === undefined
      ? []
      : ['', `  admin API: curl -H 'authorization: Bearer ${adminToken}' ${adminUrl}${ROUTES.gates.path}`]),
    '',
    `  page    ${style.cyan(pageUrl)}  open it: the live verdicts, and what a browser can try, signed at the click`,
    `  site    ${style.cyan(siteUrl)}  a grid as in Flow Production Tracking: right-click a row, pick an item`,
    `  onboard ${style.cyan(onboardingUrl)}  a front end that holds no key: start an onboarding${phone}`,
  ];
}

/** First an accepted and a refused request of each system, at once; then every scenario, one a second, over and over. */
async function playUntil(
  signal: AbortSignal,
  scenarios: readonly Scenario[],
  { player, traffic }: Pick<LiveDemo, 'player' | 'traffic'>,
  warn: (text: string) => void,
): Promise<void> {
  const playSafely = async (scenario: Scenario): Promise<void> => {
    try {
      await traffic.play(scenario.id);
    } catch (error) {
      if (!signal.aborted) warn(error instanceof Error ? error.message : String(error));
    }
  };
  player.newRun();
  for (const scenario of firstOfEach(scenarios)) {
    if (!signal.aborted) await playSafely(scenario);
  }
  while (!signal.aborted) {
    player.newRun();
    for (const scenario of scenarios) {
      await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
      await traffic.untilPlaying(signal);
      if (signal.aborted) return;
      await playSafely(scenario);
    }
  }
}

function firstOfEach(scenarios: readonly Scenario[]): readonly Scenario[] {
  const seen = new Set<string>();
  return scenarios.filter(({ kind, provider, expect }) => {
    const key = `${provider} ${expect.verdict === 'accepted' ? 'accepted' : 'refused'}`;
    if (kind !== 'new' || expect.verdict === 'handshake' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
