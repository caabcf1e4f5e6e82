/** A gateway that has been given hostile texts wherever somebody can leave one: senders, receivers, actions, vendors, colleagues, and whoever writes its file. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAdminClient } from '@countersign/api';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../../scripts/free-ports.ts';
import type { ConfigInput } from '../../gateway/src/config/config-input.ts';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import { startFlowentPlatform } from '../../sandbox/src/index.ts';
import { HOOK } from './breaches.ts';
import { SECRET, sendGithub, TOKEN } from './console-browser.ts';
import { asHeader, asName, HOSTILE_TEXTS } from './hostile-texts.ts';
import { GITHUB_GATE, HANDED_GATE, startOperated, temporaryFolder } from './operated-gateway.ts';

const TEXTS = Object.values(HOSTILE_TEXTS);
/** Of a gate that has this many keys at most. */
const KEY_IDS = [...new Set(TEXTS.map(asName))].filter((id) => id !== '').slice(-14);
/** Who changes things, and stands in the audit log for it. */
export const HOSTILE_USER: string = asName(HOSTILE_TEXTS['image'] ?? '');

/** As an actions module has them from the package. */
const RESULTS = pathToFileURL(join(import.meta.dirname, '../../gateway/src/results/')).href;

/** What a download shall be saved as. */
export const HOSTILE_FILE = `../..\\\u202Egpj.exe"><img src=x onerror=${HOOK}()>.html`;

/** Of which each answers with all texts. */
export const WAYS = ['table', 'text', 'nested', 'page', 'file', 'redirect', 'says', 'fails'] as const;

const ACTIONS = `
import { file } from '${RESULTS}file.ts';
import { html, page } from '${RESULTS}html.ts';
import { redirect } from '${RESULTS}redirect.ts';
const texts = ${JSON.stringify(TEXTS)};
const all = texts.join(' ');
const properties = Object.fromEntries(texts.filter((text) => text.length < 300).map((text) => [text, { type: 'string', description: text, title: text }]));
class Said extends Error { name = 'ActionError'; status = 422; }
const ways = {
  table: () => texts.map((text) => ({ [text]: text, said: text })),
  text: () => all,
  nested: () => ({ list: texts, by: Object.fromEntries(texts.map((text) => [text, { text }])) }),
  page: () => page({ title: all.slice(0, 2_000), body: html\`<p title="\${all}">\${all}</p>\` }),
  file: () => file({ name: ${JSON.stringify(HOSTILE_FILE)}, content: all, contentType: 'text/html' }),
  redirect: () => redirect('https://other.example/?' + encodeURIComponent(texts[0])),
  says: () => { throw new Said(all); },
  fails: () => { throw new Error(all); },
};
export const say = {
  name: 'say',
  description: texts.slice(0, 8).join(' ').slice(0, 250) + texts.filter((text) => text.includes('\\u202E')).join(''),
  input: { type: 'object', properties: { way: { type: 'string', enum: Object.keys(ways) }, ...properties }, required: ['way'] },
  run: (input) => ways[input.way](),
};
`;

/** Of its own, as a platform registers it: a description and nothing to choose. */
const REGISTERED = `export default [{ name: 'greet', description: ${JSON.stringify(asName(HOSTILE_TEXTS['script'] ?? ''))}, input: { type: 'object', properties: {} }, run: () => 'hello' }];`;

export interface HostileWorld {
  readonly gateway: Gateway;
  /** Of requests that were taken. */
  readonly events: readonly string[];
  readonly refused: readonly string[];
  readonly issues: readonly string[];
  readonly keyIds: readonly string[];
  /** Rewrites its file with hostile texts. */
  readonly spoilFile: () => void;
}

