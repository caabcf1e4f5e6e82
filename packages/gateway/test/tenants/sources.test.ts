/** What every source of tenants' keys keeps to, on a real gateway: whose key it is decides, and what nobody can say is refused. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GateInput, KeysFromInput } from '../../src/config/config-input.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, send, start, type TestGateway } from '../harness.ts';
import { KEY_SOURCES, type TestSource } from './key-sources.ts';

const secretOf = (tenant: string): string => `the secret of ${tenant}, thirty-two bytes and more`;
const keyOf = (tenant: string) => ({ id: 'main', secret: secretOf(tenant) });

interface Sent {
  readonly signer: string;
  readonly to?: string;
  readonly body?: string;
}

/** A webhook of GitHub, signed by hand; its event has one id whoever sends it. */
async function hook(gateway: Pick<TestGateway, 'publicUrl'>, { signer, to = signer, body = '{}' }: Sent) {
  const signature = createHmac('sha256', secretOf(signer)).update(body).digest('hex');
  return send(`${gateway.publicUrl}/hooks/${to}`, {
    body,
    headers: {
      'x-hub-signature-256': `sha256=${signature}`,
      'x-github-event': 'push',
      'x-github-delivery': '6b0c4e2a-0000-4000-8000-000000000000',
    },
  });
}

interface StartOptions {
  readonly more?: KeysFromInput;
  readonly gate?: Partial<GateInput>;
}

async function startWith(source: TestSource, { more, gate }: StartOptions = {}) {
  const clock = { nowMs: Date.now() };
  const store = await openStore(':memory:');
  later(() => store.close());
  const gateway = await start(
    {
      hooks: {
        path: '/hooks/:tenant',
        provider: 'github',
        keysFrom: { ...source.keysFrom, ...more },
        keep: {},
        ...gate,
      },
    },
    {
      now: () => clock.nowMs,
      sharedStore: { ...store, ...(source.tenantSql && { tenantSql: source.tenantSql }) },
    },
  );
  return { gateway, clock, store };
}

describe.each(Object.entries(KEY_SOURCES))('%s as the source of tenants’ keys', (_, open) => {
  it('has one event of two tenants run twice, and kept with the tenant whose key has proved it', async () => {
    const source = await open();
    for (const tenant of ['acme', 'globex']) source.set(tenant, [keyOf(tenant)]);
    const { gateway, store } = await startWith(source);
    for (const signer of ['acme', 'globex', 'acme', 'globex'])
      expect((await hook(gateway, { signer })).status).toBe(200);
    const events = await store.events.list();
    expect(events.map(({ tenant, keyId }) => `${tenant}/${keyId}`)).toEqual(['globex/main', 'acme/main']);
    expect(gateway.records.map(({ tenant, claim }) => [tenant, claim])).toEqual([
      ['acme', 'committed'],
      ['globex', 'committed'],
      [undefined, 'repeat'],
      [undefined, 'repeat'],
    ]);
  });

  it('has no request of one tenant taken for another’s, whatever it says of itself', async () => {
    const source = await open();
    for (const tenant of ['acme', 'globex']) source.set(tenant, [keyOf(tenant)]);
    const { gateway } = await startWith(source);
    const names = ['acme', 'globex', 'ACME', 'nobody', 'acme.json', '%2e%2e%2facme', 'acme%00', '__proto__'];
    let turn = 0;
    for (const signer of ['acme', 'globex', 'nobody']) {
      for (const to of names) {
        const { status } = await hook(gateway, { signer, to, body: JSON.stringify({ turn: ++turn }) });
        const isOwn = signer === to && signer !== 'nobody';
        expect([signer, to, status < 300]).toEqual([signer, to, isOwn]);
      }
    }
    const accepted = gateway.records.filter(({ verdict }) => verdict === 'accepted');
    expect(accepted.map(({ tenant }) => tenant)).toEqual(['acme', 'globex']);
  });

  it('goes by its states and ends', async () => {
    const source = await open();
    source.set('revoked', [{ ...keyOf('revoked'), state: 'revoked' }]);
    source.set('ended', [{ ...keyOf('ended'), until: '2020-01-01T00:00:00Z' }]);
    source.set('both', [{ id: 'old', secret: secretOf('other') }, keyOf('both')]);
    const { gateway } = await startWith(source);
    for (const signer of ['revoked', 'ended', 'both']) await hook(gateway, { signer });
    expect(gateway.records.map(({ reason }) => reason)).toEqual(['unknown-key', 'unknown-key', undefined]);
  });

  it('answers a tenant that it does not know with 401, and one that was added two seconds later with 200', async () => {
    const source = await open();
    const { gateway, clock } = await startWith(source);
    expect((await hook(gateway, { signer: 'acme' })).status).toBe(401);
    source.set('acme', [keyOf('acme')]);
    expect((await hook(gateway, { signer: 'acme' })).status).toBe(401);
    clock.nowMs += 2_000;
    expect((await hook(gateway, { signer: 'acme' })).status).toBe(200);
    expect(gateway.records[0]).toMatchObject({ reason: 'unknown-tenant', step: 'extract' });
  });

  it('takes a tenant away within its age', async () => {
    const source = await open();
    source.set('acme', [keyOf('acme')]);
    const { gateway, clock } = await startWith(source, { more: { maxAge: '10s' } });
    expect((await hook(gateway, { signer: 'acme', body: '1' })).status).toBe(200);
    source.remove('acme');
    clock.nowMs += 9_999;
    expect((await hook(gateway, { signer: 'acme', body: '2' })).status).toBe(200);
    clock.nowMs += 1;
    expect((await hook(gateway, { signer: 'acme', body: '3' })).status).toBe(401);
  });

  it('is not needed for keys that are young, and refuses for now what is older while it fails', async () => {
    const source = await open();
    source.set('acme', [keyOf('acme')]);
    source.set('globex', [keyOf('globex')]);
    const { gateway, clock } = await startWith(source);
    expect((await hook(gateway, { signer: 'acme', body: '1' })).status).toBe(200);
    source.breakDown();
    expect((await hook(gateway, { signer: 'acme', body: '2' })).status).toBe(200);
    const stranger = await hook(gateway, { signer: 'globex' });
    expect(stranger.status).toBe(503);
    expect(stranger.headers['retry-after']).toBe('1');
    clock.nowMs += 60_000;
    expect((await hook(gateway, { signer: 'acme', body: '3' })).status).toBe(503);
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'keys-unavailable' });
    expect(gateway.log.join('')).not.toContain('thirty-two bytes');
  });

  it('is asked once for many requests of one tenant at once', async () => {
    const source = await open();
    source.set('acme', [keyOf('acme')]);
    const { gateway } = await startWith(source);
    const all = Array.from({ length: 20 }, (__, i) => hook(gateway, { signer: 'acme', body: `${i}` }));
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(all.map(() => 200));
    expect(source.calls() ?? 1).toBe(1);
  });

  it('is asked for invented tenants a bounded number of times, and one that is known is served meanwhile', async () => {
    const source = await open();
    source.set('acme', [keyOf('acme')]);
    const { gateway } = await startWith(source);
    expect((await hook(gateway, { signer: 'acme', body: '1' })).status).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 150; i++)
      statuses.push((await hook(gateway, { signer: 'acme', to: `invented-${i}` })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.filter((status) => status === 503)).toHaveLength(50);
    expect(source.calls() ?? 101).toBe(101);
    expect((await hook(gateway, { signer: 'acme', body: '2' })).status).toBe(200);
  });
});
