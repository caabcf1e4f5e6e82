/** Commands that run until they are ended: what they print on Bun and Deno is what they print on Node, and SIGINT ends each with 0. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createGate } from '@countersign/core';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import {
  ADMIN_TOKEN,
  type CommandRuntime,
  NODE,
  SECRET,
  type StartedCommand,
  startCommand,
} from './countersign-process.ts';
import type { CommandResult } from './try-commands.ts';

interface RunningCommand {
  /** As it is typed. */
  readonly shown: string;
  readonly args: (gateway: Gateway) => readonly string[];
  /** Has it do what it is for. @returns what must be the same everywhere */
  readonly use: (started: StartedCommand, gateway: Gateway) => Promise<unknown>;
}

const MOST_MS = 30_000;

const COMMANDS: readonly RunningCommand[] = [
  {
    shown: 'tail',
    args: (gateway) => ['tail', '--json', '--admin', adminOf(gateway)],
    use: async (started, gateway) => {
      // What was decided before it is connected is not shown.
      for (let tries = 0; !started.texts.stdout.includes('\n') && tries < 60; tries++) {
        await post(gateway, 'another secret of characters');
        await delay(500);
      }
      const { verdict, gate, reason, step, status } = JSON.parse(firstLine(started));
      return { verdict, gate, reason, step, status };
    },
  },
  {
    shown: 'events follow',
    args: (gateway) => ['events', 'follow', '--from', 'start', '--json', '--admin', adminOf(gateway)],
    use: async (started) => {
      await printed(started, 'stdout', /\n/);
      return firstLine(started);
    },
  },
  ...['incode', 'site', 'flowent'].map(
    (platform): RunningCommand => ({
      shown: `sandbox ${platform}`,
      args: () => ['sandbox', platform],
      use: async (started) => {
        const [, url = ''] = await printed(started, 'stderr', /listens at (\S+)\n/);
        const answer = await fetch(url);
        const page = maskedText(await answer.text());
        if (platform === 'flowent') {
          started.child.stdin?.write('hello {}\n');
          await printed(started, 'stderr', /no action is named "hello"/);
        }
        return [answer.status, answer.headers.get('content-type'), page, maskedText(started.texts.stdout)];
      },
    }),
  ),
];

const CONFIGURATION = `store: sqlite:./running.db
listen: { public: "127.0.0.1:0", admin: "127.0.0.1:0" }
admin: { token: "\${env:ADMIN_TOKEN}" }
gates:
  kept:
    path: /kept
    provider: github
    keys: [{ secret: "\${env:PARTNER_SECRET}" }]
    keep: {}
`;

/** Against a gateway on Node that has kept an event. */
export async function tryRunningCommands(
  folder: string,
  runtimes: readonly CommandRuntime[],
): Promise<readonly CommandResult[]> {
  const place = join(folder, 'running');
  mkdirSync(place);
  writeFileSync(join(place, 'countersign.yaml'), CONFIGURATION);
  const { config } = await loadConfig({
    cwd: place,
    env: { ADMIN_TOKEN, PARTNER_SECRET: SECRET },
  });
  const gateway = await startGateway({ config, logSink: { write: () => {} } });
  try {
    const status = await post(gateway, SECRET);
    if (status !== 200) throw new Error(`the gateway answers what it keeps with ${status}`);
    const results: CommandResult[] = [];
    for (const command of COMMANDS) {
      const expected = await use(place, NODE, command, gateway);
      if (!expected.isWell) throw new Error(`countersign ${command.shown} on Node: ${expected.text}`);
      for (const runtime of runtimes) {
        const { text } = await use(place, runtime, command, gateway);
        const fault = text === expected.text ? {} : { fault: differenceOf(text, expected.text) };
        results.push({ runtime: runtime.name, command: command.shown, works: true, ...fault });
      }
    }
    return results;
  } finally {
    await gateway.close();
  }
}

/** From where they differ on. */
function differenceOf(actual: string, expected: string): string {
  const start = [...actual].findIndex((letter, index) => letter !== expected[index]);
  const from = Math.max(0, start - 40);
  return `${actual.slice(from, from + 400)}\n   Node’s: ${expected.slice(from, from + 400)}`;
}

interface Used {
  readonly isWell: boolean;
  /** What it showed, printed and ended with. */
  readonly text: string;
}

async function use(
  place: string,
  runtime: CommandRuntime,
  { args, use: useIt }: RunningCommand,
  gateway: Gateway,
): Promise<Used> {
  // What one remembers of where it stopped is nothing to the next.
  const home = mkdtempSync(join(place, 'home-'));
  const started = startCommand(place, runtime, args(gateway), { XDG_STATE_HOME: home });
  try {
    const shown = await useIt(started, gateway);
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    return { isWell: code === 0, text: JSON.stringify([shown, code, maskedText(stderr)]) };
  } catch (error) {
    started.child.kill('SIGKILL');
    const { stderr } = await started.ended;
    return { isWell: false, text: `${error}: ${stderr.slice(0, 800)}` };
  }
}

function adminOf({ adminUrl }: Gateway): string {
  if (adminUrl === undefined) throw new Error('the gateway has no admin listener');
  return adminUrl;
}

async function post({ publicUrl }: Gateway, secret: string): Promise<number> {
  const gate = createGate({ provider: 'github', keys: [secret] });
  const { method, url, headers, body } = await gate.sign({
    method: 'POST',
    url: `${publicUrl}/kept`,
    headers: { 'x-github-event': 'push' },
    body: '{}',
  });
  const answer = await fetch(url, {
    method,
    headers: [...headers].map(([name, value]) => [name, value]),
    body: Buffer.from(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function printed(
  { texts, child }: StartedCommand,
  part: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<RegExpExecArray> {
  for (let waitedMs = 0; waitedMs < MOST_MS && child.exitCode === null; waitedMs += 20) {
    const match = pattern.exec(texts[part]);
    if (match !== null) return match;
    await delay(20);
  }
  throw new Error(`it did not print ${pattern}`);
}

function firstLine({ texts }: StartedCommand): string {
  return texts.stdout.split('\n')[0] ?? '';
}

/** Ports and what is made up for a run are its own. */
function maskedText(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replace(/^([A-Z_]+)=.*$/gm, '$1=…')
    .replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '…');
}
