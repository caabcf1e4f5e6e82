/** `countersign serve` as a process of its own: many calls of a slow action, and a SIGTERM among them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { flowentCall, type SandboxResponse, send } from '@countersign/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, PROGRAM } from '../support.ts';

const KEY = 'a-key-of-more-than-16-bytes';

const ACTIONS = `
let running = 0;
const released = new Promise((resolve) => process.once('SIGUSR2', resolve));
export const slow = {
  name: 'slow', description: 'Ends when told to.', concurrency: 10,
  input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
  async run({ n }, { log }) {
    log.info({ n, running: ++running }, 'began');
    await released;
    running--;
    return String(n);
  },
};`;

const CONFIG = `
listen: { public: "127.0.0.1:0", admin: off }
store: ":memory:"
log: { format: json }
gates:
  flowent:
    path: /actions/:action
    provider: flowent
    keys: [{ secret: ${KEY} }]
    answer: { actions: ./actions.mjs }
`;

interface LogLine {
  readonly publicUrl?: string;
  readonly n?: number;
  readonly running?: number;
  readonly msg?: string;
  readonly reason?: string;
}

interface Served {
  readonly child: ChildProcess;
  /** The log so far. */
  readonly lines: readonly LogLine[];
  /** Waits for a log line after which the condition holds. */
  until(condition: () => boolean): Promise<void>;
}

function serve(): Served {
  const folder = newFolder();
  writeFileSync(join(folder, 'actions.mjs'), ACTIONS);
  writeFileSync(join(folder, 'countersign.yaml'), CONFIG);
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: LogLine[] = [];
  const log = createInterface(child.stdout as Readable);
  log.on('line', (line) => lines.push(JSON.parse(line)));
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await once(log, 'line');
  };
  return { child, lines, until };
}

const call = (url: string, n: number): Promise<SandboxResponse> => {
  const request = flowentCall({ action: 'slow', parameters: { n }, key: KEY, nowMs: Date.now() });
  return send(request, url, { timeoutMs: 30_000 });
};

describe('countersign serve', () => {
  it('runs ten at once of 200 calls; SIGTERM finishes those and sends the waiting away with 503', async () => {
    const { child, lines, until } = serve();
    await until(() => lines.some(({ publicUrl }) => publicUrl !== undefined));
    const url = lines.find(({ publicUrl }) => publicUrl !== undefined)?.publicUrl ?? '';
    const began = (): readonly LogLine[] => lines.filter(({ msg }) => msg === 'began');

    const answers = Array.from({ length: 200 }, (_, n) => call(url, n));
    await until(() => began().length === 10);
    // A request after all the others is answered after they were read.
    await fetch(`${url}/health`);
    child.kill('SIGTERM');
    await until(() => lines.some(({ reason }) => reason === 'draining'));
    child.kill('SIGUSR2');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);

    const settled = await Promise.all(answers);
    const byStatus = Map.groupBy(settled, ({ status }) => status);
    expect([...byStatus.keys()].sort()).toEqual([200, 503]);
    expect(byStatus.get(200)).toHaveLength(10);
    expect(byStatus.get(503)).toHaveLength(190);
    for (const { headers } of byStatus.get(503) ?? []) {
      expect(headers).toContainEqual({ name: 'retry-after', value: '1' });
    }
    expect(Math.max(...began().map(({ running }) => running ?? 0))).toBe(10);
    expect(new Set(began().map(({ n }) => n)).size).toBe(began().length);
    expect(began()).toHaveLength(10);
  });
});
