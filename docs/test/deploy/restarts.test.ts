/** Prevents: a webhook that is lost, or kept twice, when the gateway of docs/deploy.md is restarted, or killed, behind its proxy. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, type Started, startProgram } from '../../../packages/cli/test/support.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { delivery } from './delivery.ts';
import { deploy, PROXIES, whyNot } from './deployed-proxy.ts';
import { fileOnPage, fitted } from './page.ts';
import { openHttp1, openHttp2, type Sending } from './senders-side.ts';

const ENV = {
  STORE_KEY: 'ab'.repeat(32),
  COUNTERSIGN_ADMIN_TOKEN: 'an-admin-token-of-27-bytes!',
  GITHUB_WEBHOOK_SECRET: 'a-github-secret-of-27-bytes',
};

/** What a sender hears that makes it try again. */
const RETRIED = [502, 503, 504];

/** Of each HTTP. */
const SENDERS = 4;
/** How many are acknowledged between two restarts. */
const BETWEEN = 60;

for (const proxy of PROXIES) {
  const { program } = proxy;
  const reason = process.env['CI'] ? undefined : whyNot(program);

  describe.skipIf(reason !== undefined)(`a gateway behind ${program}, as on docs/deploy.md`, () => {
    it('is restarted and killed under load, and every webhook is kept, once', async () => {
      const cwd = newFolder();
      const [publicPort = 0, adminPort = 0] = await freePorts(2);
      const page = fitted(fileOnPage('/etc/countersign/countersign.yaml'), [
        { from: '127.0.0.1:8787', to: `127.0.0.1:${publicPort}` },
        { from: '127.0.0.1:8788', to: `127.0.0.1:${adminPort}` },
        { from: '/var/lib/countersign/', to: `${cwd}/` },
      ]);
      writeFileSync(join(cwd, 'countersign.yaml'), page);
      let gateway = await serve(cwd);
      const deployed = await deploy(proxy, { publicPort, adminPort });
      onTestFinished(() => deployed.stop());

      const load = startLoad(deployed.port);
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
        await load.acknowledged(BETWEEN);
        gateway.child.kill(signal);
        const [code] = await gateway.ended;
        expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
        gateway = await serve(cwd);
      }
      await load.acknowledged(BETWEEN);
      const { ids, statuses } = await load.stop();

      for (const status of statuses.http1.keys()) expect([200, ...RETRIED]).toContain(status);
      // HAProxy refuses a stream in place of an answer, and a client may send it again (RFC 9113 §8.7).
      for (const status of statuses.http2.keys())
        expect([200, ...RETRIED, ...(program === 'haproxy' ? [0] : [])]).toContain(status);
      expect((await keptIds(adminPort)).toSorted()).toEqual(ids.toSorted());
    });
  });
}

async function serve(cwd: string): Promise<Started> {
  const started = startProgram(['serve'], cwd, ENV);
  while (!started.said.err.includes('serves')) await once(started.child.stderr, 'data');
  return started;
}

interface Load {
  /** Resolves when so many more are acknowledged. */
  acknowledged(count: number): Promise<void>;
  /** No new deliveries are begun; resolves when those that were are acknowledged. */
  stop(): Promise<Delivered>;
}

interface Delivered {
  /** Of all deliveries. */
  readonly ids: readonly string[];
  /** What the senders heard, and how often. */
  readonly statuses: Readonly<Record<'http1' | 'http2', ReadonlyMap<number, number>>>;
}

/** Senders that send one delivery behind the other, each until it is acknowledged. */
function startLoad(port: number): Load {
  const ids: string[] = [];
  const waiting = new Set<() => void>();
  let isStopped = false;
  const work = async ({ send }: Sending, statuses: Map<number, number>): Promise<void> => {
    while (!isStopped) {
      const id = randomUUID();
      for (let status = 0; status !== 200; ) {
        status = await send(delivery(id, ENV.GITHUB_WEBHOOK_SECRET));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200) await wait(20);
      }
      ids.push(id);
      for (const look of waiting) look();
    }
  };
  const statuses = { http1: new Map<number, number>(), http2: new Map<number, number>() };
  const sendings = { http1: openHttp1(port, SENDERS), http2: openHttp2(port) };
  const all = Promise.all(
    (['http1', 'http2'] as const).flatMap((kind) =>
      Array.from({ length: SENDERS }, () => work(sendings[kind], statuses[kind])),
    ),
  );
  return {
    acknowledged(count) {
      const goal = ids.length + count;
      return new Promise((resolve) => {
        const look = (): void => {
          if (ids.length < goal) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    async stop() {
      isStopped = true;
      await all;
      for (const { end } of Object.values(sendings)) end();
      return { ids, statuses };
    },
  };
}

async function keptIds(adminPort: number): Promise<readonly string[]> {
  const token = ENV.COUNTERSIGN_ADMIN_TOKEN;
  const client = createAdminClient({ baseUrl: `http://127.0.0.1:${adminPort}`, token });
  const ids: string[] = [];
  for (let before: string | undefined; ; ) {
    const { events, next } = await client.call('events', { limit: 100, before });
    ids.push(...events.map(({ url }) => url.slice(url.indexOf('?') + 1)));
    if (next === undefined) return ids;
    before = next;
  }
}
