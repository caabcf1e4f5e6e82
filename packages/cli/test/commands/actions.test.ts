// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** actions plan, push, pull, and serve --register: against a platform, with a gateway that answers its tests. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { createFlowentClient, type FlowentApi, Secret } from '@countersign/gateway/flowent';
import { type FlowentPlatform, startFlowentPlatform } from '@countersign/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Io } from '../../src/io.ts';
import { runCli } from '../../src/run-cli.ts';
import { newFolder, type Ran, run } from '../support.ts';

const CONFIG = `
listen: { public: "127.0.0.1:\${env:GATE_PORT:-0}", admin: off }
publicUrl: "\${env:PUBLIC_URL}"
store: ":memory:"
log: { level: silent }
gates:
  flowent:
    path: /actions/:action
    provider: flowent
    keys: [{ id: main, secret: "\${env:HMAC_KEY}" }]
    answer:
      actions: ./actions.mjs
      register: { apiUrl: "\${env:API_URL}", apiToken: "\${env:API_TOKEN}" }
`;

/** Somebody else's action server, which passes every test. */
const THEIRS = 'https://theirs.example.com/run';

interface ActionText {
  readonly name: string;
  readonly description?: string;
  readonly input?: object;
}

/** A project’s folder. Each has its own: the runtime loads a module once. */
const project = (actions: readonly ActionText[], config = CONFIG): string => {
  const folder = newFolder();
  writeFileSync(join(folder, 'countersign.yaml'), config);
  writeModule(folder, actions);
  return folder;
};

const writeModule = (folder: string, actions: readonly ActionText[]): void => {
  const texts = actions.map(({ name, description = `Does ${name}.`, input = { type: 'object' } }) => {
    const declared = JSON.stringify({ name, description, input });
    return `{ ...${declared}, run: () => 'ran ${name}' }`;
  });
  writeFileSync(join(folder, 'actions.mjs'), `export default [${texts.join(',\n')}];\n`);
};

interface World {
  readonly platform: FlowentPlatform;
  /** A second look at the platform, as another tool would have it. */
  readonly api: FlowentApi;
  readonly gateway: Gateway;
  readonly env: Readonly<Record<string, string>>;
  /** Calls of the API that change something. */
  readonly changes: string[];
  /** Resolves when the platform has heard this call next. */
  heard(route: string): Promise<void>;
}

const EMAIL = {
  name: 'send_email',
  description: 'Sends an email.',
  input: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
};
const WEATHER = { name: 'get_weather' };

/** A platform, and a gateway that serves `send_email`, `get_weather` and what is given besides. */
const start = async (served: readonly ActionText[] = []): Promise<World> => {
  const changes: string[] = [];
  const listening = new Map<string, () => void>();
  const platform = await startFlowentPlatform({
    fetch: async (url, init) => {
      if (String(url) !== THEIRS) return fetch(url, init);
      const { action_name } = JSON.parse(Buffer.from(init?.body as Uint8Array).toString()) as {
        action_name: string;
      };
      return Response.json({ result: `Test successful for action: ${action_name}`, error: '' });
    },
    onCall: ({ method, path, status, route }) => {
      listening.get(route ?? '')?.();
      const changed = path.split('/gateway')[1];
      if (method !== 'GET' && changed !== '/token/exchange') changes.push(`${method} ${changed} ${status}`);
    },
  });
  onTestFinished(() => platform.close());
  const [{ apiToken, hmacKey }] = platform.tenants;
  const env = {
    API_URL: platform.baseUrl,
    API_TOKEN: apiToken,
    HMAC_KEY: hmacKey,
    PUBLIC_URL: 'http://127.0.0.1:1',
  };
  const cwd = project([EMAIL, WEATHER, ...served]);
  const gateway = await startGateway({ config: (await loadConfig({ cwd, env })).config });
  onTestFinished(() => gateway.close());
  const api = createFlowentClient({ apiUrl: platform.baseUrl, apiToken: new Secret(apiToken) });
  return {
    platform,
    api,
    gateway,
    env: { ...env, PUBLIC_URL: gateway.publicUrl },
    changes,
    heard: (route) => new Promise((resolve) => listening.set(route, resolve)),
  };
};

const theirs = (name: string): Parameters<FlowentApi['create']>[0] => ({
  name,
  description: `Theirs: ${name}.`,
  webhook_url: THEIRS,
  json_schema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
});

