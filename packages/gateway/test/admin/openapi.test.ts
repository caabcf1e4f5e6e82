/** The OpenAPI document of the admin API is held to what a real gateway with traffic answers, on every route. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdminError,
  createAdminClient,
  type Declared,
  ROUTES,
  type Route,
  type RouteName,
} from '@countersign/api';
import { OPENAPI_FILE } from '@countersign/api/openapi';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it, vi } from 'vitest';
import {
  actionsModule,
  hmacHeaders,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  temporaryDir,
} from '../harness.ts';
import { startReloading } from '../setting/reloading.ts';

interface Content {
  readonly schema: object;
  readonly 'x-item-schema'?: object;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

interface OpenapiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document: OpenapiDocument = JSON.parse(readFileSync(OPENAPI_FILE, 'utf8'));
const OPERATIONS = new Map(
  Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => [operation.operationId, operation] as const),
);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ ...closed(document), $id: 'openapi' });

/** Members that no schema names are errors here: an answer must not say more than the document does. */
function closed(value: object): object;
function closed(value: unknown): unknown;
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, closed(member)] as const);
  const isOpen = 'properties' in value && 'type' in value && !('additionalProperties' in value);
  return Object.fromEntries(isOpen ? [...members, ['additionalProperties', false]] : members);
}

function pointed(schema: object): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"openapi#/')));
}

function operationOf(name: string): Operation {
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw new Error(`the document has no ${name}`);
  return operation;
}

/** What is wrong with an answer; empty where nothing is. */
function faultsOf(name: string, status: number, type: string, value: unknown): string {
  const { responses } = operationOf(name);
  const { content } = responses[String(status)] ?? {};
  const schema = content?.[type]?.['x-item-schema'] ?? content?.[type]?.schema;
  if (schema === undefined) return `${name} may not answer ${status} ${type}`;
  const validate = pointed(schema);
  return validate(value) ? '' : `${name} ${status}: ${ajv.errorsText(validate.errors)}`;
}

/** What is wrong with what a route is sent. */
function inputFaultsOf(name: string, input: Readonly<Record<string, unknown>>): readonly string[] {
  const { parameters = [], requestBody } = operationOf(name);
  const members = Object.entries(input);
  const ofParameters = parameters
    .filter((parameter) => parameter.in !== 'header' && input[parameter.name] !== undefined)
    .filter((parameter) => !pointed(parameter.schema)(input[parameter.name]))
    .map((parameter) => parameter.name);
  const names = new Set(parameters.map((parameter) => parameter.name));
  const body = Object.fromEntries(members.filter(([member]) => !names.has(member)));
  const schema = requestBody?.content['application/json']?.schema;
  const isGood = schema === undefined ? Object.keys(body).length === 0 : pointed(schema)(body);
  return isGood ? ofParameters : [...ofParameters, 'body'];
}

const TOKEN = 'a-token-of-this-test';
const ACTIONS = `
export default [{
  name: 'greet',
  description: 'greets',
  input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  run: async ({ input }) => ({ hello: input.name }),
}];
`;

interface World {
  readonly gateway: TestGateway;
  readonly event: string;
  readonly refused: string;
  readonly issue: string;
  readonly claim: string;
  readonly line: string;
}

