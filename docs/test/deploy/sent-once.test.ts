/** Prevents: a proxy of docs/deploy.md that sends a webhook a second time, keeps connections for too long, or asks nobody whether the gateway is ready. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../../../packages/gateway/src/config/units.ts';
import { isLong, longReason } from '../../../scripts/effort.ts';
import { deploy, PROXIES, whyNot } from './deployed-proxy.ts';
import { ANY_PATH, signAny } from './gateway-behind.ts';
import { listening } from './listening.ts';
import { fileOnPage } from './page.ts';
import { openHttp1, openHttp2, type Sending } from './senders-side.ts';

const webhook = (name: string) => signAny(`${ANY_PATH}/${name}`, Buffer.from('{}'));

for (const proxy of PROXIES) {
  const { program } = proxy;
  const reason = process.env['CI'] ? undefined : whyNot(program);

  describe.skipIf(reason !== undefined)(`${program}, as on docs/deploy.md`, () => {
    it.each([
      ['HTTP/1.1', (port: number): Sending => openHttp1(port, 1)],
      ['HTTP/2', openHttp2],
    ] as const)('sends a webhook once, though the gateway hangs up on it, by %s', async (version, open) => {
      let sent = 0;
      const publicPort = await listening((request, response) => {
        if (request.method === 'POST') sent++;
        if (request.url?.includes('dropped')) request.socket.destroy();
        else response.end();
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
      expect(sent).toBe(4);
    });

    it.skipIf(!isLong)(`ends an idle connection before the gateway does${longReason}`, async () => {
      const ended = Promise.withResolvers<number>();
      const publicPort = await listening((request, response) => {
        const fromMs = performance.now();
        if (request.method === 'POST')
          request.socket.on('close', () => ended.resolve(performance.now() - fromMs));
        response.end();
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
      const adminPort = await listening(({ method, url }, response) => {
        asked.resolve(`${method} ${url}`);
        response.end();
      });
      const proxy = PROXIES.find(({ program }) => program === 'haproxy') as (typeof PROXIES)[number];
      const deployed = await deploy(proxy, { publicPort: 1, adminPort });
      onTestFinished(() => deployed.stop());
      expect(await asked.promise).toBe('GET /ready');
    });
  },
);
