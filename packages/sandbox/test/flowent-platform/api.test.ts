import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { FlowentPlatformCall } from '../../src/flowent-platform/model.ts';
import { startFlowentPlatform } from '../../src/flowent-platform/platform.ts';
import { startActionServer } from './action-server.ts';
import {
  callApi,
  clientOf,
  draft,
  KEY,
  NOW_MS,
  passingFetch,
  startPlatform,
  TENANT,
  tokenOf,
} from './support.ts';

const WEBHOOKS = 'https://actions.example';

describe('the API of the platform', () => {
  it('has the calls of its description and no other', async () => {
    const platform = await startPlatform();
    const token = await tokenOf(platform);
    for (const path of ['/', '/action', '/actions/', '/actions/a/b', '/token', '/token/exchange/x']) {
      expect(await callApi(platform, 'GET', path, { token }), path).toMatchObject({
        status: 404,
        body: { error: 'not found' },
      });
    }
    const outside = { ...platform, baseUrl: platform.baseUrl.replace('/api/v1/gateway', '') };
    expect((await callApi(outside, 'GET', '/actions', { token })).status).toBe(404);
    expect((await callApi(outside, 'GET', '/', { token })).status).toBe(404);
  });

  it('says which methods a path has', async () => {
    const platform = await startPlatform();
    const allowed = async (method: string, path: string) => {
      const { status, headers, body } = await callApi(platform, method, path);
      expect({ status, body }).toEqual({ status: 405, body: { error: 'method not allowed' } });
      return headers.get('allow');
    };
    expect(await allowed('GET', '/token/exchange')).toBe('POST');
    expect(await allowed('DELETE', '/actions')).toBe('GET, POST');
    expect(await allowed('PATCH', '/actions/send_email')).toBe('GET, PUT, DELETE');
  });

  it('ignores a query', async () => {
    const client = await clientOf(await startPlatform());
    expect((await client('GET', '/actions?page=2')).status).toBe(200);
  });

  it('answers JSON', async () => {
    const client = await clientOf(await startPlatform());
    for (const path of ['/actions', '/actions/none', '/none']) {
      expect((await client('GET', path)).headers.get('content-type')).toBe('application/json');
    }
  });

  it('takes a body of 1 MB and no byte more', async () => {
    const platform = await startPlatform({ fetch: passingFetch });
    const client = await clientOf(platform);
    const empty = JSON.stringify({ ...draft('big', WEBHOOKS), json_schema: { fill: '' } });
    const body = (bytes: number) =>
      empty.replace('"fill":""', `"fill":"${'x'.repeat(bytes - empty.length)}"`);
    expect(await client('POST', '/actions', body(1_048_577))).toMatchObject({
      status: 413,
      body: { error: 'the body is larger than 1 MB' },
    });
    expect((await client('POST', '/actions', body(8_000_000))).status).toBe(413);
    expect((await client('POST', '/actions', body(1_048_576))).status).toBe(201);
  });

  it.each([
    ['half a JSON text', '{"name":'],
    ['no bytes', ''],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a byte order mark', '\ufeff{}'],
  ])('refuses %s as malformed', async (_, body) => {
    const client = await clientOf(await startPlatform());
    expect(await client('POST', '/actions', body)).toMatchObject({
      status: 400,
      body: { error: 'the body is not JSON' },
    });
    expect((await client('POST', '/token/exchange', body)).status).toBe(400);
  });

  it.each(['null', '7', '"text"', '[]', '[{}]'])('refuses %s as no object', async (body) => {
    const client = await clientOf(await startPlatform());
    expect((await client('POST', '/actions', body)).body['error']).toBe('the body must be a JSON object');
    expect((await client('POST', '/token/exchange', body)).body['error']).toBe('api_token: must be a text');
  });

  it('outlives a client that breaks off in the middle of its body', async () => {
    const platform = await startPlatform();
    const client = await clientOf(platform);
    const half = request(`${platform.baseUrl}/token/exchange`, {
      method: 'POST',
      headers: { 'content-length': '1000' },
    });
    const broken = new Promise((resolve) => half.once('error', resolve));
    await new Promise<void>((resolve) => half.write('{"api_token":', () => resolve()));
    half.destroy(new Error('gone'));
    await broken;
    expect((await client('GET', '/actions')).status).toBe(200);
  });

  it('tells of each call before it answers', async () => {
    const calls: FlowentPlatformCall[] = [];
    const platform = await startPlatform({ onCall: (call) => calls.push(call) });
    const client = await clientOf(platform);
    await client('GET', '/actions/none?x=1');
    await client('GET', '/none');
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/api/v1/gateway/token/exchange',
        route: 'POST /token/exchange',
        status: 200,
      },
      {
        method: 'GET',
        path: '/api/v1/gateway/actions/none',
        route: 'GET /actions/{name}',
        status: 404,
      },
      { method: 'GET', path: '/api/v1/gateway/none', route: undefined, status: 404 },
    ]);
  });
});

