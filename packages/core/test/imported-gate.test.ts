/** Gates of providers that are imported one by one: they judge as by id, and nothing else is loaded with them. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGate as createImportedGate } from '../src/imported-gate.ts';
import { createGate, type KeySpec, providers, withOptions, writtenProvider } from '../src/index.ts';
import { github } from '../src/providers/github.ts';
import { hmac } from '../src/providers/hmac.ts';
import { stripe } from '../src/providers/stripe.ts';
import { bodyDigest } from '../src/schemes/body-proof.ts';
import type { SenderSource } from '../src/schemes/sender-template.ts';
import { checkTemplate } from '../src/schemes/template-checks.ts';
import { requestOf } from '../src/testing/vectors.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { readVectors } from './support/vector-files.ts';

const SOURCE = resolve('packages/core/src');
const keys = ['whsec_a-secret-of-30-bytes-here'];
/** Hands over what the types forbid. */
const untyped = <T>(value: unknown): T => value as T;

describe('a provider that is imported', () => {
  it.each(readdirSync(`${SOURCE}/providers`).filter((file) => !/^registry|generated/.test(file)))(
    'is the only thing that %s exports, and the registry’s of its id',
    async (file) => {
      const exported: Record<string, unknown> = await import(
        /* @vite-ignore */ `${SOURCE}/providers/${file}`
      );
      const [provider] = Object.values(exported);
      expect(Object.keys(exported)).toHaveLength(1);
      expect(provider).toBe(providers.find(({ id }) => `${id}.ts` === file));
    },
  );

  it.each(providers)('$id makes the gate that its id makes', (provider) => {
    const { id, needs = {} } = provider;
    const choice = withOptions(untyped<typeof stripe>(provider), { ...needs });
    const usedKeys = keyOfProvider(id).held;
    const byId = createGate({ provider: writtenProvider(id, needs), keys: usedKeys });
    for (const gate of [
      createGate({ provider: choice, keys: usedKeys }),
      createImportedGate({ provider: choice, keys: usedKeys }),
    ]) {
      const { provider: name, coverage, proofHeaders } = gate;
      expect({ name, coverage, proofHeaders }).toEqual({
        name: byId.provider,
        coverage: byId.coverage,
        proofHeaders: byId.proofHeaders,
      });
    }
  });

  const declarations = providers.flatMap(({ id, scheme }) =>
    'declared' in scheme ? [{ id, declared: untyped<SenderSource>(scheme).declared }] : [],
  );

  it.each(declarations)('$id is declared as people’s schemes must be', ({ declared }) => {
    checkTemplate(declared);
    expect(() => checkTemplate({ ...declared, bodyDigest: bodyDigest({ header: 'x-unsigned' }) })).toThrow(
      'the digest is not signed',
    );
  });

  it('judges as by its id', async () => {
    const { cases } = readVectors('providers/github');
    expect(cases.length).toBeGreaterThan(5);
    for (const one of cases) {
      const options = { keys: [one.secret ?? ''], now: () => one.now * 1000 };
      const verdict = await createImportedGate({ provider: github, ...options }).verify(requestOf(one));
      expect(verdict).toEqual(await createGate({ provider: 'github', ...options }).verify(requestOf(one)));
    }
  });

  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));
  const point = spki.subarray(-65);

  it.each<[string, string]>([
    ['a PEM', String(publicKey.export({ type: 'spki', format: 'pem' }))],
    ['a JSON Web Key', jwk],
    ['a JSON Web Key Set', `{"keys":[${jwk}]}`],
    ['a public or private key in DER', spki.toString('base64')],
    ['a public key (a point of a curve)', point.toString('hex')],
    ['an SSH key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${'A'.repeat(44)} me`],
  ])('takes no public key for a secret: %s', (shape, secret) => {
    const message = `keys[0].secret: it is ${shape}, and this scheme takes a shared secret: anyone who knows the key could sign. Give the shared secret; or, where requests are signed with such a key, set the algorithm to that.`;
    for (const given of [secret, { secret, encoding: 'utf8' } as const]) {
      for (const create of [
        () => createImportedGate({ provider: github, keys: [given] }),
        () => createGate({ provider: 'github', keys: [given] }),
      ])
        expect(create).toThrow(expect.objectContaining({ message }));
    }
  });

  it.each<[string, KeySpec]>([
    ['a placeholder', { secret: 'changeme' }],
    ['quotes', { secret: '"a-secret-of-20-bytes!"' }],
    ['another vendor’s', { secret: `whsec_${'x1'.repeat(12)}` }],
    ['hex under base64', { secret: 'ab'.repeat(20), encoding: 'base64' }],
    ['a secret’s JWK', { secret: JSON.stringify({ kty: 'oct', k: 'A'.repeat(42) }) }],
  ])('warns of a weak secret as by its id: %s', (_, key) => {
    const [info] = createImportedGate({ provider: github, keys: [key] }).keys.list();
    expect(info).toEqual(createGate({ provider: 'github', keys: [key] }).keys.list()[0]);
    expect(info?.warnings).not.toEqual([]);
  });

  it('takes no JWK whose names are ambiguous, however they are written', () => {
    for (const twice of ['"k":"AAAA"', String.raw`"\u006b":"AAAA"`]) {
      const secret = `{"kty":"oct","k":"${'A'.repeat(43)}",${twice}}`;
      expect(() => createImportedGate({ provider: github, keys: [secret] })).toThrow(
        'keys[0].secret: the text is not a JSON object of unique names. Give one JWK: {"kty":"oct","k":"…"}.',
      );
    }
  });

  it('takes options', () => {
    const renamed = withOptions(stripe, { headers: { signature: 'x-other' } });
    expect(createImportedGate({ provider: renamed, keys }).proofHeaders).toEqual(['x-other']);
    const both = withOptions(untyped<typeof stripe>(renamed), { toleranceMs: 7_200_000 });
    const asWritten = createGate({ provider: { id: 'stripe', toleranceMs: 7_200_000 }, keys });
    const gate = createImportedGate({ provider: both, keys });
    expect({ headers: gate.proofHeaders, coverage: gate.coverage }).toEqual({
      headers: ['x-other'],
      coverage: asWritten.coverage,
    });
    expect(createImportedGate({ provider: stripe, keys }).proofHeaders).toEqual(['stripe-signature']);
  });

  it.each([
    ['before', withOptions(untyped<typeof stripe>(withOptions(stripe, { toleranceMs: 7_200_000 })), {})],
    [
      'after others',
      withOptions(untyped<typeof stripe>(withOptions(stripe, { headers: { signature: 'x-other' } })), {
        toleranceMs: 7_200_000,
      }),
    ],
  ])('heeds options that are given %s', async (_, provider) => {
    const gate = createImportedGate({ provider, keys });
    const anHourOld = await gate.sign({
      method: 'POST',
      url: '/',
      body: '{}',
      timestampMs: Date.now() - 3_600_000,
    });
    expect(await gate.verify(anHourOld)).toMatchObject({ ok: true });
  });

  it.each<[string, () => unknown, string]>([
    [
      'what is not a provider',
      () => withOptions(untyped<typeof stripe>('stripe'), {}),
      'provider: it is a text. Give one that is imported, e.g. of @countersign/core/providers/github.',
    ],
    [
      'options that are not an object',
      () => withOptions(stripe, untyped(7)),
      'options: it is a number. Give an object.',
    ],
    [
      'a misspelt option',
      () => withOptions(stripe, untyped({ tolerance: 1 })),
      'provider.tolerance: there is no such option. Did you mean toleranceMs? Options: toleranceMs, headers.',
    ],
    [
      'an option of the wrong kind, when a gate is made',
      () => createImportedGate({ provider: withOptions(stripe, untyped({ toleranceMs: 'x' })), keys }),
      'provider.toleranceMs: it is a text. Give a number of milliseconds from 0 to 315619200000.',
    ],
    [
      'a part that the options contradict, when a gate is made',
      () =>
        createImportedGate({
          provider: withOptions(hmac, { requestId: 'x-id', message: '{timestamp}.{body}' }),
          keys,
        }),
      'provider.requestId: the id is declared and not signed: it would do nothing. Add {id} to the message, in place of a part that reads the same, or leave it out.',
    ],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ message }));
  });
});

