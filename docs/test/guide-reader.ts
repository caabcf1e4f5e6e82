/** A reader who follows a guide to the letter: writes its files, types its commands, and holds what they print against the page. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePorts } from '../../scripts/free-ports.ts';
import type { GuideCommand, GuidePage } from './guide-page.ts';

const root = join(import.meta.dirname, '../..');

interface Server {
  readonly line: RegExp;
  /** Of the page. */
  readonly port: string;
  /** What stands for it here. */
  readonly stand?: readonly [script: string, ...args: string[]];
}

/** Commands that stay. Next.js’ and Cloudflare’s own servers are started by `npm run examples`; here something smaller serves the same handler. */
const SERVERS: readonly Server[] = [
  { line: /^(?:\w+=\S+ )?node .*server\.mjs$/, port: '8080' },
  { line: /^npx countersign serve$/, port: '8787' },
  { line: /^npx countersign sandbox incode --port 9100$/, port: '9100' },
  { line: /^npx next dev$/, port: '3000', stand: ['fetch-server.ts', 'app/webhooks/github/route.ts'] },
  { line: /^npx wrangler dev --port 8080$/, port: '8080', stand: ['fetch-server.ts', 'src/index.ts'] },
  { line: /^sudo nginx -t && sudo nginx -s reload$/, port: '8080', stand: ['nginx-server.ts', 'hooks.conf'] },
];

/** The ports that pages name; in each run they are other ones. */
const PORTS = ['8787', '8788', '8080', '9000', '9100', '3000'];

export interface Reader {
  /** The page's text with the ports of this run. */
  withPorts(text: string): string;
  /** Follows the page to its end; its servers then run until the test ends. */
  follow(page: GuidePage): Promise<void>;
}

interface Terminal {
  readonly child: ChildProcess;
  readonly command: GuideCommand;
  output: string;
}

export async function createReader(): Promise<Reader> {
  // Below the project, so that imports resolve as a user's would.
  const cwd = mkdtempSync(join(import.meta.dirname, '.scratch-'));
  const terminals: Terminal[] = [];
  onTestFinished(async () => {
    // One that still ends would write into the folder again.
    const ended = terminals
      .filter(({ child }) => child.exitCode === null)
      .map(({ child }) => once(child, 'exit'));
    for (const { child } of terminals) child.kill();
    await Promise.all(ended);
    rmSync(cwd, { recursive: true, maxRetries: 5 });
  });
  const free = await freePorts(PORTS.length);
  const ports = new Map(PORTS.map((port, i) => [port, String(free[i])]));
  const withPorts = (text: string): string =>
    text.replace(/(?<=:|listen\(|port: |--port |listen )\d{4}\b/g, (port) => ports.get(port) ?? port);
  // No secret: those of the page's .env must be enough.
  const env = {
    PATH: `${binOf(cwd)}:${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: cwd,
    NO_COLOR: '1',
  };

  async function start(command: GuideCommand, { port: ofPage, stand }: Server): Promise<void> {
    const port = ports.get(ofPage) ?? '';
    const [script = '', ...args] = stand ?? [];
    const child =
      stand === undefined
        ? spawn('sh', ['-c', `exec env ${withPorts(command.line)}`], { cwd, env })
        : spawn(process.execPath, [join(import.meta.dirname, script), ...args, port], { cwd, env });
    const terminal: Terminal = { child, command, output: '' };
    terminals.push(terminal);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (terminal.output += chunk));
    const state = () => (child.exitCode === null ? listens(port) : terminal.output);
    await expect.poll(state, { timeout: 30_000 }).toBe(true);
  }

  return {
    withPorts,
    async follow({ files, commands }) {
      // As `npm init -y` writes it; projects of Next.js and Wrangler have no type.
      const isBundled = commands.some(({ line }) => /^npx (?:next|wrangler) /.test(line));
      writeFileSync(join(cwd, 'package.json'), isBundled ? '{}' : '{ "type": "commonjs" }');
      for (const { name, code } of files) {
        mkdirSync(dirname(join(cwd, name)), { recursive: true });
        writeFileSync(join(cwd, name), withPorts(code));
      }
      for (const command of commands) {
        const server = SERVERS.find(({ line }) => line.test(command.line));
        if (server !== undefined) {
          await start(command, server);
          continue;
        }
        const typed = ['-c', withPorts(command.line)];
        const { stdout, stderr } = spawnSync('sh', typed, { cwd, env, encoding: 'utf8', timeout: 60_000 });
        const printed = stdout + stderr;
        expect(missingLine(command, printed, withPorts), `$ ${command.line}\nprints\n${printed}`).toBe(
          undefined,
        );
      }
      // What the servers' terminals show is there soon after the last command was answered.
      for (const terminal of terminals) {
        await expect.poll(() => missingLine(terminal.command, terminal.output, withPorts)).toBe(undefined);
        expect(repeatedLine(terminal), terminal.output).toBe(undefined);
      }
    },
  };
}

/** A folder of programs with an `npx` that starts the command of this tree. */
function binOf(cwd: string): string {
  const bin = join(cwd, '.bin');
  const program = join(root, 'packages/cli/bin/countersign.js');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\n[ "$1" = countersign ] || exit 127\nshift\nexec "${process.execPath}" "${program}" "$@"\n`,
  );
  chmodSync(join(bin, 'npx'), 0o755);
  return bin;
}

/** The first line that the page shows and the output does not have, behind those before it. `…` stands for anything. */
function missingLine(
  { prints }: GuideCommand,
  printed: string,
  withPorts: (text: string) => string,
): string | undefined {
  let rest = printed;
  for (const line of prints.filter((text) => !['', '…'].includes(text.trim()))) {
    const parts = withPorts(line.trim()).split('…');
    const pattern = parts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^\\n]*');
    const match = new RegExp(`^[ \\t]*${pattern}[ \\t]*$`, 'm').exec(rest);
    if (match === null) return line;
    rest = rest.slice(match.index + match[0].length);
  }
  return undefined;
}

/** A line that the page shows and that is printed more often: a handler that ran again. */
function repeatedLine({ command: { prints }, output }: Terminal): string | undefined {
  const countIn = (lines: readonly string[], line: string) =>
    lines.filter((other) => other.trim() === line).length;
  const shown = prints.map((line) => line.trim()).filter((line) => line !== '' && !line.includes('…'));
  return shown.find((line) => countIn(output.split('\n'), line) > countIn(shown, line));
}

function listens(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => resolve(socket.end() !== undefined));
    socket.once('error', () => resolve(false));
  });
}
