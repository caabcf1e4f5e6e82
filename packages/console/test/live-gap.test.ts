/** The live page over connections that break and gateways that are killed: each verdict is there once, or the page says what is not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../../scripts/free-ports.ts';
import { createGatewayProcess } from '../../../torture/engine/gateway-process.ts';
import { leaveOut, openConsole, startBrowser, startConsole, TOKEN, whyLeftOut } from './console-browser.ts';
import { readWholeList } from './listed-rows.ts';

const ROW_HEIGHT = 48;
/** What the gateway remembers for who comes back. */
const REMEMBERED = 1024;

/** Each request has a path of its own, by which it is told apart in the list; none opens an issue, which would be an item, too. */
const GATES = { open: { path: '/n/:n', provider: 'none', respond: { status: 200 } } } as const;

async function send(publicUrl: string, n: number): Promise<void> {
  const response = await fetch(`${publicUrl}/n/${n}`, { method: 'POST' });
  await response.text();
}

/** Hands connections on to a port, until they are cut. */
async function startCuttable(port: number) {
  const sockets = new Set<Socket>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const onward = connect(port, '127.0.0.1');
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        onward.destroy();
      });
    }
    client.pipe(onward).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    cut();
    server.close();
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    setDown(down: boolean): void {
      isDown = down;
      if (down) cut();
    },
  };
}

it.skipIf(leaveOut)(
  `after each cut of its connection the live page has each verdict once, in order${whyLeftOut}`,
  async () => {
    const gateway = await startConsole(GATES);
    const line = await startCuttable(Number(new URL(gateway.adminUrl ?? '').port));
    const { page } = await openConsole(await startBrowser(), { adminUrl: line.url }, '/live');
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    const count = 900;
    for (let n = 0; n < count; n++) {
      if (n % 200 === 100) line.cut();
      await send(gateway.publicUrl, n);
    }
    const list = page.getByRole('listbox');
    await expect.poll(() => list.getByRole('option').first().getAttribute('aria-setsize')).toBe(`${count}`);
    const { texts } = await readWholeList(list, { rows: count, part: '.mono', step: 4 * ROW_HEIGHT });
    expect(texts).toEqual(Array.from({ length: count }, (_, i) => `POST /n/${count - 1 - i}`));
  },
);

it.skipIf(leaveOut)(
  `of an absence that was longer than the gateway remembers, the page says how many it lost${whyLeftOut}`,
  async () => {
    const gateway = await startConsole(GATES);
    const line = await startCuttable(Number(new URL(gateway.adminUrl ?? '').port));
    const { page } = await openConsole(await startBrowser(), { adminUrl: line.url }, '/live');
    await send(gateway.publicUrl, 0);
    const list = page.getByRole('listbox');
    await list.getByRole('option').filter({ hasText: '/n/0' }).waitFor();
    line.setDown(true);
    await page.getByText('Connection lost').waitFor();
    const missed = REMEMBERED + 300;
    for (let n = 1; n <= missed; n++) await send(gateway.publicUrl, n);
    line.setDown(false);
    await expect
      .poll(() => list.getByRole('option').first().getAttribute('aria-setsize'))
      .toBe(`${REMEMBERED + 2}`);
    const { texts } = await readWholeList(list, {
      rows: REMEMBERED + 2,
      part: '.mono',
      step: 4 * ROW_HEIGHT,
    });
    expect(texts.slice(0, REMEMBERED)).toEqual(
      Array.from({ length: REMEMBERED }, (_, i) => `POST /n/${missed - i}`),
    );
    expect(texts[REMEMBERED]).toMatch(
      /^300 items \(requests, causes, delivery attempts, issues\) were missed here/,
    );
    expect(texts[REMEMBERED + 1]).toBe('POST /n/0');
  },
);

it.skipIf(leaveOut)(
  `where the gateway is killed and started again, the list stays, and the page says that what came since is not in it${whyLeftOut}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-live-gap-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [port = 0, adminPort = 0] = await freePorts(2);
    const configFile = join(folder, 'countersign.json');
    const listen = { public: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` };
    const config = {
      listen,
      admin: { token: TOKEN },
      store: ':memory:',
      log: { level: 'warn' },
      gates: GATES,
    };
    writeFileSync(configFile, JSON.stringify(config));
    const unasked: string[] = [];
    const gateway = createGatewayProcess({
      address: { host: '127.0.0.1', port },
      configFile,
      logFile: join(folder, 'gateway.log'),
      onUnasked: (problem) => unasked.push(problem),
    });
    onTestFinished(async () => void (await gateway.stop()));
    expect(await gateway.start()).toBe(true);
    const adminUrl = `http://${listen.admin}`;
    const publicUrl = `http://${listen.public}`;
    const { page, context } = await openConsole(await startBrowser(), { adminUrl }, '/live');
    const list = page.getByRole('listbox');
    for (let n = 0; n < 50; n++) await send(publicUrl, n);
    await expect.poll(() => list.getByRole('option').first().getAttribute('aria-setsize')).toBe('50');

    await gateway.kill();
    await page.getByText('Connection lost').waitFor();
    expect(await gateway.start()).toBe(true);
    for (let n = 50; n < 60; n++) await send(publicUrl, n);
    const ended = page.getByRole('alert').filter({ hasText: 'Requests since then are not in this list.' });
    // Between two tries there are up to 30 s.
    await ended.waitFor({ timeout: 90_000 });
    const { texts } = await readWholeList(list, { rows: 50, part: '.mono', step: ROW_HEIGHT });
    expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `POST /n/${49 - i}`));

    // The next log-in goes on from there.
    await ended.getByRole('button', { name: 'Log in again' }).click();
    await page.getByLabel('Admin token').fill(TOKEN);
    await page.getByLabel('Admin token').press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    await send(publicUrl, 60);
    await list.getByRole('option').filter({ hasText: '/n/60' }).waitFor();
    await context.close();
    expect(unasked).toEqual([]);
  },
);
