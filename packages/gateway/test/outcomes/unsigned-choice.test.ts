/** Who has a signature for one action has one for no other: nothing that is not signed chooses what is run. */
import { createHmac } from 'node:crypto';
import { createGate, findProvider, providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';
import { vendorOf } from '../../src/vendors/all.ts';
import { actionsModule, proofOf, SECRET, send, start } from '../harness.ts';

const MODULE = ['show_it', 'delete_it']
  .map(
    (name) =>
      `export const ${name} = { name: '${name}', description: 'Does it.', input: { type: 'object' }, run: () => '${name}' };`,
  )
  .join('\n');
const keys = [{ secret: SECRET }];
const declared = (message: string, scheme: object = {}): Partial<GateInput> => ({
  keys,
  scheme: { algorithm: 'hmac-sha256', signature: 'x-signature', message, ...scheme },
});

async function startOf(
  gate: object,
): Promise<{ readonly problems: readonly string[]; readonly warnings: readonly string[] }> {
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

const REFUSED = /^gates\.g\.path: the path names the action, and the signature does not cover the path/;

describe('a path that names the action', () => {
  const answer = { actions: actionsModule.bind(undefined, MODULE) };
  const gateOf = (proof: object, path = '/act/:action', rest: object = {}) => ({
    ...proof,
    path,
    answer: { actions: answer.actions(), ...rest },
  });

  it.each(providerIds)(
    'of %s is taken where a signature covers it, or the signed content names the action too',
    async (id) => {
      const provider = findProvider(id);
      if (provider === undefined) throw new Error(id);
      const proof = proofOf(provider);
      const { coverage, scheme } = createGate({
        provider: proof.provider as never,
        ...(proof.keys && { keys: proof.keys.map(({ secret }) => secret as string) }),
      });
      const isGood =
        scheme.proof === 'token' || coverage.covered.includes('path') || vendorOf(id).as === 'flowent';
      for (const path of ['/act/:action', '/act/:name', '/:action/run']) {
        const { problems } = await startOf(gateOf(proof, path));
        expect(problems, path).toEqual(isGood ? [] : [expect.stringMatching(REFUSED)]);
      }
      // One action whatever the path: there is nothing to choose.
      expect((await startOf(gateOf(proof, '/act/:item', { action: 'show_it' }))).problems).toEqual([]);
      expect((await startOf(gateOf(proof, '/act/show_it'))).problems).toEqual([]);
    },
  );

  it.each([
    ['{timestamp}.{body}', false],
    ['{timestamp}.{method}.{body}', false],
    ['{timestamp}.{path}.{body}', true],
    ['{timestamp}.{url}.{body}', true],
    ['{timestamp}.{query}.{body}', false],
  ])('of the declared message %s is taken: %s', async (message, isGood) => {
    const proof = declared(message, { timestamp: { header: 'x-t', unit: 's' } });
    const { problems } = await startOf(gateOf(proof));
    expect(problems).toEqual(isGood ? [] : [expect.stringMatching(REFUSED)]);
  });

  it('of a shared token is taken: who has the token may choose', async () => {
    const scheme = { type: 'shared-token', header: 'x-token' };
    expect((await startOf(gateOf({ keys, scheme }))).problems).toEqual([]);
    expect((await startOf(gateOf({ provider: 'none' }))).problems).toEqual([]);
  });

  it('runs no other action with its signature where it is covered', async () => {
    const gateway = await start({
      g: { path: '/act/:action', ...declared('{path}.{body}'), answer: { actions: answer.actions() } },
    });
    const signature = createHmac('sha256', SECRET).update('/act/show_it.{}').digest('hex');
    const at = (name: string) =>
      send(`${gateway.publicUrl}/act/${name}`, { headers: { 'x-signature': signature }, body: '{}' });
    expect((await at('delete_it')).status).toBe(401);
    expect(await at('show_it')).toMatchObject({ status: 200, text: '{"result":"show_it"}' });
  });

  it('is no choice of a body that nobody signed either', async () => {
    const proof = declared('{timestamp}.{path}', { timestamp: { header: 'x-t', unit: 's' } });
    const { problems } = await startOf(gateOf(proof, '/act', { as: 'flowent' }));
    expect(problems).toEqual([
      expect.stringMatching(/^gates\.g\.answer\.as: the body names the action, and/),
    ]);
  });
});

describe('what is handed on unsigned is told', () => {
  const forward = { to: 'http://127.0.0.1:9' };
  it.each<[object, readonly string[]]>([
    [
      { path: '/v1/*', provider: 'github', keys, forward },
      [
        'gates.g.path: The signature does not cover the path, /v1/* takes many paths, and the path is passed on as it came: whoever captures a request can send it on to another path of this gate. Give each path a gate and a secret of its own, or sign the path.',
      ],
    ],
    [
      { path: '/v1/:tenant', provider: 'github', keys, keep: {} },
      [
        'gates.g.path: The signature does not cover the path, /v1/:tenant takes many paths, and the path is kept as it came: whoever captures a request can send it on to another path of this gate. Give each path a gate and a secret of its own, or sign the path.',
      ],
    ],
    [
      { path: '/v1', methods: ['PUT', 'DELETE'], provider: 'github', keys, forward },
      [
        'gates.g.methods: The signature does not cover the method, the gate takes several methods, and the method is passed on as it came: whoever captures a request can send it on with another of them. Name one method, or sign the method.',
      ],
    ],
    [{ path: '/v1', provider: 'github', keys, forward }, []],
    [{ path: '/v1/*', provider: 'github', keys, respond: { status: 200 } }, []],
    [{ path: '/v1/*', methods: 'all', ...declared('{method}{target}{body}'), forward }, []],
    [{ path: '/v1/*', provider: 'jwt-bearer', keys, forward }, []],
  ])('%j', async (gate, warnings) => {
    expect((await startOf(gate)).warnings).toEqual(warnings);
  });
});
