/**
 * What the Flowent platform's API does by its description, as a suite for any test runner. It holds for the simulated
 * platform and for the real one: it asks for nothing that the description leaves open, and deletes what it creates.
 */
import assert from 'node:assert/strict';
import type { TestFunctions } from '@countersign/core/testing';
import { actionOf, assertError, listed } from './flowent-platform-replies.ts';
import {
  type FlowentPlatformBench,
  type FlowentPlatformTarget,
  member,
  openBench,
} from './flowent-platform-target.ts';

export interface FlowentPlatformContractOptions extends TestFunctions {
  /** Names the platform in the test report. */
  readonly name: string;
  /** Called once a test; it may give the same target each time. */
  readonly create: () => FlowentPlatformTarget | Promise<FlowentPlatformTarget>;
  /** Called after each test, whether it passed or not. Default: nothing. */
  readonly dispose?: (target: FlowentPlatformTarget) => void | Promise<void>;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const MEMBERS = [
  'created_at',
  'description',
  'id',
  'json_schema',
  'name',
  'tenant_id',
  'updated_at',
  'webhook_url',
];
const SCHEMA = {
  type: 'object',
  properties: { recipient: { type: 'string', description: 'An address – “ünïcode” <&>' } },
  required: ['recipient'],
  additionalProperties: false,
};

/**
 * Declares the tests; a failing one throws. The whole suite makes about 230 calls of the API.
 * @example testFlowentPlatform({ describe, it, name: 'sandbox', create: () => target });
 */
export function testFlowentPlatform(options: FlowentPlatformContractOptions): void {
  const test = (title: string, body: (bench: FlowentPlatformBench) => Promise<void>): void => {
    options.it(title, async () => {
      const target = await options.create();
      try {
        const bench = await openBench(target);
        try {
          await body(bench);
        } finally {
          await bench.clean();
        }
      } finally {
        await options.dispose?.(target);
      }
    });
  };

  options.describe(`Flowent platform contract: ${options.name}`, () => {
    tokenTests(test);
    registrationTests(test);
    refusalTests(test);
    changeTests(test);
  });
}

type Test = (title: string, body: (bench: FlowentPlatformBench) => Promise<void>) => void;

function tokenTests(test: Test): void {
  test('an API token is exchanged for a bearer token of 24 h', async ({ call, target }) => {
    const reply = await call('POST', '/token/exchange', {
      body: { api_token: target.apiToken },
      token: undefined,
    });
    assert.equal(reply.status, 200);
    assert.match(String(member(reply.body, 'jwt_token')), /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(member(reply.body, 'token_type'), 'Bearer');
    assert.equal(member(reply.body, 'expires_in'), 86_400);
  });

  test('an unknown API token is exchanged for nothing', async ({ call, target }) => {
    const body = { api_token: `${target.apiToken}x` };
    assertError(await call('POST', '/token/exchange', { body, token: undefined }), 401);
  });

  for (const body of ['', '{"api_token":', '[]', '{}', '{"api_token":7}']) {
    test(`a token exchange with the body ${body || 'of no bytes'} is malformed`, async ({ call }) => {
      assertError(await call('POST', '/token/exchange', { body, token: undefined }), 400);
    });
  }

  test('every call but the exchange wants a good token', async ({ call, target }) => {
    const { body } = await call('POST', '/token/exchange', { body: { api_token: target.apiToken } });
    const [head = '', claims = '', signature = ''] = String(member(body, 'jwt_token')).split('.');
    const forged = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    // The head is {"alg":"none"}.
    const unsigned = `eyJhbGciOiJub25lIn0.${claims}.`;
    const calls: readonly [method: string, path: string, body?: unknown][] = [
      ['GET', '/actions'],
      ['POST', '/actions', draftOf(target)],
      ['GET', '/actions/any'],
      ['PUT', '/actions/any', { description: 'Any.' }],
      ['DELETE', '/actions/any'],
    ];
    for (const [method, path, body] of calls) {
      for (const token of [undefined, 'x', target.apiToken, forged, unsigned]) {
        assertError(await call(method, path, { body, token }), 401);
      }
    }
  });
}

function registrationTests(test: Test): void {
  test('what is registered is answered, found by its name, and listed', async ({ create, call, target }) => {
    const draft = draftOf(target);
    const created = await create(draft);
    const action = actionOf(created, 201);
    assert.deepEqual(Object.keys(action).sort(), MEMBERS);
    assert.deepEqual({ ...action, ...draft }, action);
    assert.match(String(action['id']), UUID);
    assert.match(String(action['tenant_id']), UUID);
    assert.match(String(action['created_at']), RFC_3339);
    assert.match(String(action['updated_at']), RFC_3339);
    assert.deepEqual(actionOf(await call('GET', `/actions/${draft.name}`), 200), action);
    assert.deepEqual(await listed(call, draft.name), [action]);
  });

  test('two actions are of one tenant and have two ids', async ({ create, call, target }) => {
    const [a, b] = [draftOf(target), draftOf(target)];
    const first = actionOf(await create(a), 201);
    const second = actionOf(await create(b), 201);
    assert.equal(first['tenant_id'], second['tenant_id']);
    assert.notEqual(first['id'], second['id']);
    assert.deepEqual(await listed(call, a.name), [first]);
    assert.deepEqual(await listed(call, b.name), [second]);
  });

  test('a name of 100 characters and descriptions of 1 and 500 are taken', async ({ create, target }) => {
    const name = target.unusedName().padEnd(100, '0');
    actionOf(await create({ ...draftOf(target, name), description: 'd' }), 201);
    actionOf(await create({ ...draftOf(target), description: 'd'.repeat(500) }), 201);
  });

  test('a name that exists is a conflict, and what it names stays', async ({ create, call, target }) => {
    const draft = draftOf(target);
    const action = actionOf(await create(draft), 201);
    assertError(await create({ ...draft, description: 'Another one.' }), 409);
    assert.deepEqual(actionOf(await call('GET', `/actions/${draft.name}`), 200), action);
  });

  test('of two registrations of one name at once, one is a conflict', async ({ create, call, target }) => {
    const draft = draftOf(target);
    const replies = await Promise.all([create(draft), create(draft)]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409]);
    assert.equal((await listed(call, draft.name)).length, 1);
  });

  test('a webhook that fails the platform’s test is not registered', async ({ create, call, target }) => {
    const draft = { ...draftOf(target), webhook_url: target.failingWebhookUrl };
    const reply = await create(draft);
    assertError(reply, 400);
    assert.match(String(member(reply.body, 'error')), /^action validation failed: ./);
    assertError(await call('GET', `/actions/${draft.name}`), 404);
  });
}

function refusalTests(test: Test): void {
  const refused = (what: string, change: (name: string) => Readonly<Record<string, unknown>>): void =>
    test(`${what} is not registered`, async ({ create, call, target }) => {
      const draft = draftOf(target);
      assertError(await create({ ...draft, ...change(draft.name) }), 400);
      assertError(await call('GET', `/actions/${draft.name}`), 404);
    });

  refused('a name with a capital', (name) => ({ name: `${name}A` }));
  refused('a name with a hyphen', (name) => ({ name: `${name}-a` }));
  refused('a name with white space after it', (name) => ({ name: `${name}\n` }));
  refused('a name that is not ASCII', (name) => ({ name: `${name}é` }));
  refused('a name of 101 characters', (name) => ({ name: name.padEnd(101, '0') }));
  refused('an empty name', () => ({ name: '' }));
  refused('an empty description', () => ({ description: '' }));
  refused('a description of 501 characters', () => ({ description: 'd'.repeat(501) }));
  refused('a webhook without a scheme', () => ({ webhook_url: 'actions.example/x' }));
  refused('a webhook that is not a web address', () => ({ webhook_url: 'ftp://actions.example/x' }));
  refused('a webhook out in the world without https', () => ({ webhook_url: 'http://actions.example/x' }));
  refused('a schema that is a list', () => ({ json_schema: [] }));
  refused('a schema that is a text', () => ({ json_schema: '{}' }));
  for (const name of ['name', 'description', 'webhook_url', 'json_schema']) {
    refused(`an action without ${name}`, () => ({ [name]: undefined }));
    refused(`an action whose ${name} is null`, () => ({ [name]: null }));
  }

  test('a registration that is not JSON is malformed', async ({ call }) => {
    assertError(await call('POST', '/actions', { body: '{"name":' }), 400);
  });
}

function changeTests(test: Test): void {
  const changes: readonly [what: string, change: (webhookUrl: string) => object][] = [
    ['a description', () => ({ description: 'Changed – “ünïcode”.' })],
    ['a schema', () => ({ json_schema: { type: 'object', properties: {} } })],
    ['a webhook', (webhookUrl) => ({ webhook_url: `${webhookUrl}?moved=1` })],
    ['a description and a schema', () => ({ description: 'Both.', json_schema: {} })],
  ];
  for (const [what, change] of changes) {
    test(`${what} can be changed, and nothing else changes`, async ({ create, call, target }) => {
      const draft = draftOf(target);
      const action = actionOf(await create(draft), 201);
      const body = change(draft.webhook_url);
      const changed = actionOf(await call('PUT', `/actions/${draft.name}`, { body }), 200);
      assert.deepEqual(changed, { ...action, ...body, updated_at: changed['updated_at'] });
      assert.match(String(changed['updated_at']), RFC_3339);
      assert.ok(Date.parse(String(changed['updated_at'])) >= Date.parse(String(action['updated_at'])));
      assert.deepEqual(actionOf(await call('GET', `/actions/${draft.name}`), 200), changed);
      assert.deepEqual(await listed(call, draft.name), [changed]);
    });
  }

  const refused: readonly [what: string, body: unknown][] = [
    ['an empty description', { description: '' }],
    ['a description of 501 characters', { description: 'd'.repeat(501) }],
    ['a webhook without a scheme', { webhook_url: 'actions.example/x' }],
    ['a webhook out in the world without https', { webhook_url: 'http://actions.example/x' }],
    ['a schema that is a list', { json_schema: [] }],
    ['what is not JSON', '{"description":'],
  ];
  for (const [what, body] of refused) {
    test(`${what} changes nothing`, async ({ create, call, target }) => {
      const { name } = draftOf(target);
      const action = actionOf(await create(draftOf(target, name)), 201);
      assertError(await call('PUT', `/actions/${name}`, { body }), 400);
      assert.deepEqual(actionOf(await call('GET', `/actions/${name}`), 200), action);
    });
  }

  test('a name cannot be changed', async ({ create, call, target }) => {
    const [draft, other] = [draftOf(target), target.unusedName()];
    actionOf(await create(draft), 201);
    await call('PUT', `/actions/${draft.name}`, { body: { name: other, description: 'Renamed?' } });
    assert.equal(actionOf(await call('GET', `/actions/${draft.name}`), 200)['name'], draft.name);
    assertError(await call('GET', `/actions/${other}`), 404);
  });

  test('what is deleted is gone, and its name is free', async ({ create, call, target }) => {
    const draft = draftOf(target);
    const first = actionOf(await create(draft), 201);
    const reply = await call('DELETE', `/actions/${draft.name}`);
    assert.equal(reply.status, 200);
    assert.equal(typeof member(reply.body, 'message'), 'string');
    assertError(await call('GET', `/actions/${draft.name}`), 404);
    assert.deepEqual(await listed(call, draft.name), []);
    assert.notEqual(actionOf(await create(draft), 201)['id'], first['id']);
  });

  test('what does not exist cannot be got, changed or deleted', async ({ call, target }) => {
    const path = `/actions/${target.unusedName()}`;
    assertError(await call('GET', path), 404);
    assertError(await call('PUT', path, { body: { description: 'Nothing.' } }), 404);
    assertError(await call('DELETE', path), 404);
  });
}

interface Draft extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly webhook_url: string;
}

function draftOf(target: FlowentPlatformTarget, name: string = target.unusedName()): Draft {
  return {
    name,
    description: 'Sends an email – “ünïcode” 🚀 <&>.',
    webhook_url: target.webhookUrl(name),
    json_schema: SCHEMA,
  };
}
