/** Who logs in, logs out, or tries in vain, is in the audit log. */
import { type AuditEntryView, createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/stores/store.ts';
import { Browser, loggedIn, startConsole, TOKEN } from '../admin/access/browser.ts';
import { CLIENT, startProvider } from '../admin/access/oidc-provider.ts';
import type { TestGateway } from '../harness.ts';

async function entriesOf({ adminUrl = '' }: TestGateway): Promise<readonly AuditEntryView[]> {
  const client = createAdminClient({ baseUrl: adminUrl, token: TOKEN });
  return (await client.call('audit')).entries;
}

/** Has the audit log take nothing more. */
function fill({ store }: TestGateway): void {
  const full = new StoreError('failed', 'The disk is full.');
  Object.assign(store.audit, { append: () => Promise.reject(full) });
}

const ADA = { name: 'the viewer', role: 'viewer', by: 'password' };

describe('a log-in', () => {
  it('is told with who it is, and from where', async () => {
    const gateway = await startConsole();
    await loggedIn(gateway, 'viewer');
    expect(await entriesOf(gateway)).toEqual([
      {
        seq: 1,
        kind: 'change',
        at: expect.any(String),
        who: ADA,
        from: '127.0.0.1',
        route: 'logIn',
        target: {},
        input: {},
        status: 200,
        endedAt: expect.any(String),
      },
    ]);
  });

  it('what follows is told with the client’s address, where a trusted proxy says it', async () => {
    const listen = { public: '127.0.0.1:0', admin: '127.0.0.1:0', trustedProxies: ['127.0.0.1'] };
    const gateway = await startConsole({}, { listen });
    const browser = new Browser(gateway, { 'x-forwarded-for': '203.0.113.7' });
    await browser.logIn('the viewer');
    await browser.ask('/api/refused/none');
    await browser.ask('/api/events/none');
    await new Browser(gateway, { 'x-forwarded-for': '203.0.113.8' }).ask('/api/gates');
    expect((await entriesOf(gateway)).map(({ kind, route, from }) => [kind, route, from])).toEqual([
      ['refused', undefined, '203.0.113.8'],
      ['reveal', 'event', '203.0.113.7'],
      ['refused', 'refusedRequest', '203.0.113.7'],
      ['change', 'logIn', '203.0.113.7'],
    ]);
  });

  it('by a provider is told as well, and so is one that the provider’s answer does not prove', async () => {
    const provider = await startProvider();
    const roles = { viewer: ['staff'], operator: ['ops'], admin: ['root'] };
    const gateway = await startConsole({ oidc: { issuer: provider.issuer, ...CLIENT, roles } });
    const browser = new Browser(gateway);
    const { headers } = await browser.ask('/api/session/oidc?to=%2Flive');
    const back = provider.approve(headers.location ?? '');
    expect((await browser.ask(back.pathname + back.search)).status).toBe(200);
    expect((await browser.ask(back.pathname + back.search)).status).toBe(401);
    expect(await entriesOf(gateway)).toMatchObject([
      { kind: 'refused', route: 'finishOidc', status: 401, code: 'log-in-refused' },
      {
        kind: 'change',
        route: 'finishOidc',
        who: { name: 'ada@example.com (subject-1)', role: 'operator', by: 'oidc' },
      },
    ]);
  });

  it('does not happen where the audit log cannot be written', async () => {
    const gateway = await startConsole();
    fill(gateway);
    const browser = new Browser(gateway);
    const answer = await browser.logIn('the viewer');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([503, 'not-audited']);
    expect(browser.cookies.size).toBe(0);
  });
});

describe('a log-in that is refused', () => {
  it('is told with the name that was tried, where a user has it', async () => {
    const gateway = await startConsole();
    const browser = new Browser(gateway);
    expect((await browser.logIn('the viewer', 'a wrong password')).status).toBe(401);
    // Some type their password where the name should be.
    expect((await browser.logIn('hunter2', 'the viewer')).status).toBe(401);
    const entries = await entriesOf(gateway);
    const refused = {
      kind: 'refused',
      from: '127.0.0.1',
      route: 'logIn',
      status: 401,
      code: 'log-in-refused',
    };
    expect(entries).toMatchObject([
      { ...refused, target: {} },
      { ...refused, target: { name: 'the viewer' } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/hunter2|a wrong password/);
    expect(entries[0]).not.toHaveProperty('who');
  });

  it('for having been tried too often is told too; of a flood so many, and how many more', async () => {
    const gateway = await startConsole();
    const browser = new Browser(gateway);
    for (let i = 0; i < 30; i++) await browser.logIn('the viewer', 'a wrong password');
    const entries = await entriesOf(gateway);
    expect(entries).toHaveLength(20);
    expect(entries[0]).toMatchObject({ kind: 'refused', route: 'logIn', status: 429 });
  });
});

describe('a log-out', () => {
  it('is told of a session, and of nothing else', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'viewer');
    expect((await browser.change('/api/session', 'DELETE')).status).toBe(200);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await browser.ask('/api/session', { method: 'DELETE', headers })).status).toBe(200);
    const entries = await entriesOf(gateway);
    expect(entries.map(({ route, who }) => [route, who?.name])).toEqual([
      ['logOut', 'the viewer'],
      ['logIn', 'the viewer'],
    ]);
  });

  it('happens where the audit log cannot be written, and the log says so', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'viewer');
    fill(gateway);
    expect((await browser.change('/api/session', 'DELETE')).status).toBe(200);
    expect((await browser.ask('/api/session')).status).toBe(401);
    expect(gateway.log.join('')).toContain(
      '"msg":"somebody has logged out, and the audit log could not be written"',
    );
  });
});
