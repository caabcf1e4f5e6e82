/** A gateway whose store is lost, or takes nothing, says so to whoever asks how it is; and says when that is over. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { hmacHeaders, later, SECRET, send, start, type TestGateway, temporaryDir } from '../harness.ts';
import { NODE_OPTIONS } from './child-gateway.ts';
import { LOSSES, LOST } from './lost-files.ts';

const GATES = { k: { path: '/keep', provider: 'hmac', keys: [{ secret: SECRET }], keep: {} } } as const;

let bodies = 0;

/** Its status, and its Retry-After. */
async function keep(url: string, bytes = 20_000): Promise<readonly [number, string | undefined]> {
  // What shrinks would fill no disk.
  const body = `${bodies++} ${randomBytes(bytes).toString('base64').slice(0, bytes)}`;
  const { status, headers } = await send(`${url}/keep`, { body, headers: hmacHeaders(body) });
  return [status, headers['retry-after']];
}

async function ask(url: string, path: string): Promise<Record<string, unknown>> {
  const { status, text } = await send(`${url}${path}`, { method: 'GET' });
  const { timestamp: _timestamp, ...view } = JSON.parse(text) as Record<string, unknown>;
  return { code: status, ...view };
}

const WELL = [
  { code: 200, status: 'healthy' },
  { code: 200, status: 'ready' },
];
const unwell = (reason: unknown) => [
  { code: 503, status: 'unhealthy', reason },
  { code: 503, status: 'unready', reason },
];

/** What both probes say, on both listeners alike. */
async function probes({
  publicUrl,
  adminUrl,
}: Pick<TestGateway, 'publicUrl' | 'adminUrl'>): Promise<unknown> {
  const said = [];
  for (const url of [publicUrl, adminUrl ?? publicUrl])
    said.push([await ask(url, '/health'), await ask(url, '/ready')]);
  expect(said[1]).toEqual(said[0]);
  return said[0];
}

/** A look is as old as a second at most. */
const SOON = { timeout: 5_000, interval: 50 };

it.each(LOSSES.slice(0, isLong ? LOSSES.length : 1))(
  'its file %s: it says so though nothing is sent to keep',
  async (_what, take) => {
    const gateway = await start(GATES);
    expect(await keep(gateway.publicUrl)).toEqual([200, undefined]);
    expect(await probes(gateway)).toEqual(WELL);
    take(join(gateway.dir, 'test.db'));
    await vi.waitFor(async () => expect(await probes(gateway)).toEqual(unwell(LOST)), SOON);
    expect(await keep(gateway.publicUrl)).toEqual([503, '1']);
    const lines = gateway.log.filter((line) =>
      line.includes('the store takes nothing: /health and /ready say why'),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(LOST);
  },
);

it('its folder moved away, and back: it is well again', async () => {
  const dir = join(temporaryDir(), 'store');
  execFileSync('mkdir', [dir]);
  const gateway = await start(GATES, { dir });
  renameSync(dir, `${dir}.old`);
  await vi.waitFor(async () => expect(await probes(gateway)).toEqual(unwell(LOST)), SOON);
  renameSync(`${dir}.old`, dir);
  await vi.waitFor(async () => expect(await probes(gateway)).toEqual(WELL), SOON);
  expect(await keep(gateway.publicUrl)).toEqual([200, undefined]);
  expect(gateway.log.filter((line) => line.includes('the store takes what it is given again'))).toHaveLength(
    1,
  );
});

it('full: it says so from the first write that fails', async () => {
  const store = await openStore(`sqlite:${join(temporaryDir(), 'test.db')}`, { maxFileBytes: 400_000 });
  later(() => store.close());
  const gateway = await start(GATES, { sharedStore: store });
  const full = 'The store did not take it: database or disk is full.';
  await vi.waitFor(async () => expect((await keep(gateway.publicUrl))[0]).toBe(503), SOON);
  expect(await probes(gateway)).toEqual(unwell(full));
  // It is tried again and again, though nothing is sent to keep.
  const clock = performance.now.bind(performance);
  const ahead = vi.spyOn(performance, 'now').mockImplementation(() => clock() + 1_001);
  later(() => ahead.mockRestore());
  expect(await probes(gateway)).toEqual(unwell(full));
});

const hasLimits = process.platform === 'linux';
const reason = hasLimits ? '' : ' (skipped: the limit of a file’s size is set as on Linux)';

/** A gateway in a process that lets no file grow beyond so many units of 1024 bytes, with room for large bodies. */
async function startLimited(
  limit: number,
): Promise<{ child: ChildProcess; publicUrl: string; log: string[] }> {
  const config = JSON.stringify({
    listen: { public: '127.0.0.1:0', admin: 'off' },
    store: 'sqlite:store.db',
    gates: GATES,
  });
  const script = join(import.meta.dirname, 'gateway-child.ts');
  const child = spawn(
    'bash',
    [
      '-c',
      `ulimit -f ${limit}; exec "$@"`,
      'bash',
      process.execPath,
      ...NODE_OPTIONS,
      script,
      temporaryDir(),
      config,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  later(() => void child.kill('SIGKILL'));
  const log: string[] = [];
  createInterface(child.stdout).on('line', (line) => log.push(line));
  const listening = (): string | undefined => log.find((line) => line.includes('the gateway listens'));
  await vi.waitFor(() => expect(listening()).toBeDefined(), { timeout: 20_000 });
  const { publicUrl } = JSON.parse(listening() ?? '{}') as { readonly publicUrl: string };
  return { child, publicUrl, log };
}

it.runIf(hasLimits)(`where the system lets no file grow: 503, and it says so${reason}`, async () => {
  const { child, publicUrl } = await startLimited(1_024);
  expect(await probes({ publicUrl, adminUrl: undefined })).toEqual(WELL);
  await vi.waitFor(async () => expect(await keep(publicUrl)).toEqual([503, '1']), {
    timeout: 20_000,
    interval: 0,
  });
  const full = expect.stringMatching(/^The store did not take it: /);
  expect(await probes({ publicUrl, adminUrl: undefined })).toEqual(unwell(full));
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

it.runIf(hasLimits)(`where its log may grow and its file may not: the log says so${reason}`, async () => {
  // The log is copied at 16 MB; the second time the file would be longer than 24.
  const { publicUrl, log } = await startLimited(24 * 1_024);
  const says = 'the store’s log could not be copied into its file; it grows until it can';
  await vi.waitFor(
    async () => {
      await keep(publicUrl, 500_000);
      expect(log.join('')).toContain(says);
    },
    { timeout: 25_000, interval: 0 },
  );
});
