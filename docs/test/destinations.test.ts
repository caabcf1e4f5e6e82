/** The examples of destinations in docs/delivering.md, lived through: a gateway with each one's configuration delivers an event. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient, type EventView } from '@countersign/api';
import { signedFetch } from '@countersign/core/client';
import { loadConfig, startGateway } from '@countersign/gateway';
import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { hasNatsServer, natsReason, startNats } from '../../packages/gateway/test/deliver/nats-server.ts';
import { codeBlocks } from '../../scripts/docs-blocks.ts';

const page = readFileSync(join(import.meta.dirname, '../delivering.md'), 'utf8');
// Below the project, so that imports resolve as a user's would.
const scratch = mkdtempSync(join(import.meta.dirname, '.scratch-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const SECRET = 'a-secret-of-one-sender-of-the-page';
const TOKEN = 'an-admin-token-of-the-page';

/** The code block of a language under a heading. */
function blockOf(heading: string, language: string): string {
  const start = page.indexOf(`\n### ${heading}\n`);
  const section = page.slice(start, page.indexOf('\n### ', start + 1));
  const block = codeBlocks(section).find((candidate) => candidate.language === language);
  if (start < 0 || block === undefined) throw new Error(`${heading} has no block of ${language}`);
  return block.code;
}

interface Example {
  readonly folder: string;
  /** Sends an event as the provider's senders do; what is kept of it, once its delivery has ended. */
  deliver(request: SentRequest): Promise<EventView>;
}

interface SentRequest {
  readonly provider: Parameters<typeof signedFetch>[0];
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function startExample(yaml: string, files: Readonly<Record<string, string>> = {}): Promise<Example> {
  const folder = mkdtempSync(join(scratch, 'example-'));
  const listeners = `listen: { public: "127.0.0.1:0", admin: "127.0.0.1:0" }\nadmin: { token: ${TOKEN} }\n`;
  for (const [name, text] of Object.entries({ ...files, 'countersign.yaml': listeners + yaml }))
    writeFileSync(join(folder, name), text);
  const env = { ORDERS_SECRET: SECRET, GITHUB_WEBHOOK_SECRET: SECRET, STRIPE_WEBHOOK_SECRET: SECRET };
  const { config } = await loadConfig({ cwd: folder, env });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
  return {
    folder,
    async deliver({ provider, path, body, headers = {} }) {
      const send = signedFetch(provider, SECRET);
      const { status } = await send(`${gateway.publicUrl}${path}`, { method: 'POST', body, headers });
      expect(status).toBe(200);
      const { events } = await client.call('events', {});
      const id = events[0]?.id ?? '';
      const stateNow = async () => (await client.call('event', { id })).deliveries[0]?.state;
      await expect.poll(stateNow, { timeout: 20_000 }).not.toBe('waiting');
      return client.call('event', { id });
    },
  };
}

it('the command of the page gets a push with the variables that the page names', async () => {
  const example = await startExample(blockOf('Commands', 'yaml'), {
    'deploy.sh': blockOf('Commands', 'text'),
  });
  const body = '{"ref":"refs/heads/main","commits":[{"id":"6dcb09b5"}]}';
  const { deliveries, id } = await example.deliver({
    provider: 'github',
    path: '/webhooks/github',
    body,
    headers: { 'x-github-event': 'push', 'content-type': 'application/json' },
  });
  const answer = `event ${id}, attempt 1: commit 6dcb09b5, push\n`;
  expect(deliveries).toMatchObject([{ destination: 'deploy', state: 'delivered', history: [{ answer }] }]);
  expect(readdirSync(example.folder)).toContain(`payload-${id}.json`);
  expect(readFileSync(join(example.folder, `payload-${id}.json`), 'utf8')).toBe(body);
});

it('a line of the file of the page has the members of the line that the page shows', async () => {
  const example = await startExample(blockOf('Files', 'yaml'));
  const { id } = await example.deliver({
    provider: 'hmac',
    path: '/orders',
    body: '{"order":1}',
    headers: { 'content-type': 'application/json' },
  });
  const line: unknown = JSON.parse(readFileSync(join(example.folder, 'orders.jsonl'), 'utf8'));
  const shown: Record<string, unknown> = JSON.parse(blockOf('Files', 'json'));
  expect(Object.keys(line as object)).toEqual(Object.keys(shown));
  expect(line).toMatchObject({
    ...shown,
    id,
    receivedAtMs: expect.any(Number),
    headers: expect.arrayContaining([['content-type', 'application/json']]),
  });
});

it.runIf(hasNatsServer)(
  `a stream that takes the subjects of the page stores an event under its own${natsReason}`,
  async () => {
    const nats = await startNats();
    onTestFinished(() => nats.close());
    const create = /nats stream add (\w+) --subjects "([^"]+)"/.exec(blockOf('NATS JetStream', 'text'));
    const [, name = '', subject = ''] = create ?? [];
    const example = await startExample(
      blockOf('NATS JetStream', 'yaml').replace('nats://127.0.0.1:4222', nats.url),
    );
    await nats.use(async (connection) => {
      const manager = await jetstreamManager(connection);
      await manager.streams.add({ name, subjects: [subject], storage: StorageType.File });
      const { deliveries } = await example.deliver({
        provider: 'stripe',
        path: '/webhooks/stripe',
        body: '{"id":"evt_1","type":"invoice.paid"}',
      });
      expect(deliveries).toMatchObject([{ destination: 'stream', state: 'delivered' }]);
      const stored = await manager.streams.getMessage(name, { seq: 1 });
      expect(stored?.subject).toBe('webhooks.stripe.invoice.paid');
    });
  },
);

it('the action of the page runs with an event', async () => {
  const example = await startExample(blockOf('Actions', 'yaml'), { 'actions.ts': blockOf('Actions', 'ts') });
  const mail = { recipient: 'ada@example.org', subject: 'Hello', body: 'Good morning', priority: 1 };
  const { deliveries } = await example.deliver({
    provider: 'hmac',
    path: '/mails',
    body: JSON.stringify(mail),
  });
  expect(deliveries).toMatchObject([{ destination: 'mailer', state: 'delivered' }]);
});