/** A gateway that has accepted, refused, delivered, failed to deliver, and run an action. */
async function startWorld(): Promise<World> {
  const good = await startUpstream((_, response) => response.end('taken'));
  const bad = await startUpstream((_, response) => {
    response.statusCode = 400;
    response.end('no');
  });
  const tokens = await startUpstream((_, response) => {
    response.end(JSON.stringify({ access_token: 'a-token', token_type: 'Bearer', expires_in: 600 }));
  });
  const keys = [{ id: 'main', secret: SECRET }];
  const gateway = await start(
    {
      in: {
        path: '/in',
        provider: 'hmac',
        keys,
        keepRefused: {},
        keep: {
          deliver: [
            { name: 'good', to: good.url },
            { name: 'bad', to: bad.url },
          ],
        },
      },
      handed: {
        path: '/handed',
        scheme: {
          algorithm: 'hmac-sha256',
          signature: 'x-signature',
          message: '{body}',
          handshake: { signed: false, challenge: 'key', answer: '', deliversKey: true },
        },
        keep: {},
      },
      act: { path: '/run/greet', provider: 'hmac', keys, answer: { actions: actionsModule(ACTIONS) } },
    },
    {
      storeKey: 'ab'.repeat(32),
      admin: { token: TOKEN },
      sandbox: 'gates',
      sessions: {
        partner: {
          broker: 'oauth2-client-credentials',
          at: '/partner',
          tokenUrl: tokens.url,
          clientId: 'c',
          clientSecret: 'the client secret of the backend',
          auth: { secret: 'a secret of the page: nobody may see it' },
        },
      },
    },
  );
  const body = '{"hello":"world"}';
  await send(`${gateway.publicUrl}/in`, { body, headers: hmacHeaders(body) });
  await send(`${gateway.publicUrl}/in`, { body, headers: { ...hmacHeaders(body), 'x-signature': 'ab' } });
  await send(`${gateway.publicUrl}/run/greet`, {
    body: '{"name":"Ada"}',
    headers: hmacHeaders('{"name":"Ada"}'),
  });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
  const { events } = await client.call('events');
  const { refused } = await client.call('refused');
  const exported = await client.call('exportEvents', { place: 0 });
  const event = events[0]?.id ?? '';
  // What has been tried once is tried again later.
  await vi.waitFor(async () => {
    expect((await client.call('delivery', { event, destination: 'bad' })).attempts).toBeGreaterThan(0);
    expect((await client.call('delivery', { event, destination: 'good' })).state).toBe('delivered');
    expect((await client.call('issues')).issues).not.toEqual([]);
  });
  const { issues } = await client.call('issues');
  return {
    gateway,
    event,
    refused: refused[0]?.id ?? '',
    issue: issues[0]?.id ?? '',
    claim: gateway.records[0]?.claimId ?? '',
    line: JSON.stringify(exported.events[0]),
  };
}

