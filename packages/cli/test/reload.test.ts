/** A gateway in a process of its own, reloaded by SIGHUP over and over while it takes signed requests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { between, isLong } from '../../../scripts/effort.ts';
import { PROGRAM } from './support.ts';

const SECRET = 'a secret of more than sixteen bytes';

/** How a configuration differs from the one before; each leaves the gates that are sent to as good as they were. */
const VARIANTS: readonly ((upstream: string, sink: string) => string)[] = [
  (upstream, sink) => gates(upstream, sink),
  (upstream, sink) =>
    `${gates(upstream, sink)}  more: { path: /more, provider: github, keys: [{ secret: ${SECRET} }], respond: { status: 202 } }\n`,
  (upstream, sink) =>
    gates(upstream, sink, {
      keys: `[{ id: next, secret: another secret of sixteen bytes }, { secret: ${SECRET} }]`,
    }),
  (upstream, sink) => gates(upstream, `${sink}/elsewhere`),
  (upstream, sink) => gates(upstream, sink, { keep: '30d' }),
  (upstream, sink) => gates(`${upstream}/below`, sink),
  () => 'gates: { broken: ',
];

function gates(
  upstream: string,
  sink: string,
  { keys = `[{ secret: ${SECRET} }]`, keep = '7d' } = {},
): string {
  return `listen: { public: "127.0.0.1:0", admin: "127.0.0.1:0" }
store: sqlite:test.db
log: { format: json, level: info }
gates:
  passed: { path: /passed, provider: github, keys: ${keys}, replay: { repeat: refuse }, forward: { to: "${upstream}" } }
  kept: { path: /kept, provider: github, keys: ${keys}, keep: { for: ${keep}, deliver: [{ to: "${sink}" }] } }
`;
}

describe('a gateway that is reloaded while it takes requests', () => {
  it(
    'drops none, answers none with 5xx, runs none twice, knows each again, and grows no file handles',
    async () => {
      const ran = new Map<string, number>();
      const upstream = await listening((body) => ran.set(body, (ran.get(body) ?? 0) + 1));
      const delivered = new Set<string>();
      const sink = await listening((body) => delivered.add(body));
      const gateway = await serve(VARIANTS[0]?.(upstream, sink) ?? '');
      const statuses = new Map<string, number>();
      let isOver = false;
      const sender = async (name: string): Promise<void> => {
        for (let i = 0; !isOver; i++) {
          const body = `${name} ${i}`;
          const path = i % 2 === 0 ? '/passed' : '/kept';
          statuses.set(`${path} ${body}`, await post(gateway.url + path, body));
        }
      };
      const senders = ['one', 'two', 'three', 'four'].map(sender);
      const rounds = between(21, 200);
      let handles = 0;
      for (let round = 0; round < rounds; round++) {
        const variant = VARIANTS[(round + 1) % VARIANTS.length];
        await gateway.reload(variant?.(upstream, sink) ?? '');
        if (round === VARIANTS.length) handles = openHandles(gateway.child);
      }
      isOver = true;
      await Promise.all(senders);
      await gateway.reload(VARIANTS[0]?.(upstream, sink) ?? '');
      expect(statuses.size).toBeGreaterThan(rounds);
      expect([...statuses.values()].filter((status) => status !== 200)).toEqual([]);
      expect([...ran.values()].filter((times) => times !== 1)).toEqual([]);
      // Each is a repeat now, whatever was reloaded since: of those that were passed on 409.
      const passed = [...statuses.keys()].filter((key) => key.startsWith('/passed ')).slice(-50);
      for (const key of passed)
        expect(await post(`${gateway.url}/passed`, key.slice('/passed '.length))).toBe(409);
      const kept = [...statuses.keys()].flatMap((key) => (key.startsWith('/kept ') ? [key.slice(6)] : []));
      await expect.poll(() => kept.filter((body) => !delivered.has(body)), { timeout: 20_000 }).toEqual([]);
      await expect
        .poll(() => openHandles(gateway.child), { timeout: 20_000 })
        .toBeLessThanOrEqual(handles + 8);
      gateway.child.kill('SIGTERM');
      await once(gateway.child, 'exit');
      expect(gateway.child.exitCode).toBe(0);
    },
    isLong ? 300_000 : 90_000,
  );
});

async function post(url: string, body: string): Promise<number> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}

async function listening(take: (body: string) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    take(body);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Of Linux; where it cannot be told, none. */
function openHandles({ pid }: ChildProcess): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

async function serve(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-reload-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'countersign.yaml');
  writeFileSync(file, text);
  const log = join(dir, 'said');
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const env = Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let reloads = 0;
  let wake = (): void => {};
  let rest = '';
  child.stdout.on('data', (piece) => {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    reloads += lines.filter((line) => line.includes('the configuration was read again')).length;
    wake();
  });
  let said = '';
  const url = await new Promise<string>((resolve, fail) => {
    child.once('close', () => fail(new Error(`it ended: ${said}`)));
    child.stderr.on('data', (piece) => {
      said += String(piece);
      const [, publicUrl] = /public {2}(http:\/\/\S+)/.exec(said) ?? [];
      if (publicUrl !== undefined) resolve(publicUrl);
    });
  });
  return {
    child,
    url,
    /** Resolves when the log says what became of it. */
    async reload(next: string): Promise<void> {
      const before = reloads;
      // As editors and deployments do: nobody reads half a file.
      writeFileSync(`${log}.yaml`, next);
      renameSync(`${log}.yaml`, file);
      expect(readFileSync(file, 'utf8')).toBe(next);
      child.kill('SIGHUP');
      while (reloads === before)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
  };
}
