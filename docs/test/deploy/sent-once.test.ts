/** Prevents: a proxy of docs/deploy.md that sends a webhook a second time, keeps connections for too long, or asks nobody whether the gateway is ready. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../../../packages/gateway/src/config/units.ts';
import { isLong, longReason } from '../../../scripts/effort.ts';
import { deploy, PROXIES, whyNot } from './deployed-proxy.ts';
import { ANY_PATH, signAny } from './gateway-behind.ts';
import { fileOnPage } from './page.ts';
import { openHttp1, openHttp2, type Sending } from './senders-side.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** Where the page has its gateway. @param onRequest called with the head of each request */
async function listening(onRequest: (socket: Socket, head: string) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    // A request of these tests comes in one piece.
    socket.on('data', (piece) => onRequest(socket, piece.toString('latin1')));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
}

async function portOf(server: Server): Promise<number> {
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const webhook = (name: string) => signAny(`${ANY_PATH}/${name}`, Buffer.from('{}'));

for (const proxy of PROXIES) {
  const { program } = proxy;
  const reason = process.env['CI'] ? undefined : whyNot(program);

  describe.skipIf(reason !== undefined)(`${program}, as on docs/deploy.md`, () => {
    it.each([
      ['HTTP/1.1', (port: number): Sending => openHttp1(port, 1)],
      ['HTTP/2', openHttp2],
    ] as const)('sends a webhook once, though the gateway hangs up on it, by %s', async (version, open) => {
      const heads: string[] = [];
      const publicPort = await listening((socket, head) => {
        heads.push(head);
        if (head.includes('/dropped')) socket.destroy();
        else socket.write(ANSWER);
      });
      const deployed = await deploy(proxy, { publicPort, adminPort: publicPort });
      onTestFinished(() => deployed.stop());
      const sending = open(deployed.port);
      onTestFinished(sending.end);

      const statuses: number[] = [];
      // The second may go on a connection that the first has used.
      for (const name of ['taken', 'dropped', 'dropped', 'taken'])
        statuses.push(await sending.send(webhook(name)));
      // A refused stream: the client may send it again (RFC 9113 §8.7).
      const refused = program === 'haproxy' && version === 'HTTP/2' ? 0 : 502;
      expect(statuses).toEqual([200, refused, refused, 200]);
      expect(heads.filter((head) => head.startsWith('POST'))).toHaveLength(4);
    });

    it.skipIf(!isLong)(`ends an idle connection before the gateway does${longReason}`, async () => {
      const ended = Promise.withResolvers<number>();
      const publicPort = await listening((socket, head) => {
        const fromMs = performance.now();
        if (head.startsWith('POST')) socket.on('close', () => ended.resolve(performance.now() - fromMs));
        socket.write(ANSWER);
      });
      const deployed = await deploy(proxy, { publicPort, adminPort: publicPort });
      onTestFinished(() => deployed.stop());
      const sending = openHttp1(deployed.port, 1);
      onTestFinished(sending.end);
      expect(await sending.send(webhook('taken'))).toBe(200);
      const page = parse(fileOnPage('/etc/countersign/countersign.yaml')) as {
        readonly limits: { readonly keepAliveTimeout: string };
      };
      expect(await ended.promise).toBeLessThan((parseDuration(page.limits.keepAliveTimeout) ?? 0) - 10_000);
    });
  });
}

describe.skipIf(!process.env['CI'] && whyNot('haproxy') !== undefined)(
  'haproxy, as on docs/deploy.md',
  () => {
    it('asks the admin listener whether the gateway is ready', async () => {
      const asked = Promise.withResolvers<string>();
      const admin = createHttpServer((request, response) => {
        asked.resolve(`${request.method} ${request.url}`);
        response.end();
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void admin.close());
      const proxy = PROXIES.find(({ program }) => program === 'haproxy') as (typeof PROXIES)[number];
      const deployed = await deploy(proxy, { publicPort: 1, adminPort: await portOf(admin) });
      onTestFinished(() => deployed.stop());
      expect(await asked.promise).toBe('GET /ready');
    });
  },
);