describe('the entry for imported providers', () => {
  const says =
    'only imported providers are taken here. Give one, e.g. of @countersign/core/providers/github. Ids and schemes are taken by createGate of @countersign/core, by webhook and requireProof of its adapters, and by signedFetch.';

  it.each<[string, object, string]>([
    ['an id', { provider: 'github' }, `provider: ${says}`],
    ['an id with options', { provider: { id: 'github' } }, `provider: ${says}`],
    ['a scheme', { scheme: { type: 'shared-token' } }, `scheme: ${says}`],
    ['nothing', {}, `provider: ${says}`],
    [
      'an option of the provider beside it',
      { provider: stripe, toleranceMs: 1 },
      'toleranceMs: there is no such option. It belongs to the provider: withOptions(provider, { toleranceMs: … }).',
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => createImportedGate(untyped({ ...options, keys }))).toThrow(
      expect.objectContaining({ message }),
    );
  });
});

/** The files that a program loads, relative to `packages/core/src`; packages by their names. */
function loadedBy(program: string): readonly string[] {
  const hooks = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
`;
  const args = ['--conditions=countersign-source', '--input-type=module', '--eval'];
  const said = execFileSync(
    process.execPath,
    [...args, `${hooks}${program}\nconsole.log(JSON.stringify(loaded));`],
    { encoding: 'utf8', env: { ...process.env, CORE: SOURCE } },
  );
  return (JSON.parse(said) as string[])
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(SOURCE, new URL(url).pathname));
}

/** What it is today, and a little: lower it where it shrinks. `createGate` of the whole package has 264 modules. */
const MAX_FILES = 81;

describe('what an imported provider loads', () => {
  const loaded = loadedBy(`
const { createGate } = await import(process.env.CORE + '/imported-gate.ts');
const { github } = await import(process.env.CORE + '/providers/github.ts');
const gate = createGate({ provider: github, keys: ['a-secret-of-20-bytes!'] });
const request = await gate.sign({ method: 'POST', url: '/', body: '{}' });
const { kind } = await gate.receive(request, () => ({ kind: 'done' }));
if (kind !== 'done') throw new Error(kind);
`);

  it('is no other provider, no registry, no other scheme and no package', () => {
    expect(loaded.filter((file) => file.startsWith('providers/'))).toEqual(['providers/github.ts']);
    expect(
      loaded.filter((file) => /^schemes\/(jwt|approov|message-signatures|declared|shared)/.test(file)),
    ).toEqual([]);
    expect(loaded.filter((file) => file.includes('node_modules'))).toEqual([]);
  });

  it('is a bounded number of files', () => {
    expect(loaded.length).toBeLessThanOrEqual(MAX_FILES);
  });
});
