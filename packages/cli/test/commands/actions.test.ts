// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** actions plan, push, pull: against a platform, with a gateway that answers its tests. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support.ts';
import {
  atTerminal,
  CONFIG,
  EMAIL,
  handshakes,
  project,
  start,
  theirs,
  WEATHER,
} from './registering-world.ts';

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
    expect(planned.err).toContain('there would be 101 actions, and the platform allows 100 per account');
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
    expect(err).toContain('there is no terminal to ask for confirmation');
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
    expect(err).toContain('Run it again: it continues where it stopped');
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
    expect(kept).toMatchObject({ code: 2, err: expect.stringContaining('it already exists') });
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
    [['actions'], 'no sub-command of countersign actions is given', 'plan, push, pull'],
    [['actions', 'psh'], 'there is no command countersign actions psh', 'Did you mean push?'],
    [['actions', 'constructor'], 'there is no command countersign actions constructor', 'plan, push, pull'],
    [['actions', 'plan', '--yes'], 'actions plan has no --yes', '--help'],
    [['actions', 'push', '--out', 'x'], 'actions push has no --out', '--help'],
    [
      ['actions', 'plan', '--gate', 'flwent'],
      'the configuration has no gate "flwent"',
      'Did you mean flowent?',
    ],
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
    // Not what the environment fills in.
    expect(err).toContain(
      '/countersign.yaml has a problem:\n\n  line 3:1  publicUrl: ${env:PUBLIC_URL} is not https, and the platform at ${env:API_URL} calls over the network\n    → Give an https URL; http is for a platform on this machine.\n',
    );
    expect(err).not.toContain('gate.example.com');
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
