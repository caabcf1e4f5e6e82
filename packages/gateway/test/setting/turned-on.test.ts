/** What a reload turns on for the first time works as after a start with it: each row is looked at both ways. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import { passwordHashText } from '../../src/passwords/password-hash.ts';
import { later } from '../harness.ts';
import { type ReloadingGateway, SECRET, send, signed, startReloading } from './reloading.ts';

const OTHER_SECRET = 'another secret of more than sixteen bytes';
const STORE_KEY = '0123456789abcdef'.repeat(4);
const PLAIN = 'a body that nobody may find in the file';

const gate = (more: Partial<GateInput> = {}): GateInput => ({
  path: '/a',
  provider: 'github',
  keys: [{ id: 'main', secret: SECRET }],
  respond: { status: 202 },
  ...more,
});

/** With another outcome. */
const gateWith = (outcome: Partial<GateInput>, more: Partial<GateInput> = {}): GateInput => {
  const { respond: _, ...rest } = gate(more);
  return { ...rest, ...outcome };
};

const BEFORE: ConfigInput = { gates: { other: gate({ path: '/other' }) } };
const BEFORE_A: ConfigInput = { gates: { a: gate() } };

interface Row {
  readonly what: string;
  readonly before: ConfigInput;
  readonly after: ConfigInput | (() => ConfigInput | Promise<ConfigInput>);
  /** Fails where it does not work. */
  readonly works: (running: ReloadingGateway) => Promise<void>;
}

const clientOf = ({ gateway: { adminUrl = '', adminToken } }: ReloadingGateway) =>
  createAdminClient({ baseUrl: adminUrl, token: adminToken });

/** What stands in the store’s files, its journal too. */
function stored({ dir }: ReloadingGateway): string {
  const files = readdirSync(dir).filter((name) => name.startsWith('test.db'));
  return files.map((name) => readFileSync(join(dir, name), 'latin1')).join();
}

/** Resolves to its id once it is listed. */
async function refusedOnce(running: ReloadingGateway, path = '/a'): Promise<string> {
  expect(await send(running, path, PLAIN, 'a secret that the gate does not have')).toBe(401);
  const client = clientOf(running);
  await expect.poll(async () => (await client.call('refused', {})).refused.length).toBe(1);
  return (await client.call('refused', {})).refused[0]?.id ?? '';
}

async function showsWhole(running: ReloadingGateway): Promise<void> {
  const id = await refusedOnce(running);
  const { bodyBase64 } = await clientOf(running).call('refusedRequest', { id });
  expect(Buffer.from(bodyBase64, 'base64').toString()).toBe(PLAIN);
  // What is committed stands in the journal at once.
  expect(stored(running)).not.toContain(PLAIN);
}

const logged = (running: ReloadingGateway, text: string): Promise<void> =>
  expect.poll(() => running.log.join('\n'), { timeout: 5_000 }).toContain(text);

const IN_MEMORY = 'refused requests are kept in memory only';

