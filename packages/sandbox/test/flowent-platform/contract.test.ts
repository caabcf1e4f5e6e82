import { describe, expect, it } from 'vitest';
import { isLong, longReason, someOf } from '../../../../scripts/effort.ts';
import type { FlowentPlatformTarget } from '../../src/testing/flowent-platform-target.ts';
import { testFlowentPlatform } from '../../src/testing/index.ts';
import { startTestServer } from '../test-server.ts';
import { startActionServer } from './action-server.ts';
import { KEY, startPlatform } from './support.ts';

async function startTarget(testSigned: 'signed' | 'unsigned' = 'unsigned'): Promise<FlowentPlatformTarget> {
  const server = await startActionServer(KEY);
  const platform = await startPlatform({ now: Date.now, testSigned });
  let made = 0;
  return {
    baseUrl: platform.baseUrl,
    apiToken: platform.tenants[0].apiToken,
    webhookUrl: (name) => `${server.url}/actions/${name}`,
    failingWebhookUrl: `${server.url}/elsewhere`,
    unusedName: () => `contract_${++made}`,
  };
}

for (const testSigned of ['unsigned', 'signed'] as const) {
  testFlowentPlatform({
    describe,
    it,
    name: `sandbox, ${testSigned} registration tests`,
    create: () => startTarget(testSigned),
  });
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A platform that differs from the description in one thing, and the test that says so. */
interface Mutant {
  readonly mutant: string;
  readonly noticed: string;
  readonly change: (method: string, path: string, reply: Reply) => Reply;
}

const MUTANTS: readonly Mutant[] = [
  {
    mutant: 'its tokens say that they live for an hour',
    noticed: 'an API token is exchanged for a bearer token of 24 h',
    change: (_, path, reply) =>
      path === '/token/exchange' ? { ...reply, body: { ...reply.body, expires_in: 3600 } } : reply,
  },
  {
    mutant: 'it answers a registration with 200',
    noticed: 'what is registered is answered, found by its name, and listed',
    change: (_, __, reply) => (reply.status === 201 ? { ...reply, status: 200 } : reply),
  },
  {
    mutant: 'it answers a conflict with 400',
    noticed: 'a name that exists is a conflict, and what it names stays',
    change: (_, __, reply) => (reply.status === 409 ? { ...reply, status: 400 } : reply),
  },
  {
    mutant: 'its refusals have no error',
    noticed: 'a name with a capital is not registered',
    change: (_, __, reply) => (reply.status >= 400 ? { ...reply, body: {} } : reply),
  },
  {
    mutant: 'it says nothing of validation when a webhook fails its test',
    noticed: 'a webhook that fails the platform’s test is not registered',
    change: (_, __, reply) => (reply.status === 400 ? { ...reply, body: { error: 'no' } } : reply),
  },
  {
    mutant: 'its list is empty',
    noticed: 'what is registered is answered, found by its name, and listed',
    change: (method, path, reply) =>
      method === 'GET' && path === '/actions' ? { ...reply, body: { actions: [] } } : reply,
  },
  {
    mutant: 'it lets everyone list',
    noticed: 'every call but the exchange wants a good token',
    change: (method, path, reply) =>
      method === 'GET' && path === '/actions' ? { status: 200, body: { actions: [] } } : reply,
  },
  {
    mutant: 'it answers a missing action with null',
    noticed: 'what is deleted is gone, and its name is free',
    change: (_, __, reply) => (reply.status === 404 ? { status: 200, body: { action: null } } : reply),
  },
  {
    mutant: 'it echoes the API token',
    noticed: 'an unknown API token is exchanged for nothing',
    change: (_, __, reply) =>
      reply.status === 401 ? { ...reply, body: { error: 'api-token-of-tests is not good' } } : reply,
  },
];

describe('the contract', () => {
  it.each(someOf(MUTANTS, 3))('notices a platform where $mutant', async ({ noticed, change }) => {
    const bodies = await contractBehind(change);
    await expect(bodies.get(noticed)?.()).rejects.toThrow();
  });

  it.skipIf(!isLong)(
    `notices nothing where the proxy of these tests changes nothing${longReason}`,
    async () => {
      const bodies = await contractBehind((_, __, reply) => reply);
      for (const [title, body] of bodies) await expect(body(), title).resolves.toBeUndefined();
    },
  );

  it('leaves nothing behind, whether a test passes or not', async () => {
    const server = await startActionServer(KEY);
    const platform = await startPlatform();
    const target = await startTarget();
    const failing = await startProxy(platform.baseUrl, (_, __, reply) =>
      reply.status === 201 ? { ...reply, body: {} } : reply,
    );
    const bodies: (() => Promise<void>)[] = [];
    for (const baseUrl of [platform.baseUrl, failing]) {
      testFlowentPlatform({
        describe: (_, body) => body(),
        it: (_, body) => bodies.push(body),
        name: 'left behind',
        create: () => ({ ...target, baseUrl, webhookUrl: (name) => `${server.url}/actions/${name}` }),
      });
    }
    const ran = await Promise.allSettled(bodies.map((body) => body()));
    expect(ran.some(({ status }) => status === 'rejected')).toBe(true);
    expect(platform.actions()).toEqual([]);
  });
});

/** The contract's tests by their titles, for a platform behind a proxy. */
async function contractBehind(change: Mutant['change']): Promise<ReadonlyMap<string, () => Promise<void>>> {
  const target = await startTarget();
  const baseUrl = await startProxy(target.baseUrl, change);
  const bodies = new Map<string, () => Promise<void>>();
  testFlowentPlatform({
    describe: (_, body) => body(),
    it: (title, body) => bodies.set(title, body),
    name: 'behind a proxy',
    create: () => ({ ...target, baseUrl }),
  });
  return bodies;
}

/** A platform in front of the platform, whose answers differ. */
async function startProxy(baseUrl: string, change: Mutant['change']): Promise<string> {
  const origin = await startTestServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '' } = request;
      const { authorization } = request.headers;
      const answer = await fetch(baseUrl + url, {
        method,
        headers: authorization === undefined ? {} : { authorization },
        body: chunks.length === 0 ? null : Buffer.concat(chunks),
      });
      const reply = change(method, url, { status: answer.status, body: JSON.parse(await answer.text()) });
      response.writeHead(reply.status).end(JSON.stringify(reply.body));
    });
  });
  return origin;
}
