/** A gate's actions registered by the admin API: with a platform that tests each action at the gateway that runs. */
import { type AdminClient, AdminError, createAdminClient, type ProblemCode } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { type FlowentPlatform, startFlowentPlatform } from '../../../sandbox/src/index.ts';
import { actionsModule, later, start, type TestGateway } from '../harness.ts';

const ACTIONS = `export default [
  { name: 'greet', description: 'Greets.', input: { type: 'object', properties: { name: { type: 'string' } } }, run: () => 'hello' },
  { name: 'wave', description: 'Waves.', input: { type: 'object' }, run: () => 'waved' },
];`;

interface World {
  readonly platform: FlowentPlatform;
  readonly gateway: TestGateway;
  readonly client: AdminClient;
}

async function started(apiUrl?: string, publicUrl?: string): Promise<World> {
  const platform = await startFlowentPlatform({});
  later(() => platform.close());
  const [{ apiToken, hmacKey }] = platform.tenants;
  const port = await freePort();
  const gateway = await start(
    {
      chat: {
        path: '/actions/:action',
        provider: 'flowent',
        keys: [{ id: 'main', secret: hmacKey }],
        answer: {
          actions: actionsModule(ACTIONS),
          register: { apiUrl: apiUrl ?? platform.baseUrl, apiToken },
        },
      },
      other: { path: '/other', provider: 'none', respond: { status: 200 } },
    },
    {
      listen: { public: `127.0.0.1:${port}`, admin: '127.0.0.1:0' },
      publicUrl: publicUrl ?? `http://127.0.0.1:${port}`,
    },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return { platform, gateway, client };
}

async function problemOf(
  call: Promise<unknown>,
): Promise<{ readonly code: ProblemCode | undefined; readonly message: string }> {
  return call.then(
    () => ({ code: undefined, message: 'nothing was refused' }),
    (error: unknown) => {
      if (!(error instanceof AdminError)) throw error;
      return { code: error.code, message: error.message };
    },
  );
}

const gate = 'chat';

describe('the registration of a gate', () => {
  it('is planned with its differences, and pushed as it was looked at', async () => {
    const { platform, gateway, client } = await started();
    const plan = await client.call('registration', { gate });
    expect(plan).toMatchObject({
      apiUrl: platform.baseUrl,
      gates: ['chat'],
      prune: false,
      actionsAfter: 2,
      calls: 4,
      steps: [
        {
          action: 'greet',
          step: 'create',
          after: { name: 'greet', webhook_url: `${gateway.publicUrl}/actions/greet` },
        },
        { action: 'wave', step: 'create' },
      ],
    });
    expect(platform.actions()).toEqual([]);
    const pushed = await client.call('pushRegistration', { gate, plan: plan.hash });
    expect(pushed).toEqual({
      apiUrl: platform.baseUrl,
      done: [
        { action: 'greet', deed: 'created' },
        { action: 'wave', deed: 'created' },
      ],
      failed: [],
      notTried: [],
    });
    expect(platform.actions().map(({ name }) => name)).toEqual(['greet', 'wave']);
    const again = await client.call('registration', { gate });
    expect(again.steps.map(({ step }) => step)).toEqual(['unchanged', 'unchanged']);
    expect(gateway.log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: 'actions were registered', gate, by: 'token', done: pushed.done }),
    );
  });

  it('is pushed by nobody who has seen another plan, and nothing is done then', async () => {
    const { platform, client } = await started();
    const first = await client.call('registration', { gate });
    await client.call('pushRegistration', { gate, plan: first.hash });
    const refused = await problemOf(client.call('pushRegistration', { gate, plan: first.hash }));
    expect(refused).toEqual({
      code: 'changed-meanwhile',
      message:
        'the admin API answered 412: the plan is another by now: look at it again, and push it with its new hash',
    });
    // To delete what only the platform has is another plan.
    const { hash } = await client.call('registration', { gate });
    expect((await problemOf(client.call('pushRegistration', { gate, plan: hash, prune: true }))).code).toBe(
      'changed-meanwhile',
    );
    expect(platform.actions()).toHaveLength(2);
  });

  it('is refused where there is none, where it cannot be, and where the platform fails', async () => {
    const { client } = await started(`http://127.0.0.1:${await freePort()}/api/v1/gateway`);
    expect(await problemOf(client.call('registration', { gate: 'other' }))).toEqual({
      code: 'no-registration',
      message: 'the admin API answered 404: the gate registers its actions with no platform',
    });
    expect((await problemOf(client.call('registration', { gate: 'chta' }))).code).toBe('no-such-gate');
    const failed = await problemOf(client.call('registration', { gate }));
    expect(failed.code).toBe('platform-failed');
    expect(failed.message).toMatch(/Check that the platform is up and can be reached from here\.$/);
    const far = await started('https://platform.example/api/v1/gateway', 'http://gate.example');
    expect(await problemOf(far.client.call('registration', { gate }))).toMatchObject({
      code: 'not-registrable',
      message: expect.stringContaining('publicUrl: http://gate.example is not https'),
    });
  }, 40_000);
});