/** Of each route a call that it takes, in the order in which they are made; undefined: it needs what this gateway has not. */
const CALLS: Readonly<Record<RouteName, ((world: World) => Readonly<Record<string, unknown>>) | undefined>> =
  {
    health: () => ({}),
    ready: () => ({}),
    gates: () => ({}),
    sessions: () => ({}),
    onboardings: () => ({}),
    claim: ({ claim }) => ({ gate: 'in', claim }),
    releaseClaim: ({ claim }) => ({ gate: 'in', claim }),
    refused: () => ({ gate: 'in', limit: 5 }),
    refusedRequest: ({ refused }) => ({ id: refused }),
    liveVerdicts: undefined,
    metrics: () => ({}),
    openapi: () => ({}),
    gateKeys: () => ({ gate: 'in' }),
    addKey: () => ({ gate: 'in', id: 'new', generate: true, until: '2099-01-01T00:00:00Z' }),
    changeKey: () => ({ gate: 'in', key: 'new', change: 'retire' }),
    keyDelivery: () => ({ gate: 'handed' }),
    openKeyDelivery: () => ({ gate: 'handed', minutes: 5 }),
    // A platform hands the key over: test/gates/key-delivery.test.ts.
    revealHandedKey: undefined,
    logInWays: () => ({}),
    logIn: () => ({ token: TOKEN }),
    loggedIn: () => ({}),
    logOut: () => ({}),
    // A provider of OpenID Connect answers these: test/admin/access/oidc.test.ts.
    startOidc: undefined,
    finishOidc: undefined,
    events: () => ({ gate: 'in', limit: 1 }),
    searchEvents: () => ({ text: 'world' }),
    followEvents: () => ({ place: 0 }),
    exportEvents: () => ({ place: 0 }),
    event: ({ event }) => ({ id: event }),
    deliveries: () => ({ limit: 10 }),
    delivery: ({ event }) => ({ event, destination: 'bad' }),
    changeDeliveries: () => ({ change: 'redrive', destination: 'bad', dryRun: true }),
    resendEvent: ({ event }) => ({ id: event, destination: 'good' }),
    previewDelivery: ({ event }) => ({ id: event, destination: 'good' }),
    destinations: () => ({}),
    changeDestination: () => ({ destination: 'good', change: 'pause' }),
    issues: () => ({}),
    issue: ({ issue }) => ({ id: issue }),
    changeIssue: ({ issue }) => ({ id: issue, change: 'acknowledge', note: 'somebody looks' }),
    storeStats: () => ({}),
    verifyStore: () => ({}),
    backupStore: () => ({ file: join(temporaryDir(), 'copy.db') }),
    importEvents: ({ line }) => ({ lines: `${line}\nnonsense` }),
    traceEvent: ({ event }) => ({ id: event, at: 'received' }),
    traceRefused: ({ refused }) => ({ id: refused }),
    explain: () => ({ gate: 'in', request: 'curl https://hooks.example/in -d a' }),
    audit: () => ({ limit: 200 }),
    verifyAudit: () => ({}),
    eventBody: ({ event }) => ({ id: event }),
    refusedBody: ({ refused }) => ({ id: refused }),
    eventTest: ({ event }) => ({ id: event }),
    refusedTest: ({ refused }) => ({ id: refused }),
    // Of a gate that registers its actions: registration.test.ts.
    registration: undefined,
    pushRegistration: undefined,
    sendEventAgain: ({ event }) => ({ id: event }),
    sendRefusedAgain: ({ refused }) => ({ id: refused }),
    actions: () => ({}),
    testAction: () => ({ gate: 'act', action: 'greet', input: '{"name":"Ada"}' }),
    actionRuns: () => ({ gate: 'act' }),
    // Of a gateway that has a file: below.
    config: undefined,
    validateConfig: undefined,
    reloadConfig: undefined,
    sandbox: () => ({}),
    changeSandbox: () => ({ change: 'pause' }),
    eraseEvents: ({ event }) => ({ id: event }),
  };

