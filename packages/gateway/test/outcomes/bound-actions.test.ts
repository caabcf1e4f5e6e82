/** One gate for several actions whose choice nobody signs: each action has a secret of its own, and a proof made with one runs no other. */
import { createHmac } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import { findProvider, HeaderList, MemoryReplayGuard, providerIds } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { loadActions } from '../../src/actions/load-actions.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { namedAction } from '../../src/config/path-pattern.ts';
import { dryStart } from '../../src/dry-start.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { createAnswerOutcome } from '../../src/outcomes/answer.ts';
import { createPathTable } from '../../src/paths/path-table.ts';
import { vendorOf } from '../../src/vendors/all.ts';
import { actionsModule, proofOf, send, start } from '../harness.ts';

const SECRETS = {
  show_it: 'Xq3v9-Zt7_LmPw2RbKd8sYf4',
  delete_it: 'Rb2Kd8sYf4-Xq3v9_Zt7LmPw',
} as const;
type Name = keyof typeof SECRETS;
const NAMES: readonly Name[] = ['show_it', 'delete_it'];

const action = (name: string): string =>
  `export const ${name} = { name: '${name}', description: 'Does it.', input: { type: 'object' }, run: () => '${name}' };`;
const MODULE = NAMES.map(action).join('\n');

const keys = NAMES.map((name) => ({ id: name, secret: SECRETS[name], for: { action: name } }));
const ami = (rest: { readonly answer?: object } = {}): GateInput =>
  ({
    path: '/ami/:action',
    provider: 'flow-production-tracking',
    keys,
    ...rest,
    answer: rest.answer ?? { actions: actionsModule(MODULE) },
  }) as GateInput;