const ROWS: readonly Row[] = [
  {
    what: 'keepRefused without a storeKey: in memory, and never in the file',
    before: BEFORE_A,
    after: { gates: { a: gate({ keepRefused: true }) } },
    async works(running) {
      await showsWhole(running);
      expect(running.log.filter((line) => line.includes(IN_MEMORY))).toHaveLength(1);
    },
  },
  {
    what: 'keepRefused at a gate that is new',
    before: BEFORE,
    after: { gates: { a: gate({ keepRefused: true }) } },
    works: showsWhole,
  },
  {
    what: 'keepRefused with a storeKey: in the file, encrypted',
    before: { storeKey: STORE_KEY, ...BEFORE_A },
    after: { storeKey: STORE_KEY, gates: { a: gate({ keepRefused: true }) } },
    async works(running) {
      await showsWhole(running);
      const { refused } = running.gateway.store;
      expect(await refused.list()).toHaveLength(1);
    },
  },
  {
    what: 'keepRefused with a store in memory',
    before: { store: 'memory:', ...BEFORE_A },
    after: { store: 'memory:', gates: { a: gate({ keepRefused: true }) } },
    works: showsWhole,
  },
  {
    what: 'the findings of refused requests',
    before: BEFORE_A,
    after: { gates: { a: gate({ keepRefused: true }) } },
    async works(running) {
      await fetch(`${running.gateway.publicUrl}/a`, { ...signed('{"a":1}'), body: '{"a":1}\n' });
      await logged(running, '"finding":');
    },
  },
  {
    what: 'the findings of requests that carry an older proof',
    before: BEFORE_A,
    after: {
      gates: {
        a: gate({
          provider: 'stripe',
          keepRefused: true,
          accept: [{ provider: 'github', keys: [{ id: 'old', secret: OTHER_SECRET }], until: '2127-01-01' }],
        }),
      },
    },
    async works(running) {
      await fetch(`${running.gateway.publicUrl}/a`, {
        ...signed('{"a":1}', OTHER_SECRET),
        body: '{"a":1}\n',
      });
      await logged(running, 'line end');
    },
  },
  {
    what: 'keep.mask, and the masks of what is refused',
    before: BEFORE_A,
    after: {
      gates: { a: gateWith({ keep: { mask: { headers: ['x-hub-signature-256'] } } }, { keepRefused: true }) },
    },
    async works(running) {
      const id = await refusedOnce(running);
      const view = await clientOf(running).call('refusedRequest', { id });
      expect(view.masked).toBe(true);
      expect(JSON.stringify(view.headers)).not.toContain('sha256=');
    },
  },
  {
    what: 'the uses of keys',
    before: BEFORE,
    after: { gates: { a: gate({ keys: [{ id: 'new', secret: OTHER_SECRET }] }) } },
    async works(running) {
      expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(202);
      const { keys } = await clientOf(running).call('gateKeys', { gate: 'a' });
      expect(keys).toMatchObject([{ id: 'new', hits: 1 }]);
    },
  },
  {
    what: 'a key added at run time',
    before: { storeKey: STORE_KEY, ...BEFORE },
    after: { storeKey: STORE_KEY, gates: { a: gate() } },
    async works(running) {
      const client = clientOf(running);
      const ifMatch = await etagOf(running);
      await client.call('addKey', { gate: 'a', id: 'added', secret: OTHER_SECRET }, { ifMatch });
      expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(202);
    },
  },
  {
    what: 'issues of a gate’s failures',
    before: BEFORE,
    after: { gates: { a: gate() } },
    async works(running) {
      expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(401);
      const { issues } = await clientOf(running).call('issues', {});
      expect(issues).toMatchObject([{ gate: 'a', reason: 'signature-mismatch' }]);
    },
  },
  {
    what: 'first answers, to repeats',
    before: BEFORE_A,
    after: () => ({
      gates: { a: gateWith({ answer: { actions: './acts.mjs' } }, { replay: { repeat: 'first-answer' } }) },
    }),
    async works(running) {
      const call = async (): Promise<string> =>
        (await fetch(`${running.gateway.publicUrl}/a`, signed('{}'))).text();
      const first = await call();
      expect(first).toContain('ran');
      expect(await call()).toBe(first);
    },
  },
  {
    what: 'mode: monitor',
    before: BEFORE_A,
    after: { gates: { a: gate({ mode: 'monitor' }) } },
    async works(running) {
      expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(202);
      expect(await clientOf(running).call('metrics')).toContain('countersign_gate_monitors{gate="a"} 1');
    },
  },
  {
    what: 'accept: an older proof is taken and counted',
    before: BEFORE_A,
    after: {
      gates: {
        a: gate({
          provider: 'stripe',
          accept: [{ provider: 'github', keys: [{ id: 'old', secret: OTHER_SECRET }], until: '2127-01-01' }],
        }),
      },
    },
    async works(running) {
      expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(202);
      expect(await clientOf(running).call('metrics')).toContain(
        'countersign_accepted_by_proof_total{gate="a",proof="github"} 1',
      );
    },
  },
  {
    what: 'shadow: a proof that is verified beside',
    before: BEFORE_A,
    after: {
      gates: { a: gate({ shadow: { provider: 'github', keys: [{ secret: OTHER_SECRET }] } }) },
    },
    async works(running) {
      expect(await send(running, '/a', 'one')).toBe(202);
      await expect
        .poll(async () => clientOf(running).call('metrics'))
        .toMatch(/countersign_shadow_\w+\{[^}]*gate="a"[^}]*\} 1/);
    },
  },
  {
    what: 'a delivery, and news to the operator',
    before: BEFORE_A,
    after: async () => {
      const sink = await listening();
      return {
        gates: { a: gateWith({ keep: { deliver: ['failing'] } }) },
        destinations: {
          failing: { to: 'http://127.0.0.1:9/', retries: [] },
          news: { to: sink.url },
        },
        operatorEvents: 'news',
      };
    },
    async works(running) {
      expect(await send(running, '/a', 'one')).toBe(200);
      await expect
        .poll(async () => (await running.gateway.store.events.list({ limit: 10 })).map(({ type }) => type), {
          timeout: 5_000,
        })
        .toContain('event.exhausted');
    },
  },
  {
    what: 'users: they log in',
    before: BEFORE_A,
    after: async () => ({
      ...BEFORE_A,
      admin: { users: [{ name: 'ann', password: await cheapHash(), role: 'viewer' }] },
    }),
    async works({ gateway: { adminUrl } }) {
      const response = await fetch(`${adminUrl}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'ann', password: 'a long enough password' }),
      });
      expect(response.status).toBe(200);
    },
  },
  {
    what: 'a session',
    before: { storeKey: STORE_KEY, ...BEFORE_A },
    after: {
      storeKey: STORE_KEY,
      ...BEFORE_A,
      sessions: {
        incode: {
          at: '/incode',
          apiUrl: 'http://127.0.0.1:9',
          apiKey: 'an api key',
          clientId: 'a client',
          flowId: 'a flow',
          adminToken: 'an admin token',
          redirects: ['https://example.com'],
          auth: { secret: OTHER_SECRET },
        },
      },
    } as ConfigInput,
    async works(running) {
      const { sessionRoutes, publicUrl } = running.gateway;
      expect(sessionRoutes.length).toBeGreaterThan(0);
      const { status } = await fetch(`${publicUrl}/incode/start`, { method: 'DELETE' });
      expect(status).toBe(405);
    },
  },
  {
    what: 'limits on what is in flight',
    before: { limits: { maxBodyBytesInFlight: '64MB' }, ...BEFORE_A },
    after: { limits: { maxBodyBytesInFlight: '4MB' }, ...BEFORE_A },
    async works(running) {
      expect(await clientOf(running).call('metrics')).toMatch(
        /^countersign_\w*body\w* 4194304$|^countersign_\w*body\w* 4000000$/m,
      );
    },
  },
];

async function etagOf({ gateway: { adminUrl, adminToken } }: ReloadingGateway): Promise<string> {
  const response = await fetch(`${adminUrl}/api/gates/a/keys`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  await response.arrayBuffer();
  return response.headers.get('etag') ?? '';
}

async function cheapHash(): Promise<string> {
  const { argon2Sync } = await import('node:crypto');
  const costs = { memoryKib: 19_456, passes: 2, parallelism: 1, salt: new Uint8Array(16).fill(7) };
  const tag = argon2Sync('argon2id', {
    message: 'a long enough password',
    nonce: costs.salt,
    memory: costs.memoryKib,
    passes: costs.passes,
    parallelism: costs.parallelism,
    tagLength: 32,
  });
  return passwordHashText({ ...costs, tag: new Uint8Array(tag) });
}

async function listening(): Promise<{ readonly url: string }> {
  const server = createServer((_request, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const ACTS = `let ran = 0;
export const act = { name: 'act', description: 'An action.', input: { type: 'object' }, run: () => ({ ran: ++ran }) };
export default { act };
`;

describe.each(ROWS)('$what', ({ before, after, works }) => {
  const configured = async (): Promise<ConfigInput> => (typeof after === 'function' ? after() : after);

  it('works after a start with it', async () => {
    await works(await startReloading(await configured(), {}, { 'acts.mjs': ACTS }));
  });

  it('works after a reload that turns it on', async () => {
    const next = await configured();
    const running = await startReloading(before, {}, { 'acts.mjs': ACTS });
    expect(await running.reload(next)).toMatchObject({ result: 'applied', findings: [] });
    await works(running);
  });
});
