/** Gateways on one PostgreSQL: what one takes the other knows, and what they answer while the server is away. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { Lifecycle } from '../../../src/lifecycle.ts';
import { openConfiguredStore } from '../../../src/open-configured-store.ts';
import type { Store } from '../../../src/stores/store.ts';
import { later, SECRET, start, type TestGateway } from '../../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const TOKEN = 'a-token-of-more-than-sixteen-characters';

async function post(gateway: TestGateway, body: string): Promise<Response> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const response = await fetch(`${gateway.publicUrl}/kept`, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
  });
  await response.clone().arrayBuffer();
  return response;
}

describe.skipIf(leaveOutPostgres)(`gateways on one PostgreSQL${postgresReason}`, { timeout: 180_000 }, () => {
  const databases = postgresDatabases();

  async function open(address: string, to: string): Promise<TestGateway> {
    const kept = {
      path: '/kept',
      provider: 'github',
      keys: [{ secret: SECRET }],
      keep: { deliver: [{ to }] },
    } as const;
    return start(
      { kept },
      { store: address, admin: { token: TOKEN }, listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' } },
    );
  }

  async function sink(): Promise<{ readonly url: string; readonly bodies: string[] }> {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += String(piece);
      bodies.push(body);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    later(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { url: `http://127.0.0.1:${address.port}`, bodies };
  }

  async function metricsOf(gateway: TestGateway): Promise<string> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return (await fetch(`${gateway.adminUrl}/metrics`, { headers })).text();
  }

  it('keep and deliver each once, whichever of them takes it', async () => {
    const { url, bodies } = await sink();
    const address = await databases.create();
    const gateways = [await open(address, url), await open(address, url)] as const;
    const sent = Array.from({ length: 40 }, (_, n) => `{"n":${n}}`);
    await Promise.all(sent.flatMap((body) => gateways.map((gateway) => post(gateway, body))));
    await expect.poll(() => bodies.toSorted(), { timeout: 30_000 }).toEqual(sent.toSorted());
    expect(await gateways[0].store.events.list({ limit: 100 })).toHaveLength(40);
  });

  it('answer 503 and when to come again while the server is away, and come back by themselves', async () => {
    const { url } = await sink();
    const gateway = await open(await databases.create(), url);
    expect((await post(gateway, 'before')).status).toBe(200);
    const crashed = databases.crash();
    const refused: Response[] = [];
    for (let n = 0; refused.length === 0 && n < 200; n++) {
      const response = await post(gateway, `while ${n}`);
      if (response.status !== 200) refused.push(response);
    }
    await crashed;
    for (const response of refused) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await expect
      .poll(async () => (await post(gateway, 'after')).status, { timeout: 30_000, interval: 200 })
      .toBe(200);
    await expect
      .poll(async () => (await fetch(`${gateway.adminUrl}/ready`)).status, { timeout: 30_000, interval: 200 })
      .toBe(200);
    expect(await metricsOf(gateway)).toMatch(/^countersign_store_up 1$/m);
  });

  it('that start while the server is away say so, and wait for it', async () => {
    const gates = {
      plain: { path: '/plain', provider: 'github', keys: [{ secret: SECRET }], respond: { status: 200 } },
    } as const;
    const { config } = parseConfig(
      { store: await databases.create(), gates },
      { baseDir: tmpdir(), env: {} },
    );
    const lifecycle = new Lifecycle(() => {});
    const waiting = Promise.withResolvers<string>();
    const log = { info: (_: object, text: string) => waiting.resolve(text), error: () => {} };
    const clocks = { now: Date.now, monotonicMs: () => performance.now() };
    let opening: Promise<Store> | undefined;
    await databases.crash(async () => {
      opening = openConfiguredStore(config, clocks, log, lifecycle);
      expect(await waiting.promise).toBe(
        'the PostgreSQL of the store does not answer; it is waited for as long as a stop may take',
      );
    });
    await (await opening)?.records.get('a space', 'a key');
    await lifecycle.close();
  });
});