/** The form of a pick, signed by hand. */
function form(name: Name, fields: Readonly<Record<string, string>> = { user_id: '1' }): string {
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  const all: Record<string, string> = { ...fields, timestamp };
  const lines = Object.entries(all).map(([field, value]) => `${field}=${value}\r\n`);
  const signature = createHmac('sha1', SECRETS[name]).update(lines.sort().join('')).digest('hex');
  return new URLSearchParams({ ...all, signature }).toString();
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function startOf(gate: object): Promise<{ problems: readonly string[]; warnings: readonly string[] }> {
  const { config } = parseConfig(
    { store: 'memory:', gates: { g: gate as GateInput } },
    { baseDir: '/', env: {} },
  );
  const { problems, warnings } = await dryStart(config);
  return {
    problems: problems.map(({ message }) => message),
    warnings: warnings
      .filter(({ path }) => path !== 'store')
      .map(({ path, sentence }) => `${path}: ${sentence}`),
  };
}

describe('a gate whose keys are bound to actions', () => {
  it('runs each action by a key of its own, at whichever spelling of its name, and no other', async () => {
    const gateway = await start({ g: ami() });
    const post = (path: string, name: Name, salt: string) =>
      send(`${gateway.publicUrl}${path}`, { headers: FORM, body: form(name, { user_id: salt }) });
    for (const [i, name] of NAMES.entries()) {
      expect(await post(`/ami/${name}`, name, `${i}`), name).toMatchObject({ status: 200 });
      expect((await post(`/ami/${name.replace('_', '%5f')}`, name, `1${i}`)).text).toContain(name);
      const other = NAMES[1 - i] as Name;
      for (const path of [`/ami/${other}`, `/ami/${other.replace('_', '%5F')}`, `/ami/${other}?a=${name}`]) {
        expect((await post(path, name, `2${i}`)).status, path).toBe(401);
      }
      for (const path of [
        `/ami/${other}/`,
        `/ami//${other}`,
        '/ami/%00',
        `/ami/${name}/../${other}`,
        `/AMI/${other}`,
      ]) {
        expect((await post(path, name, `3${i}`)).status, path).toBeGreaterThanOrEqual(400);
      }
      for (const path of [`/ami/${other.toUpperCase()}`, '/ami/render_it', '/ami/__proto__']) {
        expect((await post(path, name, `4${i}`)).status, path).toBe(401);
      }
    }
    const ran = gateway.records.filter(({ verdict }) => verdict === 'accepted');
    expect(ran.map(({ keyId }) => keyId)).toEqual(['show_it', 'show_it', 'delete_it', 'delete_it']);
  });

  it('takes equal picks of two actions in one second for two', async () => {
    const gateway = await start({ g: ami() });
    const at = (name: Name, body: string) =>
      send(`${gateway.publicUrl}/ami/${name}`, { headers: FORM, body });
    const [show, remove] = [form('show_it'), form('delete_it')];
    expect((await at('show_it', show)).status).toBe(200);
    expect((await at('delete_it', remove)).status).toBe(200);
    expect((await at('show_it', show)).status).toBe(409);
    expect((await at('delete_it', remove)).status).toBe(409);
  });

  it('logs whose key proves what was sent to another action', async () => {
    const gateway = await start({ g: ami() });
    await send(`${gateway.publicUrl}/ami/delete_it`, { headers: FORM, body: form('show_it') });
    expect(gateway.records).toMatchObject([{ reason: 'signature-mismatch', step: 'compare' }]);
    expect(gateway.log.map((line) => (JSON.parse(line) as { message?: string }).message)).toContain(
      'key "show_it" proves the request, but is bound to the action "show_it", and the request asks for "delete_it"',
    );
  });

  it('shows what each key is for', async () => {
    const { adminUrl = '', adminToken } = await start({ g: ami() });
    const client = createAdminClient({ baseUrl: adminUrl, token: adminToken });
    const [gate] = await client.call('gates');
    expect(gate?.keys).toMatchObject(NAMES.map((name) => ({ id: name, for: { action: name } })));
    expect(gate?.coverage?.warnings.map(({ code }) => code)).toContain('action-by-key');
  });

  it('is told of an action that has no key, and starts', async () => {
    const answer = { actions: actionsModule(`${MODULE}\n${action('render_it')}`) };
    expect(await startOf(ami({ answer }))).toEqual({
      problems: [],
      warnings: [
        'gates.g.keys: No key is bound to the action render_it, and each key of the gate is bound to one: every request for it is refused. Give it a key, with for: { action: render_it }, or take it out of the module.',
      ],
    });
    const gateway = await start({ g: ami({ answer }) });
    expect(gateway.log.join('')).toContain('No key is bound to the action render_it');
  });
});

describe('what does not start', () => {
  it.each<[string, () => object, string]>([
    [
      'a key for an action that the module does not export',
      () => ({ keys: [keys[0], { ...keys[1], for: { action: 'delet_it' } }] }),
      'gates.g.keys[1].for.action: no action is named "delet_it". Did you mean delete_it? The module exports delete_it, show_it.',
    ],
    [
      'a key that is bound to none beside one that is',
      () => ({ keys: [keys[0], { id: 'any', secret: SECRETS.delete_it }] }),
      'gates.g.keys[1].for: it is not given, and the signature does not cover the path, which names the action: a request that was signed for one action would run any other. Bind each key to its action: for: { action }, a secret of its own for each.',
    ],
    [
      'one secret for two actions',
      () => ({ keys: [keys[0], { ...keys[1], secret: SECRETS.show_it }] }),
      'gates.g.keys[1].secret: it is the secret of the key "show_it" too, which is bound to the action "show_it": a request that was signed for one action would run the other. Give each action a secret of its own.',
    ],
    [
      'a bound key at a path that names no action',
      () => ({ path: '/ami', keys: [keys[0]], answer: { actions: actionsModule(action('show_it')) } }),
      'gates.g.keys[0].for: is given, and no request could say which action it asks for. Put :action into the path, such as /ami/:action; a gate of one action needs no key that is bound to it.',
    ],
  ])('%s', async (_, rest, says) => {
    expect((await startOf(ami(rest()))).problems).toEqual([says]);
  });
});

describe('a path may name the action', () => {
  it.each(providerIds)('of %s: keys that are bound make up for a path that is not signed', async (id) => {
    const provider = findProvider(id);
    const proof = provider && proofOf(provider);
    const [key] = proof?.keys ?? [];
    // Its keys come from an address.
    if (key === undefined) return;
    const gate = { ...ami(), ...proof, keys: [{ ...key, for: { action: 'show_it' } }] };
    const other = { ...gate, path: '/run/:name' };
    for (const each of [gate, other]) expect((await startOf(each)).problems).toEqual([]);
  });
});

describe('content that names the action', () => {
  const flowent = (rest: object = {}): GateInput =>
    ({
      path: '/run',
      provider: 'flowent',
      keys,
      answer: { actions: actionsModule(MODULE) },
      ...rest,
    }) as GateInput;
  const call = (name: string) => ({
    action_name: name,
    parameters: {},
    timestamp: Math.floor(Date.now() / 1000),
  });

  it.each(['/run', '/run/:action'])('is held against the keys of that action, at %s', async (path) => {
    const { config } = parseConfig(
      { store: 'memory:', gates: { g: flowent({ path }) } },
      { baseDir: '/', env: {} },
    );
    const [gate] = config.gates;
    if (gate === undefined) throw new Error('no gate');
    const core = createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now });
    const gateway = await start({ g: flowent({ path }) });
    for (const own of NAMES) {
      const signed = await core?.sign({
        method: 'POST',
        url: '/',
        headers: {},
        body: JSON.stringify(call(own)),
      });
      if (signed === undefined) throw new Error('not signed');
      const at = path.replace(':action', own);
      const answer = await send(`${gateway.publicUrl}${at}`, {
        headers: Object.fromEntries(signed.headers),
        body: Buffer.from(signed.body),
      });
      expect(answer, own).toMatchObject({ status: 200 });
      // Signed anew with the key of the other.
      const other = {
        ...gate,
        keys: gate.keys.map((key, i) => ({ ...key, for: { action: NAMES[1 - i] as string } })),
      };
      const swapped = createCoreGate(other, { replay: new MemoryReplayGuard(), now: Date.now });
      const forged = await swapped?.sign({
        method: 'POST',
        url: '/',
        headers: {},
        body: JSON.stringify({ ...call(own), a: 1 }),
      });
      const refused = await send(`${gateway.publicUrl}${at}`, {
        headers: Object.fromEntries(forged?.headers ?? []),
        body: Buffer.from(forged?.body ?? []),
      });
      expect(refused.status).toBe(401);
    }
  });

  it('leaves a key that is bound to none for every action', async () => {
    const { problems } = await startOf(
      flowent({ keys: [keys[0], { id: 'any', secret: SECRETS.delete_it }] }),
    );
    expect(vendorOf('flowent').as).toBe('flowent');
    expect(problems).toEqual([]);
  });
});

