/** Runs the command `countersign` on Bun and Deno: what it prints and how it ends there is what Node prints, or one sentence that it runs on Node. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@countersign/gateway';
import { type Ended, NODE, otherRuntimes, runCommand } from './countersign-process.ts';
import { tryRunningCommands } from './try-running-commands.ts';

export interface CommandResult {
  readonly runtime: string;
  /** As it is typed. */
  readonly command: string;
  /** Whether it ends and prints as on Node, or says in one sentence that it runs on Node only. */
  readonly works: boolean;
  readonly fault?: string;
}

const VECTORS = join(import.meta.dirname, '../vectors');

/** Those that work the same; `{origin}` is a server's that answers 200. */
const COMMANDS: readonly (readonly [shown: string, ...args: string[]])[] = [
  ['--version', '--version'],
  ['--help', '--help'],
  ['providers', 'providers'],
  ['providers github', 'providers', 'github'],
  [
    'sign',
    'sign',
    'https://gate.example/',
    '--provider',
    'github',
    '--key',
    'a secret of 26 characters',
    '--body',
    '{}',
  ],
  ['verify', 'verify', '--provider', 'github', '--key', 'a secret of 26 characters', 'request.http'],
  ['explain', 'explain', '--provider', 'github', '--key', 'another secret of characters', 'request.http'],
  ['send', 'send', '{origin}/', '--provider', 'github', '--key', 'a secret of 26 characters', '--body', '{}'],
  ['init', 'init', 'github', '--help'],
  ['events list', 'events', 'list', '--json'],
  ['deliveries list', 'deliveries', 'list', '--json'],
  ['store stats', 'store', 'stats', '--json', '--store', 'sqlite:kept.db'],
  ['store verify', 'store', 'verify', '--store', 'sqlite:kept.db'],
  ['handout', 'handout', 'partner'],
  ['conformance', 'conformance', join(VECTORS, 'providers/github.json')],
  ['conformance --url', 'conformance', join(VECTORS, 'providers/github.json'), '--url', '{origin}'],
  [
    'conformance --adapter',
    'conformance',
    join(VECTORS, 'providers/github.json'),
    '--adapter',
    './adapter.mjs',
  ],
];

/** What only Node serves. */
const NODE_ALONE: readonly (readonly [shown: string, ...args: string[]])[] = [
  ['serve', 'serve'],
  ['demo', 'demo', '--once'],
  // Good on Node, as the fill makes sure: what stands here is about the runtime.
  ['check', 'check'],
];

const CONFIGURATION = `store: sqlite:./kept.db
listen: { admin: off }
gates:
  partner:
    path: /partner
    provider: github
    keys: [{ secret: "\${env:PARTNER_SECRET}" }]
    forward: { to: http://127.0.0.1:9000 }
  kept:
    path: /kept
    provider: github
    keys: [{ secret: "\${env:PARTNER_SECRET}" }]
    keep: { deliver: [{ name: sink, to: http://127.0.0.1:9000/kept }] }
`;

/** Its signature is the one that our own command `sign` prints for `{}` on Node. */
const REQUEST = [
  'POST /hook HTTP/1.1',
  'Host: gate.example',
  'Content-Type: application/json',
  'X-GitHub-Event: push',
  'X-Hub-Signature-256: sha256={signature}',
  '',
  '{}',
].join('\r\n');

export async function tryCommands(): Promise<readonly CommandResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-commands-'));
  const server = createServer((_, response) => response.end('taken'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await fill(folder);
    const runtimes = otherRuntimes();
    const results: CommandResult[] = [];
    for (const [shown, ...args] of COMMANDS) {
      const words = args.map((word) => word.replace('{origin}', origin));
      // One after another: a store's file is one process's.
      const expected = await run(folder, NODE, words);
      for (const runtime of runtimes) {
        const fault = difference(await run(folder, runtime, words), expected);
        results.push({
          runtime: runtime.name,
          command: shown,
          works: true,
          ...(fault !== undefined && { fault }),
        });
      }
    }
    for (const [shown, ...args] of NODE_ALONE) {
      for (const runtime of runtimes) {
        const { code, stdout, stderr } = await run(folder, runtime, args);
        const says =
          stderr.includes(`a gateway runs on Node, and this is ${runtime.name} `) &&
          !stdout.includes('would start');
        const fault = code === 2 && says ? undefined : `it ended with ${code}: ${stderr.slice(-500)}`;
        results.push({
          runtime: runtime.name,
          command: shown,
          works: false,
          ...(fault !== undefined && { fault }),
        });
      }
    }
    return [...results, ...(await tryRunningCommands(folder, runtimes))];
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'countersign.yaml'), CONFIGURATION);
  const sign = [
    'sign',
    'https://gate.example/hook',
    '--provider',
    'github',
    '--key',
    'a secret of 26 characters',
  ];
  const { stdout } = await run(folder, NODE, [...sign, '--body', '{}']);
  const [, signature = ''] = /sha256=([0-9a-f]{64})/.exec(stdout) ?? [];
  writeFileSync(join(folder, 'request.http'), REQUEST.replace('{signature}', signature));
  writeFileSync(join(folder, 'adapter.mjs'), 'export const verify = ({ expect }) => expect === "accept";\n');
  const { code, stderr } = await run(folder, NODE, ['check']);
  if (code !== 0) throw new Error(`the configuration is not good: ${stderr}`);
  const store = await openStore(`sqlite:${join(folder, 'kept.db')}`, { now: Date.now });
  await store.close();
}

async function run(...call: Parameters<typeof runCommand>): Promise<Ended> {
  const { code, stdout, stderr } = await runCommand(...call);
  return { code, stdout: withoutTimes(stdout), stderr };
}

/** How long an answer took, and when it came, are each run's own. */
function withoutTimes(text: string): string {
  return text.replace(/[\d.]+ ms/g, '… ms').replace(/^date: .*$/m, 'date: …');
}

function difference(actual: Ended, expected: Ended): string | undefined {
  if (actual.code !== expected.code)
    return `it ended with ${actual.code}, on Node with ${expected.code}: ${actual.stderr.slice(-800)}`;
  for (const part of ['stdout', 'stderr'] as const) {
    if (actual[part] !== expected[part])
      return `${part} differs: ${actual[part].slice(0, 800)}\n   Node's: ${expected[part].slice(0, 800)}`;
  }
  return undefined;
}
