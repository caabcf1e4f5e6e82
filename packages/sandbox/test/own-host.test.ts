/** A page elsewhere that points its own name at this machine’s address (DNS rebinding) would read what these servers show, and have them sign. */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFlowentPlatform, startIncodePlatform, startSite } from '../src/index.ts';
import { startServer } from '../src/pages/index.ts';

/** The status of what is asked for at an address under a host’s name. `{port}` is the address’s. */
async function statusOf(origin: string, host: string): Promise<number | undefined> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const headers = { host: host.replace('{port}', port) };
    request(origin, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

async function startOpenServer(host?: string): Promise<string> {
  const server = await startServer((_, response) => void response.end('shown'), 0, host);
  onTestFinished(() => server.close());
  return server.origin;
}

const LOCAL = [
  '127.0.0.1:{port}',
  '127.0.0.1',
  'localhost:{port}',
  'LOCALHOST:{port}',
  '127.0.0.2',
  '[::1]:{port}',
  'demo.localhost:{port}',
];
const OTHERS = [
  'rebound.example',
  'rebound.example:{port}',
  'localhost.rebound.example',
  '127.0.0.1.rebound.example:{port}',
  '192.0.2.7:{port}',
  '[2001:db8::1]',
  ':{port}',
];

describe('a server on loopback', () => {
  it.each(LOCAL)('answers as %j', async (host) => {
    expect(await statusOf(await startOpenServer(), host)).toBe(200);
  });

  it.each(OTHERS)('refuses %j', async (host) => {
    expect(await statusOf(await startOpenServer(), host)).toBe(403);
  });
});

describe('a server on every address', () => {
  it.each([...LOCAL, '192.0.2.7:{port}', '[2001:db8::1]'])('answers as %j', async (host) => {
    const { port } = new URL(await startOpenServer('0.0.0.0'));
    expect(await statusOf(`http://127.0.0.1:${port}`, host)).toBe(200);
  });

  it('refuses a name', async () => {
    const { port } = new URL(await startOpenServer('0.0.0.0'));
    expect(await statusOf(`http://127.0.0.1:${port}`, 'rebound.example')).toBe(403);
  });
});

const ADDRESS = Object.values(networkInterfaces())
  .flatMap((list = []) => list)
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

it.skipIf(ADDRESS === undefined)('a server that other machines reach answers as its address', async () => {
  const origin = await startOpenServer(ADDRESS);
  for (const host of [new URL(origin).host, 'localhost:{port}'])
    expect(await statusOf(origin, host)).toBe(200);
  for (const host of ['rebound.example', '192.0.2.7:{port}']) expect(await statusOf(origin, host)).toBe(403);
});

describe.each([
  ['the Flowent platform', async () => startFlowentPlatform(), 'baseUrl'],
  ['the Incode platform', async () => startIncodePlatform(), 'apiUrl'],
  [
    'the Flow Production Tracking site',
    async () =>
      startSite({
        items: [{ id: 'a', title: 'A', url: 'http://127.0.0.1:9/a', secret: 's', opens: 'tab' }],
      }),
    'url',
  ],
] as const)('%s', (_, start, member) => {
  it('refuses another host', async () => {
    const platform: Readonly<Record<string, unknown>> & { close(): Promise<void> } = { ...(await start()) };
    onTestFinished(() => platform.close());
    const url = String(platform[member]);
    expect(await statusOf(url, 'rebound.example')).toBe(403);
    expect(await statusOf(url, new URL(url).host)).not.toBe(403);
  });
});