const handshakes = ({ gateway }: World): number | undefined => gateway.gates[0]?.counts.handshakes;

interface AtTerminal {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is typed, and when. Default: nothing, and the terminal is closed. */
  readonly typed?: string | (() => Promise<string>);
  /** Is given what would send a signal. */
  readonly onStop?: (stop: () => void) => void;
  /** Is told of all that is printed so far. */
  readonly onPrint?: (text: string) => void;
}

/** Runs the command line as somebody at a terminal would. */
const atTerminal = async ({ args, cwd, env, typed = '', ...rest }: AtTerminal): Promise<Ran> => {
  let out = '';
  let err = '';
  const stream = (add: (text: string) => void): Io['stdout'] => ({
    isTTY: true,
    write: (chunk) => {
      add(Buffer.from(chunk as Uint8Array).toString());
      rest.onPrint?.(out + err);
      return true;
    },
    once: () => undefined,
  });
  const io: Io = {
    env: { NO_COLOR: '1', ...env },
    cwd,
    stdin: {
      isTTY: true,
      async *[Symbol.asyncIterator]() {
        const line = typeof typed === 'string' ? typed : await typed();
        if (line === '') return;
        yield line;
        // A terminal stays open: whoever reads on waits for ever.
        await new Promise(() => {});
      },
    },
    stdout: stream((text) => {
      out += text;
    }),
    stderr: stream((text) => {
      err += text;
    }),
    now: Date.now,
    monotonicMs: () => performance.now(),
    fetch: globalThis.fetch,
    onService: ({ stop }) => {
      rest.onStop?.(() => stop());
      return () => {};
    },
    onStop: (stop) => {
      rest.onStop?.(stop);
      return () => {};
    },
    exit: (code) => {
      throw new Error(`the process would end with ${code}`);
    },
  };
  return { code: await runCli(args, io), out, err };
};

describe('plan, push, change, plan, push, plan', () => {
  it('keeps a platform in step, and the platform’s own test passes each time', async () => {
    const world = await start();
    const { env, platform, gateway } = world;
    const first = project([EMAIL, WEATHER]);

    const planned = await run(['actions', 'plan'], { cwd: first, env });
    expect(planned.code).toBe(0);
    expect(planned.out).toContain(`+ send_email  ${gateway.publicUrl}/actions/send_email`);
    expect(planned.out).toContain('2 to create, 0 to update, 0 to delete (with --prune), 0 unchanged\n');
    expect(planned.out).toContain('2 of 100 actions are taken; it costs 4 of 1000 calls an hour');
    expect(platform.actions()).toEqual([]);

    const pushed = await run(['actions', 'push', '--yes'], { cwd: first, env });
    expect(pushed.code).toBe(0);
    expect(pushed.out).toContain(
      '✓ get_weather created\n✓ send_email created\n2 done, 0 failed, 0 not tried\n',
    );
    expect(handshakes(world)).toBe(2);
    expect(platform.actions().find(({ name }) => name === 'send_email')).toMatchObject({
      description: 'Sends an email.',
      webhook_url: `${gateway.publicUrl}/actions/send_email`,
      json_schema: EMAIL.input,
    });
    expect(await platform.call('send_email', { to: 'ada' })).toMatchObject({
      status: 200,
      result: 'ran send_email',
    });

    const changed = project([{ ...EMAIL, description: 'Sends one email.' }, WEATHER]);
    const replanned = await run(['actions', 'plan'], { cwd: changed, env });
    expect(replanned.out).toContain(
      '~ send_email\n      description  "Sends an email." → "Sends one email."\n0 to create, 1 to update',
    );
    expect((await run(['actions', 'push', '--yes'], { cwd: changed, env })).out).toContain(
      '✓ send_email updated',
    );
    expect(world.changes.at(-1)).toBe('PUT /actions/send_email 200');

    const moved = { ...env, PUBLIC_URL: gateway.publicUrl.replace('127.0.0.1', 'localhost') };
    expect((await run(['actions', 'push', '--yes'], { cwd: changed, env: moved })).code).toBe(0);
    expect(handshakes(world)).toBe(4);

    const { code, out } = await run(['actions', 'plan'], { cwd: changed, env: moved });
    expect(code).toBe(0);
    expect(out).toContain('0 to create, 0 to update, 0 to delete (with --prune), 2 unchanged\n');
    const again = await run(['actions', 'push', '--yes'], { cwd: changed, env: moved });
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('There is nothing to do.') });
    expect(world.changes).toHaveLength(5);
  });
});