describe('what is handed on', () => {
  const forward = { to: 'http://127.0.0.1:9' };
  const bound = [{ secret: SECRETS.show_it, for: { action: 'orders' } }];
  it.each<[string, readonly string[]]>([
    ['/v1/:action', []],
    ['/v1/:name', []],
    ['/v1/:tenant/:action', ['unsigned']],
    ['/v1/:name/:action', ['unsigned']],
    ['/v1/:action/*', ['unsigned']],
  ])('at %s is chosen by nobody but whose key is bound to it', async (path, warned) => {
    const { problems, warnings } = await startOf({ path, provider: 'github', keys: bound, forward });
    expect(problems).toEqual([]);
    expect(warnings.map(() => 'unsigned')).toEqual(warned);
  });
});

describe('whatever the path', () => {
  const { config } = parseConfig(
    { store: 'memory:', gates: { g: ami({ answer: { actions: './a.mjs' } }) } },
    { baseDir: '/', env: {} },
  );
  const [gate] = config.gates;
  const core = gate && createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now });
  const table = createPathTable([{ segments: gate?.segments ?? [], value: 'g' }]);
  const piece = fc.oneof(
    fc.constantFrom(
      ...NAMES,
      'ami',
      '/',
      '//',
      '%2f',
      '%5f',
      '%5F',
      '.',
      '..',
      '%2e%2e',
      ';',
      '?',
      '#',
      '%00',
      '%20',
      '\\',
      '%',
      '%64elete_it',
      'ｄelete_it',
    ),
    fc.string({ maxLength: 4 }),
  );
  const pathOf = fc
    .tuple(fc.constantFrom('/ami/', '/', 'http://h.example/ami/', ''), fc.array(piece, { maxLength: 6 }))
    .map(([start_, pieces]) => `${start_}${pieces.join('')}`);

  it('a proof holds only where the listener reads the name of its own action', async () => {
    if (core === undefined) throw new Error('no gate');
    let held = 0;
    await fc.assert(
      fc.asyncProperty(pathOf, fc.constantFrom(...NAMES), async (url, own) => {
        const verdict = await core.verify({
          method: 'POST',
          url,
          headers: HeaderList.from(FORM),
          body: Buffer.from(form(own)),
        });
        if (!verdict.ok) return;
        held++;
        const path = url.replace('http://h.example', '').split('?')[0] ?? '';
        const match = table.find(path);
        expect(match && 'params' in match ? namedAction(match.params) : undefined).toBe(own);
        expect(verdict).toMatchObject({ keyId: own, action: own });
      }),
      { seed: 11, numRuns: runs(100_000) },
    );
    expect(held).toBeGreaterThan(0);
  });
});

describe('an outcome that is handed another action than the key is bound to', () => {
  const load = async () => {
    const { config } = parseConfig({ store: 'memory:', gates: { g: ami() } }, { baseDir: '/', env: {} });
    const [gate] = config.gates;
    if (gate?.outcome.kind !== 'answer') throw new Error('no answer');
    const coreGate = createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now });
    const actions = await loadActions(gate.outcome.actionsFile, 'actions');
    const outcome = await createAnswerOutcome({
      gate,
      config: gate.outcome,
      coreGate,
      actions,
      now: Date.now,
      log: { info() {}, warn() {}, error() {}, writesInfo: false, flush: async () => {} },
    });
    return { outcome, actions, coreGate };
  };

  it('runs neither', async () => {
    const { outcome, coreGate } = await load();
    const body = Buffer.from(form('show_it'));
    const request = { method: 'POST', url: '/ami/show_it', headers: HeaderList.from(FORM), body };
    const accepted = await coreGate?.verify(request);
    const callOf = (action: string) =>
      ({ request, params: { action }, accepted, requestId: 'r', path: request.url, query: '' }) as never;
    expect(await outcome.run(callOf('show_it'))).not.toHaveProperty('reason', 'unknown-action');
    expect(await outcome.run(callOf('delete_it'))).toMatchObject({
      reason: 'unknown-action',
      answer: { status: 404 },
      remedy:
        'The key that proved the request is bound to another action: have the caller use the key of this one.',
    });
  });

  it('keeps the actions that it has where one with a key goes', async () => {
    const { outcome, actions } = await load();
    const [, ...others] = actions;
    await expect(outcome.replaceActions(others)).rejects.toThrow('for.action: no action is named');
    expect(outcome.actions).toHaveLength(2);
  });
});