describe('the document', () => {
  it('has each route of the table, and no other', () => {
    expect([...OPERATIONS.keys()].sort()).toEqual(Object.keys(ROUTES).sort());
    for (const { method, path } of Object.values<Route>(ROUTES))
      expect(document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]).toBeDefined();
  });

  it('describes what each route is sent and answers, of a gateway with traffic', {
    timeout: 60_000,
  }, async () => {
    const world = await startWorld();
    const faults: string[] = [];
    for (const [name, inputOf] of Object.entries(CALLS)) {
      if (inputOf === undefined) continue;
      const input = inputOf(world);
      faults.push(...inputFaultsOf(name, input).map((part) => `${name} is sent a bad ${part}`));
      const { status, type, value } = await asked(world.gateway, name as RouteName, input);
      faults.push(faultsOf(name, status, type, value));
    }
    expect(faults.filter((fault) => fault !== '')).toEqual([]);
  });

  it('describes what a gateway that has a file answers of its configuration', async () => {
    const { gateway, write } = await startReloading({
      gates: { in: { path: '/in', provider: 'none', respond: { status: 200 } } },
    });
    write({ gates: { out: { path: '/out', provider: 'none', respond: { status: 201 } } } });
    const calls = { config: {}, validateConfig: { text: 'gates: { in: { pth: 3 } }' }, reloadConfig: {} };
    for (const [name, input] of Object.entries(calls)) {
      const { status, type, value } = await asked(gateway, name as RouteName, input);
      expect([...inputFaultsOf(name, input), faultsOf(name, status, type, value)]).toEqual(['']);
    }
  });

  it('describes each kind of item that the live stream has', async () => {
    const world = await startWorld();
    const client = createAdminClient({ baseUrl: world.gateway.adminUrl ?? '', token: TOKEN });
    const stop = new AbortController();
    const kinds = new Set<string>();
    const faults: string[] = [];
    let changed: Promise<unknown> | undefined;
    const onOpen = (): void => {
      const body = '{"second":true}';
      void send(`${world.gateway.publicUrl}/in`, { body, headers: hmacHeaders(body) });
      void send(`${world.gateway.publicUrl}/in`, { body, headers: { 'x-signature': 'ab' } });
      changed = client.call('changeIssue', { id: world.issue, change: 'acknowledge' });
    };
    for await (const part of client.stream('liveVerdicts', {}, { signal: stop.signal, onOpen })) {
      if (part.kind !== 'item') continue;
      kinds.add(['issue', 'delivery', 'verdict'].find((member) => member in part.item) ?? 'finding');
      faults.push(faultsOf('liveVerdicts', 200, 'text/event-stream', part.item));
      if (['issue', 'delivery', 'verdict'].every((kind) => kinds.has(kind))) stop.abort();
    }
    // It is told before it is stored.
    await changed;
    expect(faults.filter((fault) => fault !== '')).toEqual([]);
  });

  it('describes what is refused', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'none', keep: {} } });
    const { value, status } = await asked(gateway, 'event', { id: 'nothing' });
    expect(status).toBe(404);
    const problem = pointed({ $ref: '#/components/schemas/ProblemView' });
    expect(problem(value), ajv.errorsText(problem.errors)).toBe(true);
    expect(problem({ ...Object(value), code: 'no-such-code' })).toBe(false);
  });

  it('is served as it is in the package, to who has the token', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'none', keep: {} } });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(JSON.parse(await client.call('openapi'))).toEqual(document);
    const stranger = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: 'another' });
    await expect(stranger.call('openapi')).rejects.toBeInstanceOf(AdminError);
  });

  it('has patterns that take what the table’s take', () => {
    const texts = [
      '',
      'a',
      'é',
      '\n',
      'a\u0000',
      'AB'.repeat(16),
      'ab'.repeat(16),
      'x'.repeat(501),
      '/a',
      'redrive',
    ];
    for (const [name, { params, query, body }] of Object.entries<Route>(ROUTES)) {
      const { parameters = [], requestBody } = operationOf(name);
      const inBody: object = requestBody?.content['application/json']?.schema ?? {};
      const { properties = {} }: { properties?: Readonly<Record<string, object>> } = inBody;
      for (const [member, field] of Object.entries<Declared>({
        ...params,
        ...query,
        ...body,
      })) {
        if (field.kind !== 'text') continue;
        const schema =
          parameters.find((parameter) => parameter.name === member)?.schema ?? properties[member] ?? {};
        const judge = pointed(schema);
        for (const text of texts)
          expect([name, member, text, judge(text)]).toEqual([name, member, text, field.pattern.test(text)]);
      }
    }
  });
});

/** The answer to a call as it came. */
async function asked(
  { adminUrl = '', adminToken }: Pick<TestGateway, 'adminUrl' | 'adminToken'>,
  name: RouteName,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly status: number; readonly type: string; readonly value: unknown }> {
  const answers: Response[] = [];
  const client = createAdminClient({
    baseUrl: adminUrl,
    token: adminToken,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      answers.push(response.clone());
      return response;
    },
  });
  const call = client.call as (route: string, values: object) => Promise<unknown>;
  await call(name, input).catch((error: unknown) => {
    if (!(error instanceof AdminError)) throw error;
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error(`${name} was not asked`);
  const type = answer.headers.get('content-type') ?? '';
  const isJson = type.includes('json');
  return {
    status: answer.status,
    type: isJson ? (type.split(';', 1)[0] ?? '') : type,
    value: isJson ? await answer.json() : await answer.text(),
  };
}