/** Answers each request with some of the texts. */
async function startReceiver(status: number): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const at = count++ % KEY_IDS.length;
      const text = TEXTS.filter((_, i) => i % KEY_IDS.length === at).join(' ');
      response
        .writeHead(status, { 'content-type': 'text/html', 'x-said': asHeader(text).slice(0, 500) })
        .end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function startHostileWorld(): Promise<HostileWorld> {
  const folder = temporaryFolder();
  const actions = join(folder, 'actions.mjs');
  writeFileSync(actions, ACTIONS);
  const registered = join(folder, 'registered.mjs');
  writeFileSync(registered, REGISTERED);
  const shape = join(folder, 'shape.mjs');
  writeFileSync(
    shape,
    `export const shape = () => { throw new TypeError(${JSON.stringify(TEXTS.slice(0, 12).join(' '))}); };`,
  );
  const platform = await startFlowentPlatform({});
  onTestFinished(() => platform.close());
  const [{ apiToken, hmacKey }] = platform.tenants;
  const failing = await startReceiver(404);
  const vendor = await startReceiver(500);
  const port = await freePort();
  const keys = KEY_IDS.map((id, i) => ({ id, secret: `${SECRET} ${i}`, state: 'next' as const }));
  const gates: NonNullable<ConfigInput['gates']> = {
    github: {
      ...GITHUB_GATE,
      keys: [...GITHUB_GATE.keys, ...keys],
      keep: { deliver: ['shop', 'shaped', 'taking'] },
    },
    answers: {
      path: '/run/say',
      provider: 'hmac',
      keys: [{ id: KEY_IDS[0] ?? '', secret: SECRET }],
      answer: { actions },
    },
    chat: {
      path: '/actions/:action',
      provider: 'flowent',
      keys: [{ id: 'main', secret: hmacKey }],
      answer: { actions: registered, register: { apiUrl: platform.baseUrl, apiToken } },
    },
    handed: HANDED_GATE,
    awaited: { ...HANDED_GATE, path: '/awaited' },
  };
  const { gateway, write } = await startOperated(gates, {
    users: [{ name: HOSTILE_USER, role: 'admin' }],
    listen: { public: `127.0.0.1:${port}`, admin: '127.0.0.1:0' },
    publicUrl: `http://127.0.0.1:${port}`,
    destinations: {
      shop: { to: failing, retries: [] },
      shaped: { to: failing, transform: `${shape}#shape`, retries: [] },
      taking: { to: await startReceiver(200) },
    },
    sessions: {
      onboarding: {
        broker: 'incode',
        at: '/onboarding',
        apiUrl: vendor,
        apiKey: 'key-of-the-vendor',
        clientId: 'client-1',
        flowId: 'flow-1',
        adminEmail: 'boss@example.com',
        adminPassword: 'password-of-the-vendor',
        redirects: ['https://page.example'],
        auth: 'none',
      },
    },
  });
  const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
  // Each key has proved a request; each request has all texts.
  for (const [i, id] of KEY_IDS.entries()) {
    const request = {
      path: `/webhooks/github?${encodeURIComponent(id)}=${encodeURIComponent(id)}`,
      body: i % 2 === 0 ? JSON.stringify({ n: i, [id]: TEXTS }) : `${i} ${TEXTS.join(' ')}`,
      headers: {
        ...Object.fromEntries(TEXTS.map((text, at) => [`x-evil-${at}`, asHeader(text).slice(0, 200)])),
        'user-agent': asHeader(id),
        'x-github-event': asHeader(id).slice(0, 100),
      },
    };
    expect(await sendGithub(gateway, { ...request, secret: `${SECRET} ${i}` })).toBe(200);
    expect(await sendGithub(gateway, { ...request, secret: 'another secret of sixteen' })).toBe(401);
  }
  const reformatted = JSON.stringify({ list: TEXTS }, null, 2);
  expect(await sendGithub(gateway, { body: reformatted, signed: JSON.stringify({ list: TEXTS }) })).toBe(401);
  await fetch(`${gateway.publicUrl}/onboarding/start`);
  await admin.call('openKeyDelivery', { gate: 'handed' });
  const body = JSON.stringify({ verification_token: SECRET.replaceAll(' ', '-') });
  expect((await fetch(`${gateway.publicUrl}/notion`, { method: 'POST', body })).status).toBe(200);
  await expect
    .poll(async () => (await admin.call('destinations')).find(({ name }) => name === 'shop')?.totals['dead'])
    .toBe(KEY_IDS.length);
  const { issues } = await admin.call('issues');
  for (const [i, { id }] of issues.entries())
    await admin.call('changeIssue', { id, change: 'acknowledge', note: asName(TEXTS[i] ?? '') });
  for (const id of TEXTS.slice(0, 3).map(asName))
    await admin.call('addKey', { gate: 'answers', id: `added ${id}`.slice(0, 200), generate: true });
  const { events } = await admin.call('events', { limit: 50 });
  const { refused } = await admin.call('refused', { limit: 50 });
  return {
    gateway,
    events: events.map(({ id }) => id),
    refused: refused.map(({ id }) => id),
    issues: issues.map(({ id }) => id),
    keyIds: KEY_IDS,
    spoilFile() {
      write({
        ...gates,
        github: {
          ...GITHUB_GATE,
          keys: KEY_IDS.map((id, i) => ({ id, secret: `${SECRET} new ${i}` })),
        },
        another: {
          path: '/another',
          provider: 'none',
          respond: { status: 204 },
        },
      });
    },
  };
}