describe('plan', () => {
  it('shows a schema’s differences place by place', async () => {
    const { env } = await start();
    await run(['actions', 'push', '--yes'], { cwd: project([EMAIL]), env });
    const input = {
      type: 'object',
      properties: { to: { type: 'array' }, cc: { type: 'string' } },
      required: ['to', 'cc'],
    };
    const { out } = await run(['actions', 'plan'], { cwd: project([{ ...EMAIL, input }]), env });
    expect(out).toContain(`  ~ send_email
      json_schema
        ~ /properties/to/type  "string" → "array"
        + /properties/cc  {"type":"string"}
        ~ /required  ["to"] → ["cc","to"]
`);
  });

  it('never lets what the platform says drive the terminal', async () => {
    const { env, api } = await start();
    await run(['actions', 'push', '--yes'], { cwd: project([EMAIL]), env });
    await api.update('send_email', {
      description: 'Nice\u001b[2J\u009b31m\u202etext',
      json_schema: { type: 'object', '\u001b]0;title\u0007': true },
    });
    const { out } = await run(['actions', 'plan'], { cwd: project([EMAIL]), env });
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(out).toContain('Nice\\u001b[2J‹U+009B›31m‹U+202E›text');
  });

  it('says all of it as JSON', async () => {
    const { env, api, gateway } = await start();
    await api.create(theirs('old_action'));
    const { code, out } = await run(['actions', 'plan', '--json'], { cwd: project([EMAIL]), env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      accounts: [
        {
          apiUrl: env['API_URL'],
          gates: ['flowent'],
          prune: false,
          steps: [
            {
              action: 'send_email',
              step: 'create',
              after: {
                name: 'send_email',
                description: EMAIL.description,
                webhook_url: `${gateway.publicUrl}/actions/send_email`,
                json_schema: EMAIL.input,
              },
            },
            { action: 'old_action', step: 'delete' },
          ],
          actionsAfter: 2,
          calls: 3,
        },
      ],
    });
  });

  it('ends with 1, and says why, where the platform has no room', async () => {
    const { env, api, changes } = await start();
    for (let i = 0; i < 99; i++) await api.create(theirs(`theirs_${i}`));
    changes.length = 0;
    const cwd = project([EMAIL, WEATHER]);
    const planned = await run(['actions', 'plan'], { cwd, env });
    expect(planned.code).toBe(1);
    expect(planned.err).toContain('there would be 101 actions, and the platform takes 100');
    expect(planned.err).toContain('the 99 that only the platform has: countersign actions push --prune');
    expect(JSON.parse((await run(['actions', 'plan', '--json'], { cwd, env })).out)).toMatchObject({
      ok: false,
    });
    const pushed = await run(['actions', 'push', '--yes'], { cwd, env });
    expect(pushed).toMatchObject({ code: 2, err: expect.stringContaining('there would be 101') });
    expect(changes).toEqual([]);
  });

  it('looks at the actions of one gate', async () => {
    const { env } = await start();
    const config = `${CONFIG}  other:
    path: /other/:action
    provider: flowent
    keys: [{ secret: "\${env:HMAC_KEY}" }]
    answer: { actions: ./other.mjs, register: { apiUrl: "\${env:API_URL}", apiToken: "\${env:API_TOKEN}" } }
`;
    const cwd = project([EMAIL], config);
    writeFileSync(
      join(cwd, 'other.mjs'),
      `export default { name: 'other', description: 'Other.', input: { type: 'object' }, run: () => '' };`,
    );
    expect((await run(['actions', 'plan'], { cwd, env })).out).toContain('2 to create');
    const { out } = await run(['actions', 'plan', '--gate', 'other'], { cwd, env });
    expect(out).toContain('+ other');
    expect(out).toContain('1 to create, 0 to update, 0 to delete (with --prune), 0 unchanged');
  });
});

