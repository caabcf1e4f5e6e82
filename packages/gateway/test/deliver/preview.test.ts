/** A preview shows what each kind of destination would get, as it would get it; secrets are shown to nobody. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient, type PreviewView } from '@countersign/api';
import { expect, it } from 'vitest';
import type { DestinationInput } from '../../src/config/config-input.ts';
import { start, temporaryDir } from '../harness.ts';

const BODY = '{"id":7}';

async function previewOf(
  deliver: DestinationInput,
  body = BODY,
): Promise<PreviewView & { readonly text: string }> {
  const gateway = await start({
    inbox: { path: '/in', provider: 'none', keep: { deliver: [{ name: 'shop', ...deliver }] } },
  });
  await gateway.deliveries.pause('shop');
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-token': 'hidden-value' };
  const { status } = await fetch(`${gateway.publicUrl}/in?a=1`, { method: 'POST', headers, body });
  expect(status).toBe(200);
  const [event] = await gateway.store.events.list({ limit: 1 });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const view = await client.call('previewDelivery', { id: event?.id ?? '', destination: 'shop' });
  expect(JSON.stringify(view)).not.toContain('hidden-value');
  return { ...view, text: Buffer.from(view.bodyBase64 ?? '', 'base64').toString() };
}

const SECRET = { 'x-token': 'hidden-value' };

it('of a request: method, headers and body', async () => {
  const view = await previewOf({ to: 'http://127.0.0.1:9/hook', headers: SECRET });
  expect(view).toMatchObject({ kind: 'message', to: 'http', method: 'POST', text: BODY });
});

it('of a command: program, arguments, variables and standard input; of the gateway’s own variables the names', async () => {
  const view = await previewOf({
    command: ['/bin/cat', '--', 'a b'],
    environment: ['OWN_SECRET'],
    pass: [{ source: 'payload', name: 'id', envname: 'NUMBER' }],
    headers: SECRET,
  });
  expect(view).toMatchObject({ kind: 'message', to: 'command', target: '/bin/cat', text: BODY });
  expect(view.arguments).toEqual(['--', 'a b']);
  expect(view).not.toHaveProperty('method');
  const variables = new Map(view.variables?.map(({ name, value, withheld }) => [name, withheld ?? value]));
  expect(Object.fromEntries(variables)).toMatchObject({
    NUMBER: '7',
    HOOK_METHOD: 'POST',
    HOOK_HEADER_X_GITHUB_EVENT: 'push',
    HOOK_HEADER_X_TOKEN: '[a secret]',
    COUNTERSIGN_DESTINATION: 'shop',
    OWN_SECRET: 'left-out',
  });
});

it('of a file: the line', async () => {
  const path = join(temporaryDir(), 'events.jsonl');
  const view = await previewOf({ file: path, headers: SECRET });
  expect(view).toMatchObject({ kind: 'message', to: 'file', target: path });
  expect(JSON.parse(view.text)).toMatchObject({ gate: 'inbox', destination: 'shop', method: 'POST' });
  expect(Buffer.from(JSON.parse(view.text).bodyBase64, 'base64').toString()).toBe(BODY);
});

it('of NATS: the subject, the headers with Nats-Msg-Id, and the body', async () => {
  const view = await previewOf({
    nats: { servers: ['nats://127.0.0.1:9'], subject: 'hooks.{gate}' },
    headers: SECRET,
  });
  expect(view).toMatchObject({ kind: 'message', to: 'nats', subject: 'hooks.inbox', text: BODY });
  const id = view.headers?.find(({ name }) => name === 'Nats-Msg-Id')?.value;
  expect(id).toMatch(/^[0-9a-f-]{36}\.shop$/);
});

const ACTIONS = `
  export const take = { name: 'take', description: 'Takes.', input: { type: 'object' }, run: () => undefined };
`;

it.each([
  [BODY, { kind: 'message', to: 'action', text: BODY }],
  ['[1]', { kind: 'failed', problem: 'An action takes a JSON object or a form, and the body is neither.' }],
])('of an action: its input, or why it gets none (%s)', async (body, expected) => {
  const file = join(temporaryDir(), 'actions.mjs');
  writeFileSync(file, ACTIONS);
  expect(await previewOf({ actions: file }, body)).toMatchObject(expected);
});
