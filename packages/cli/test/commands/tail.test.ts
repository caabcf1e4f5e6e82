// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** `countersign tail`, against a gateway that runs. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadConfig, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import type { ServiceListener } from '../../src/service-signals.ts';
import { ADMIN_HEADERS, newFolder, run, startProgram } from '../support.ts';

const TOKEN = 'admin-token-of-this-test';

async function started(port = 0) {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:${port} }
store: ":memory:"
admin: { token: ${TOKEN} }
gates:
  open: { path: /open, provider: none, respond: { status: 204 } }
  hooks: { path: /hooks, provider: github, keys: [{ secret: a-secret-of-more-than-sixteen-bytes }], respond: { status: 204 } }
`,
  );
  const { config } = await loadConfig({ cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const post = async (path: string) => (await fetch(gateway.publicUrl + path, { method: 'POST' })).status;
  return { cwd, gateway, post, adminUrl: gateway.adminUrl ?? '' };
}

/** A gateway whose destination refuses everything, or takes it. */
async function delivering() {
  const cwd = newFolder();
  const shop = createServer((request, response) => {
    request.resume().on('end', () => {
      response.statusCode = request.url === '/well' ? 200 : 500;
      response.end();
    });
  });
  const address = await addressOf(shop);
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: ":memory:"
admin: { token: ${TOKEN} }
gates:
  inbox:
    path: /inbox
    provider: none
    keep: { deliver: [{ name: shop, to: "${address}/ill", retries: [] }, { name: books, to: "${address}/well" }] }
`,
  );
  const { config } = await loadConfig({ cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const post = async () => (await fetch(`${gateway.publicUrl}/inbox`, { method: 'POST' })).status;
  return { cwd, post, adminUrl: gateway.adminUrl ?? '' };
}

const OTHER_VERSION =
  'Use the countersign of the gateway’s own version: this one asks for what the gateway does not take.';

const tail = (cwd: string, args: readonly string[], env?: Readonly<Record<string, string>>) =>
  startProgram(['tail', ...args], cwd, env);

/** The address of a server of the test’s own, in a gateway’s place. */
async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('countersign tail', () => {
  it('shows each verdict as it is made, what to do under a refusal, and ends with 0 on Ctrl-C', async () => {
    const { cwd, post, adminUrl } = await started();
    const { child, said, ended } = tail(cwd, ['--admin', adminUrl]);
    await expect
      .poll(async () => (await post('/hooks')) === 401 && said.out, { timeout: 20_000 })
      .toContain('→');
    expect(await post('/open')).toBe(204);
    await expect.poll(() => said.out, { timeout: 10_000 }).toContain('204 unsigned');
    expect(said.out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}✗ 401 missing-signature +hooks {2}POST \/hooks .*\n/);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(said.err).toBe('');
  }, 40_000);

  it('chooses, prints JSON, and needs no configuration where it has an address and a token', async () => {
    const { post, adminUrl } = await started();
    const { child, said, ended } = tail(newFolder(), ['--admin', adminUrl, '--gate', 'open', '--json'], {
      COUNTERSIGN_ADMIN_TOKEN: TOKEN,
    });
    const both = async () => [await post('/hooks'), await post('/open')].length > 0 && said.out;
    await expect.poll(both, { timeout: 20_000 }).toContain('\n');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    for (const line of said.out.trimEnd().split('\n'))
      expect(JSON.parse(line)).toMatchObject({
        gate: 'open',
        verdict: 'unsigned',
        status: 204,
        path: '/open',
      });
  }, 40_000);

  it('shows attempts to deliver as they end, coloured where that is wanted, and chooses among them', async () => {
    const { cwd, post, adminUrl } = await delivering();
    const where = ['--admin', adminUrl];
    const all = tail(cwd, where, { FORCE_COLOR: '1' });
    const shop = tail(cwd, [...where, '--destination', 'shop'], { NO_COLOR: '1' });
    const json = tail(cwd, [...where, '--destination', 'books', '--json']);
    const refused = tail(cwd, [...where, '--verdict', 'refused']);
    const tails = [all, shop, json];
    await expect
      .poll(async () => (await post()) === 200 && tails.every(({ said }) => said.out.includes('attempt')), {
        timeout: 30_000,
        interval: 300,
      })
      .toBe(true);
    await expect.poll(() => all.said.out, { timeout: 10_000 }).toMatch(/shop.*\n(?:.*\n)*.*redrive/);
    for (const { child } of [...tails, refused]) child.kill('SIGINT');
    await Promise.all([...tails, refused].map(({ ended }) => ended));
    const esc = '\u001b';
    expect(all.said.out).toContain(`${esc}[31m✗ 500 status`);
    expect(all.said.out).toContain(`${esc}[32m✓ 200 delivered`);
    expect(all.said.out).toMatch(/✓ 200 unsigned/);
    const shopLines = shop.said.out.split('\n');
    // The issue that the failure opens may be told first.
    const first = shopLines.findIndex((text) => text.includes('attempt 1'));
    const [line = '', problem, remedy] = shopLines.slice(first);
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}✗ 500 status +inbox → shop {2}attempt 1 {2}\d+ ms {2}[0-9a-f-]{36}$/,
    );
    expect(problem).toMatch(/answered 500/);
    expect(remedy).toMatch(
      /^ {12} {2}→ .*countersign deliveries redrive --event [0-9a-f-]{36} --destination shop$/,
    );
    expect(shop.said.out).not.toMatch(/books|unsigned/);
    for (const text of json.said.out.trimEnd().split('\n'))
      expect(JSON.parse(text)).toEqual({
        time: expect.any(String),
        gate: 'inbox',
        delivery: {
          event: expect.any(String),
          destination: 'books',
          attempt: 1,
          code: 'delivered',
          status: 200,
          tookMs: expect.any(Number),
          state: 'delivered',
        },
      });
    expect(refused.said.out).toBe('');
  }, 60_000);

  it.each([
    [
      ['--verdict', 'refused', '--event', 'x'],
      '--verdict and --event are given: no line has both',
      'Give --verdict for requests, or the other for deliveries.',
    ],
    [
      ['--destination', 'shp'],
      'the gateway has no destination "shp"',
      'Did you mean shop? One of shop, books.',
    ],
    [['--event', 'a b'], 'that is not the id of an event', '`countersign events list` shows them.'],
  ])('says what is wrong with %j', async (args, problem, remedy) => {
    const { cwd, adminUrl } = await delivering();
    expect(await run(['tail', '--admin', adminUrl, ...args], { cwd })).toEqual({
      code: 2,
      out: '',
      err: `countersign: ${problem}\n  → ${remedy}\n`,
    });
  });

  it('stops on a signal while nobody reads what it prints, and ends at once on the second', async () => {
    const live = (signal: AbortSignal) =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(Buffer.from('id: a-1\ndata: {"gate":"open"}\n\n'));
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
    const signals: ServiceListener[] = [];
    const exits: number[] = [];
    let printed = 0;
    const ended = run(['tail', '--admin', 'http://h', '--json'], {
      env: { COUNTERSIGN_ADMIN_TOKEN: TOKEN },
      fetch: (async (_: string, { signal }: { signal: AbortSignal }) =>
        new Response(live(signal), { headers: ADMIN_HEADERS })) as unknown as typeof fetch,
      stdout: { write: () => ++printed < 0, once: () => undefined },
      onService: (listener) => {
        signals.push(listener);
        return () => {};
      },
      exit: (code) => void exits.push(code),
    });
    await expect.poll(() => printed, { timeout: 20_000 }).toBe(1);
    signals[0]?.stop();
    expect(await ended).toMatchObject({ code: 0, err: '' });
    // The process may still wait for the reader then.
    signals[0]?.stop();
    expect(exits).toEqual([130]);
  }, 30_000);

  it('ends on one signal where its reader has stalled', async () => {
    const event = `id: a-1\ndata: ${JSON.stringify({ gate: 'open', path: `/${'a'.repeat(10_000)}` })}\n\n`;
    const server = createServer((_, response) => {
      response.writeHead(200, ADMIN_HEADERS);
      // More than all pipes between it and this test hold.
      for (let i = 0; i < 500; i++) response.write(event);
    });
    const address = await addressOf(server);
    const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN };
    const { child } = tail(newFolder(), ['--admin', address, '--json'], env);
    child.stdout.pause();
    await expect.poll(() => child.stdout.readableLength, { timeout: 20_000 }).toBeGreaterThan(60_000);
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  }, 40_000);

  it('ends on one signal where the gateway gives no answer', async () => {
    const server = createServer(() => {});
    const address = await addressOf(server);
    const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN };
    const asked = once(server, 'request');
    const { child, ended } = tail(newFolder(), ['--admin', address, '--gate', 'open'], env);
    await asked;
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 40_000);

  it('says that the gateway has gone, once, and goes on when it is there again', async () => {
    const first = await started();
    const { said } = tail(first.cwd, ['--admin', first.adminUrl, '--json']);
    await expect
      .poll(async () => (await first.post('/open')) === 204 && said.out, { timeout: 20_000 })
      .toContain('\n');
    await first.gateway.drain();
    await expect
      .poll(() => said.err, { timeout: 10_000 })
      .toBe(`! ${first.adminUrl} has ended the stream, or does not answer; retrying until Ctrl-C.\n`);
    const second = await started(first.gateway.adminPort);
    // The first that it was sent may come before it is asked: then nobody has counted it.
    await expect
      .poll(async () => (await second.post('/open')) === 204 && said.out, { timeout: 30_000 })
      .toContain('{"lost":null}\n{');
  }, 90_000);

  it('as every command that asks the gateway does, names the gateway’s address and token in its help', async () => {
    const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
    const asking = commands.filter(({ options }) => 'admin' in options);
    expect(asking.map(({ name }) => name)).toEqual([
      'config',
      'tail',
      'events',
      'deliveries',
      'issues',
      'store',
      'audit',
      'keys',
      'claims',
      'explain',
      'mcp',
    ]);
    for (const { name } of asking) {
      const { out } = await run([name, '--help']);
      expect(out.slice(out.indexOf('--admin URL'))).toMatch(/its token:.*\$COUNTERSIGN_ADMIN_TOKEN/is);
    }
  });

  it('names what it cannot do', async () => {
    const { cwd, adminUrl } = await started();
    const refused = await run(['tail', '--admin', adminUrl], {
      cwd: newFolder(),
      env: { COUNTERSIGN_ADMIN_TOKEN: 'x' },
    });
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /answered 401.*the token that the request has is not the gateway’s.*→ The token is the admin\.token that the gateway was started with/s,
      ),
    });
    expect(await run(['tail', '--gate', 'hook', '--admin', adminUrl], { cwd })).toMatchObject({
      code: 2,
      err: 'countersign: the gateway has no gate "hook"\n  → Did you mean hooks? Gates: open, hooks.\n',
    });
    const env = { COUNTERSIGN_ADMIN_TOKEN: TOKEN };
    expect(await run(['tail', '--admin', 'http://127.0.0.1:1'], { cwd, env })).toMatchObject({ code: 2 });
  });

  it.each([
    ['malformed-request', 400, OTHER_VERSION],
    ['invalid-input', 400, OTHER_VERSION],
    ['malformed-body', 400, OTHER_VERSION],
    [
      'token-required',
      401,
      'The token is the admin.token that the gateway was started with, or the one that it shows when it starts on a terminal. Set it as admin.token in the configuration, or as $COUNTERSIGN_ADMIN_TOKEN, which is used if the configuration has none. If there is no token yet, or another one now, write COUNTERSIGN_ADMIN_TOKEN=… (openssl rand -hex 24) into .env and admin: { token: "${env:COUNTERSIGN_ADMIN_TOKEN}" } into the configuration, and restart the gateway.',
    ],
    ['host-not-served', 403, 'Call the admin listener by its address, such as http://127.0.0.1:8788.'],
    ['origin-not-served', 403, 'Call the admin listener itself: something on the way adds an Origin.'],
    ['no-such-route', 404, OTHER_VERSION],
    ['no-such-gate', 404, 'Name a gate of the configuration that the gateway was started with.'],
    ['no-such-claim', 404, 'Compare the claim with the log’s line of the request.'],
    ['no-such-event', 404, 'Compare the id with `countersign events list`.'],
    ['no-such-delivery', 404, '`countersign events show ID` says where an event was on its way to.'],
    ['no-such-destination', 404, '`countersign deliveries destinations` lists them.'],
    [
      'not-backed-up',
      409,
      'Name a file that does not exist yet, in a folder on the gateway’s machine that its user may write to.',
    ],
    [
      'no-store-file',
      409,
      'Copy a database with `pg_dump`, or by the backups of its server. A store in memory has nothing to copy.',
    ],
    ['event-erased', 409, 'Nothing of it is kept but its hash: its sender may have it still.'],
    [
      'event-not-whole',
      409,
      'Have its sender send it again, or put back the store from a backup that has it.',
    ],
    ['method-not-allowed', 405, OTHER_VERSION],
    ['body-too-large', 413, OTHER_VERSION],
    ['body-type-not-taken', 415, OTHER_VERSION],
    ['internal-error', 500, 'Look at the gateway’s log.'],
    [
      'store-unavailable',
      503,
      'Start the database or mend what keeps the store from it, then try again: `/ready` says how it is.',
    ],
    ['draining', 503, 'Try again once the gateway has been started again.'],
    ['too-many-listeners', 503, 'End another listener, such as a `countersign tail` that nobody reads.'],
    [
      undefined,
      502,
      'Compare the address with listen.admin: what answers there is not a gateway’s admin listener.',
    ],
  ])('says what to do about %s', async (code, status, remedy) => {
    const body = JSON.stringify({ detail: 'a reason', code });
    const { err } = await run(['tail', '--admin', 'http://h'], {
      env: { COUNTERSIGN_ADMIN_TOKEN: TOKEN },
      fetch: async () => new Response(body, { status }),
    });
    expect(err).toContain(`http://h: the admin API answered ${status}: a reason\n  → ${remedy}\n`);
  });

  it('says that as many listen as may', async () => {
    const { cwd, adminUrl } = await started();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    // Held: an answer that nobody holds is ended when its memory is collected.
    const answers: Response[] = [];
    for (let n = 0; n < 16; n++)
      answers.push(await fetch(`${adminUrl}/api/verdicts/live`, { headers, signal: stop.signal }));
    expect(await run(['tail', '--admin', adminUrl], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        '→ End another listener, such as a `countersign tail` that nobody reads.\n',
      ),
    });
    expect(answers.map(({ ok }) => ok)).not.toContain(false);
  });

  it.each([
    ['does not answer', 'nothing'],
    ['sends the head of its answer only', 'head'],
  ])('takes a gateway that %s for one that is out of reach', async (_, sent) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const silent = (_url: string, { signal }: { signal: AbortSignal }) =>
      new Promise<Response>((resolve, reject) => {
        const body = new ReadableStream({
          start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)),
        });
        signal.addEventListener('abort', () => reject(signal.reason));
        if (sent === 'head') resolve(new Response(body, { headers: ADMIN_HEADERS }));
      });
    const ended = run(['tail', '--admin', 'http://h'], {
      env: { COUNTERSIGN_ADMIN_TOKEN: TOKEN },
      fetch: silent as unknown as typeof fetch,
    });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { timeout: 20_000 });
    await vi.advanceTimersByTimeAsync(45_000);
    expect(await ended).toMatchObject({
      code: 2,
      err: 'countersign: no answer from h: nothing came for 45 s\n  → Check the address and the network.\n',
    });
  });

  it.each([
    [['event: lost\ndata: {"count":3}\n\n'], '3 lines missing here: they came faster than they were read.'],
    [['event: lost\ndata: {}\n\n'], 'Lines are missing here; their number is not known.'],
    [
      ['event: lost\ndata: {"count":"\\u001b[31m3\\ncountersign: forged"}\n\n'],
      'Lines are missing here; their number is not known.',
    ],
  ])('says what is missing: %j', async (pieces, warning) => {
    let n = 0;
    const answer = async () =>
      n++ === 0
        ? new Response(pieces.join(''), { headers: ADMIN_HEADERS })
        : new Response('{}', { status: 404 });
    const { code, err } = await run(['tail', '--admin', 'http://h'], {
      env: { COUNTERSIGN_ADMIN_TOKEN: TOKEN },
      fetch: answer as typeof fetch,
    });
    expect(code).toBe(2);
    expect(err).toContain(`! ${warning}\n`);
  });
});