describe('push', () => {
  it('asks on a terminal, and does nothing without a yes', async () => {
    const { env, platform } = await start();
    const cwd = project([EMAIL]);
    const args = ['actions', 'push'];
    for (const typed of ['n\n', '\n', '']) {
      const { code, out, err } = await atTerminal({ args, cwd, env, typed });
      expect(code).toBe(1);
      expect(out).toContain('+ send_email');
      expect(err).toContain('Apply? [y/N] ');
      expect(err).toContain('Nothing was changed.');
    }
    expect(platform.actions()).toEqual([]);
    expect((await atTerminal({ args, cwd, env, typed: 'y\n' })).code).toBe(0);
    expect(platform.actions()).toHaveLength(1);
  });

  it('does nothing without a terminal, unless it is told not to ask', async () => {
    const { env, platform } = await start();
    const cwd = project([EMAIL]);
    const { code, err } = await run(['actions', 'push'], { cwd, env });
    expect(code).toBe(2);
    expect(err).toContain('there is no terminal to ask on');
    expect(err).toContain('push with --yes');
    expect((await run(['actions', 'push', '--json'], { cwd, env })).code).toBe(2);
    expect(platform.actions()).toEqual([]);
  });

  it('keeps what only the platform has, and deletes it with --prune', async () => {
    const { env, platform, api } = await start();
    await api.create(theirs('old_action'));
    const cwd = project([EMAIL]);
    const kept = await run(['actions', 'push', '--yes'], { cwd, env });
    expect(kept.out).toContain('old_action: only the platform has it; --prune deletes it');
    expect(platform.actions()).toHaveLength(2);
    const pruned = await run(['actions', 'push', '--yes', '--prune'], { cwd, env });
    expect(pruned.out).toContain('0 to create, 0 to update, 1 to delete, 1 unchanged\n');
    expect(pruned.out).toContain('✓ old_action deleted\n');
    expect(platform.actions().map(({ name }) => name)).toEqual(['send_email']);
  });

  it('goes on after an action whose test fails, and says why and what to do', async () => {
    const { env, platform } = await start();
    // The gateway does not serve it.
    const cwd = project([{ name: 'draft' }, EMAIL]);
    const { code, out, err } = await run(['actions', 'push', '--yes'], { cwd, env });
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ draft: POST \/actions was answered 400: action validation failed: .*404.*\n {2}→ .*reachable/,
    );
    expect(out).toContain('✓ send_email created\n1 done, 1 failed, 0 not tried\n');
    expect(err).toContain('Run it again: it goes on where it stopped');
    expect(platform.actions().map(({ name }) => name)).toEqual(['send_email']);
  });

  it('that broke off goes on where it stopped, and does nothing twice', async () => {
    const { env, platform, changes } = await start([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const cwd = project([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    // The first `created` lets the platform lose its patience with the token, the new one included.
    let isStruck = false;
    const broken = await atTerminal({
      args: ['actions', 'push', '--yes'],
      cwd,
      env,
      onPrint: (text) => {
        if (isStruck || !text.includes('a created')) return;
        isStruck = true;
        platform.failNext({ route: 'POST /actions', status: 401, times: 2 });
      },
    });
    expect(broken.code).toBe(1);
    expect(broken.out).toContain('1 done, 1 failed, 1 not tried\n');
    expect(platform.actions().map(({ name }) => name)).toEqual(['a']);
    changes.length = 0;
    const { code, out } = await run(['actions', 'push', '--yes'], { cwd, env });
    expect(code).toBe(0);
    expect(out).toContain('2 to create, 0 to update, 0 to delete (with --prune), 1 unchanged');
    expect(changes).toEqual(['POST /actions 201', 'POST /actions 201']);
    expect(platform.actions().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('ends after the step in hand on a signal', async () => {
    const { env, platform } = await start([{ name: 'a' }, { name: 'b' }]);
    let signal: () => void = () => {};
    const { code, out, err } = await atTerminal({
      args: ['actions', 'push', '--yes'],
      cwd: project([{ name: 'a' }, { name: 'b' }]),
      env,
      onStop: (stop) => {
        signal = stop;
      },
      onPrint: (text) => {
        if (text.endsWith('a created\n')) signal();
      },
    });
    expect(code).toBe(1);
    expect(out).toContain('1 done, 0 failed, 1 not tried\n');
    expect(err).toContain('Stopping after this step');
    expect(platform.actions().map(({ name }) => name)).toEqual(['a']);
  });

  it('updates an action that appeared since it looked', async () => {
    const { env, platform, api } = await start();
    const cwd = project([EMAIL]);
    const typed = async (): Promise<string> => {
      await api.create(theirs('send_email'));
      return 'y\n';
    };
    const { code, out } = await atTerminal({ args: ['actions', 'push'], cwd, env, typed });
    expect(code).toBe(0);
    expect(out).toContain('+ send_email');
    expect(out).toContain('✓ send_email updated\n');
    expect(platform.actions()).toMatchObject([{ name: 'send_email', description: EMAIL.description }]);
  });

  it('says what was done as JSON', async () => {
    const { env } = await start();
    const cwd = project([EMAIL, { name: 'draft' }]);
    const { code, out } = await run(['actions', 'push', '--yes', '--json'], { cwd, env });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      accounts: [
        {
          apiUrl: env['API_URL'],
          done: [{ action: 'send_email', deed: 'created' }],
          failed: [
            {
              action: 'draft',
              step: 'create',
              code: 'validation-failed',
              error: expect.stringContaining('action validation failed'),
              remedy: expect.any(String),
            },
          ],
          notTried: [],
        },
      ],
    });
    const again = await run(['actions', 'push', '--yes', '--json'], { cwd: project([EMAIL]), env });
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, accounts: [{ done: [], failed: [] }] });
  });
});

describe('pull', () => {
  it('writes stubs of what only the platform has, beside the configuration, and overwrites nothing', async () => {
    const { env, api } = await start();
    await api.create(theirs('cancel_order'));
    const cwd = project([EMAIL]);
    const { code, out } = await run(['actions', 'pull'], { cwd, env });
    const file = join(cwd, 'platform-actions.ts');
    expect(code).toBe(0);
    expect(out).toBe(`wrote ${file}: cancel_order\n`);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('export const cancelOrder = defineAction({');
    expect(text).toContain('"Theirs: cancel_order."');

    writeFileSync(file, 'mine');
    const kept = await run(['actions', 'pull'], { cwd, env });
    expect(kept).toMatchObject({ code: 2, err: expect.stringContaining('it is there already') });
    expect(kept.err).toContain('--force');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const forced = await run(['actions', 'pull', '--force', '--json'], { cwd, env });
    expect(JSON.parse(forced.out)).toEqual({ ok: true, file, actions: ['cancel_order'] });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect((await run(['actions', 'pull', '--out', '-'], { cwd, env })).out).toBe(text);
    expect((await run(['actions', 'pull', '--out', 'no/such.ts'], { cwd, env })).err).toContain(
      'there is no such folder',
    );
  });

  it('says that there is nothing to write', async () => {
    const { env } = await start();
    const cwd = project([EMAIL]);
    const { code, out, err } = await run(['actions', 'pull'], { cwd, env });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('There is nothing to write');
    expect(existsSync(join(cwd, 'platform-actions.ts'))).toBe(false);
    expect(JSON.parse((await run(['actions', 'pull', '--json'], { cwd, env })).out)).toEqual({
      ok: true,
      actions: [],
    });
  });
});

describe('what cannot be done', () => {
  const env = {
    API_URL: 'https://platform.example.com/api/v1/gateway',
    API_TOKEN: 'an-api-token-nobody-may-see',
    HMAC_KEY: 'an-hmac-key-nobody-may-see',
    PUBLIC_URL: 'https://gate.example.com',
  };

  it.each([
    [['actions'], 'what to do with the actions', 'plan, push, pull'],
    [['actions', 'psh'], 'there is no countersign actions psh', 'Did you mean push?'],
    [['actions', 'constructor'], 'there is no countersign actions constructor', 'plan, push, pull'],
    [['actions', 'plan', '--yes'], 'actions plan has no --yes', '--help'],
    [['actions', 'push', '--out', 'x'], 'actions push has no --out', '--help'],
    [['actions', 'plan', '--gate', 'flwent'], 'no gate "flwent" registers', 'Did you mean flowent?'],
    [['actions', 'pull', '--out', '-', '--json'], '--json and --out - are given', 'one of them'],
    [['actions', 'push', '--config', 'nope.yaml', '--yes'], 'there is no such file', 'countersign init'],
  ])('%j', async (args, problem, remedy) => {
    const { code, err } = await run(args, { cwd: project([EMAIL]), env });
    expect(code).toBe(2);
    expect(err).toContain(problem);
    expect(err).toContain(remedy);
  });

  it.each(['plan', 'serve'])('%s: no gate registers its actions', async (word) => {
    const cwd = project([EMAIL], CONFIG.replace(/ +register: .*\n/, ''));
    const args = word === 'plan' ? ['actions', 'plan'] : ['serve', '--register'];
    const { code, err } = await run(args, { cwd, env });
    expect(code).toBe(2);
    expect(err).toContain('no gate registers its actions');
  });

  it.each([
    ['actions', 'plan'],
    ['serve', '--register'],
  ])('%s %s: the public URL is not https', async (...args) => {
    const { code, err } = await run(args, {
      cwd: project([EMAIL]),
      env: { ...env, PUBLIC_URL: 'http://gate.example.com' },
    });
    expect(code).toBe(2);
    expect(err).toContain('http://gate.example.com is not https');
  });

  it('a token that the platform does not know ends with 1, and is told to nobody', async () => {
    const world = await start();
    const wrong = { ...world.env, API_TOKEN: env.API_TOKEN };
    const { code, out, err } = await run(['actions', 'plan', '--json'], {
      cwd: project([EMAIL]),
      env: wrong,
    });
    expect(code).toBe(1);
    expect(err).toContain('401');
    expect(err).toContain('→ Compare the API token');
    expect(JSON.parse(out)).toEqual({
      ok: false,
      error: expect.stringContaining('401'),
      remedy: expect.stringContaining('Compare'),
    });
    expect(out + err).not.toContain(env.API_TOKEN);
  });
});

describe('serve --register', () => {
  /** One that was free a moment ago: a public URL has to be known before the gateway listens. */
  const freePort = async (): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  const serve = async (
    { env }: World,
    cwd: string,
    until: string,
    args: readonly string[] = ['--register'],
  ): Promise<{ readonly url: string; stop(): Promise<Ran> }> => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    let stop: () => void = () => {};
    let listens: () => void = () => {};
    let seen: () => void = () => {};
    const stoppable = new Promise<void>((resolve) => {
      listens = resolve;
    });
    const said = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const ran = atTerminal({
      args: ['serve', ...args],
      cwd,
      env: { ...env, GATE_PORT: String(port), PUBLIC_URL: url },
      onStop: (one) => {
        stop = one;
        listens();
      },
      onPrint: (text) => {
        if (text.includes(until)) seen();
      },
    });
    const ended = ran.then(({ code, err }) => {
      throw new Error(`serve ended with ${code} before it said “${until}”: ${err}`);
    });
    await Promise.race([Promise.all([said, stoppable]), ended]);
    ended.catch(() => {});
    return {
      url,
      stop: () => {
        stop();
        return ran;
      },
    };
  };

  it('registers at the start, says so, and ends with 0', async () => {
    const world = await start();
    const { url, stop } = await serve(world, project([EMAIL, WEATHER]), 'registered with');
    expect(world.platform.actions().map(({ webhook_url }) => webhook_url)).toEqual([
      `${url}/actions/get_weather`,
      `${url}/actions/send_email`,
    ]);
    expect(await world.platform.call('get_weather', {})).toMatchObject({ result: 'ran get_weather' });
    const { code, err } = await stop();
    expect(code).toBe(0);
    expect(err).toContain(
      `registered with ${world.platform.baseUrl}: get_weather created, send_email created, 0 unchanged`,
    );
  });

  it('never deletes, and serves on where the platform refuses', async () => {
    const world = await start();
    await world.api.create(theirs('old_action'));
    world.platform.failNext({ route: 'POST /actions', status: 400 });
    const { url, stop } = await serve(world, project([EMAIL]), '→');
    expect(world.platform.actions().map(({ name }) => name)).toEqual(['old_action']);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const { code, err } = await stop();
    expect(code).toBe(0);
    expect(err).toMatch(/! not registered with .*, and tried again later: POST \/actions was answered 400/);
  });

  it('ends at once while the platform makes it wait', async () => {
    const world = await start();
    world.platform.failNext({ route: 'GET /actions', hang: true });
    const asked = world.heard('GET /actions');
    const { stop } = await serve(world, project([EMAIL]), '/actions/:action');
    await asked;
    expect((await stop()).code).toBe(0);
  });

  it('with --watch serves actions as they are changed', async () => {
    const world = await start();
    const cwd = project([WEATHER]);
    const { url, stop } = await serve(world, cwd, '/actions/:action', ['--watch']);
    writeModule(cwd, [{ ...WEATHER, description: 'Tells the weather.' }]);
    let text = '';
    while (!text.includes('Tells the weather.')) text = await (await fetch(`${url}/actions`)).text();
    expect((await stop()).code).toBe(0);
  });
});