describe('actions of the platform', () => {
  it('are dated by its clock, and listed in the order of their registration', async () => {
    let nowMs = NOW_MS;
    const platform = await startPlatform({ now: () => nowMs, fetch: passingFetch });
    const client = await clientOf(platform);
    await client('POST', '/actions', draft('b', WEBHOOKS));
    await client('POST', '/actions', draft('a', WEBHOOKS));
    nowMs += 1_234;
    await client('PUT', '/actions/b', { description: 'Changed.' });
    const dates = { created_at: '2025-10-09T08:53:20.000Z', updated_at: '2025-10-09T08:53:20.000Z' };
    expect(platform.actions()).toMatchObject([
      { name: 'b', description: 'Changed.', ...dates, updated_at: '2025-10-09T08:53:21.234Z' },
      { name: 'a', description: 'Does a.', ...dates },
    ]);
    expect((await client('GET', '/actions')).body['actions']).toEqual(platform.actions());
  });

  it('are refused with every rule that they break', async () => {
    const client = await clientOf(await startPlatform());
    const refused = async (body: unknown) => (await client('POST', '/actions', body)).body['error'];
    expect(await refused({ name: 'A', description: '', webhook_url: 'x', json_schema: null, more: 1 })).toBe(
      'name: must be 1 to 100 of the characters a-z, 0-9 and _; ' +
        'description: must be a text of 1 to 500 characters; ' +
        'webhook_url: must be an absolute https URL; ' +
        'json_schema: must be a JSON object; ' +
        'more: is not a member that this call knows',
    );
    expect(await refused({ name: 'a', json_schema: {} })).toBe(
      'description: is missing; webhook_url: is missing',
    );
    expect(await refused(`{"__proto__":{},${JSON.stringify(draft('a', WEBHOOKS)).slice(1)}`)).toBe(
      '__proto__: is not a member that this call knows',
    );
  });

  it('are changed by a description, a webhook, a schema, and by nothing else', async () => {
    const platform = await startPlatform({ fetch: passingFetch });
    const client = await clientOf(platform);
    await client('POST', '/actions', draft('one', WEBHOOKS));
    const before = platform.actions();
    const refused = async (body: unknown) => {
      const { status, body: answer } = await client('PUT', '/actions/one', body);
      expect(status).toBe(400);
      return answer['error'];
    };
    expect(await refused({})).toBe('nothing to change: give any of description, webhook_url, json_schema');
    expect(await refused({ name: 'one', description: 'Changed.' })).toBe(
      'name: cannot be changed; delete the action and create it under the new name',
    );
    expect(await refused({ tenant_id: 'x' })).toBe('tenant_id: is not a member that this call knows');
    expect(platform.actions()).toEqual(before);
  });

  it('of one tenant are not seen, changed or deleted by another', async () => {
    const platform = await startPlatform({
      tenants: [TENANT, { apiToken: 'other-token', hmacKey: 'other-key' }],
      fetch: passingFetch,
    });
    const [first, second] = [await clientOf(platform), await clientOf(platform, 1)];
    await first('POST', '/actions', draft('shared_name', WEBHOOKS));
    expect((await second('GET', '/actions')).body).toEqual({ actions: [] });
    expect((await second('GET', '/actions/shared_name')).status).toBe(404);
    expect((await second('PUT', '/actions/shared_name', { description: 'Mine.' })).status).toBe(404);
    expect((await second('DELETE', '/actions/shared_name')).status).toBe(404);

    expect((await second('POST', '/actions', draft('shared_name', WEBHOOKS))).status).toBe(201);
    expect((await second('DELETE', '/actions/shared_name')).status).toBe(200);
    const [{ tenantId }, other] = platform.tenants;
    expect(platform.actions()).toMatchObject([{ name: 'shared_name', tenant_id: tenantId }]);
    expect(platform.actions(other?.tenantId)).toEqual([]);
    expect(() => platform.actions('nobody')).toThrow(/^tenant: there is none with the id "nobody"/);
  });

  it('are found by nothing that JavaScript’s objects come with', async () => {
    const platform = await startPlatform();
    const client = await clientOf(platform);
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect((await client('GET', `/actions/${name}`)).status).toBe(404);
    }
  });
});

describe('starting the platform', () => {
  it('makes a tenant up where none is given', async () => {
    const [first, other] = [await startPlatform(), await startPlatform()].map(({ tenants }) => tenants[0]);
    expect(first?.tenantId).not.toBe(other?.tenantId);
    const platform = await startFlowentPlatform();
    try {
      expect(platform.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/gateway$/);
      expect(platform.tenants).toHaveLength(1);
      const server = await startActionServer(platform.tenants[0].hmacKey);
      const client = await clientOf(platform);
      expect((await client('POST', '/actions', draft('send_email', server.url))).status).toBe(201);
      expect(await platform.call('send_email', {}, { form: 'javascript' })).toMatchObject({
        status: 200,
        result: 'ran send_email with {}',
      });
    } finally {
      await platform.close();
    }
  });

  it.each([
    ['no tenant', [], /^tenants: the list is empty/],
    ['an id that is not a UUID', [{ ...TENANT, tenantId: 'a' }], /^tenants\[0\]\.tenantId: not a UUID/],
    ['an empty API token', [{ apiToken: '', hmacKey: 'k' }], /^tenants\[0\]\.apiToken: empty/],
    ['an empty key', [{ apiToken: 't', hmacKey: '' }], /^tenants\[0\]\.hmacKey: empty/],
    ['two tenants with one API token', [TENANT, TENANT], /^tenants\[1\]\.apiToken: another tenant has it/],
  ])('refuses %s', async (_, tenants, message) => {
    await expect(startFlowentPlatform({ tenants })).rejects.toThrow(message);
    await expect(startFlowentPlatform({ tenants })).rejects.toMatchObject({ name: 'SetupError' });
  });

  it('refuses two tenants with one id', async () => {
    const tenantId = '01890000-0000-4000-8000-000000000001';
    const tenants = [
      { ...TENANT, tenantId },
      { apiToken: 'other', hmacKey: KEY, tenantId },
    ];
    await expect(startFlowentPlatform({ tenants })).rejects.toThrow(/^tenants\[1\]\.tenantId: another/);
  });

  it('fails where the port is taken', async () => {
    const platform = await startPlatform();
    const port = Number(new URL(platform.baseUrl).port);
    await expect(startFlowentPlatform({ port })).rejects.toThrow(/EADDRINUSE/);
  });
});
