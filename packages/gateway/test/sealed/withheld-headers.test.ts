/** No secret of a request is at rest in the clear, or shown: in the raw bytes of the store, the admin API, the log. */

import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { createGate, type GateOptions, providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { secretHeaders, unsealedHeaders } from '../../src/sealed/withheld-headers.ts';
import { hmacHeaders, SECRET, send, start, startUpstream, type TestGateway } from '../harness.ts';

const STORE_KEY = '0123456789abcdef'.repeat(4);
const TOKEN_KEY = Buffer.from('k'.repeat(64)).toString('base64');
const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** How requests prove themselves: what the gate is set to, and what signs. */
interface Proof {
  readonly name: string;
  readonly gate: Pick<GateInput, 'provider' | 'scheme' | 'keys'>;
  readonly signer: GateOptions;
}

function proof(name: string, options: Pick<GateOptions, 'provider' | 'scheme'>, secret: string): Proof {
  return {
    name,
    gate: { ...options, keys: [{ secret }] },
    signer: { ...options, keys: [secret] },
  };
}

/** Their tokens say for which body, or which address, they are. */
const BOUND_TO_REQUESTS = [
  'atlassian-connect',
  'livekit',
  'messagebird-jwt',
  'plaid',
  'upstash-qstash',
  'vonage',
] as const;

/** One of each token provider, and of each declared scheme of tokens. */
async function tokenProofs(): Promise<readonly Proof[]> {
  const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' };
  const keys = await startUpstream((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  const firebase = { id: 'firebase-app-check', projectNumber: '1234567890' } as const;
  const pubSub = { id: 'google-pubsub', audience: 'https://a.example', email: 'push@a.example' } as const;
  const privateKey = { ...issuer.privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' };
  return [
    proof(
      'approov',
      { provider: { id: 'approov', binding: ['x-session'], bindingMode: 'optional' } },
      TOKEN_KEY,
    ),
    proof('jwt-bearer', { provider: { id: 'jwt-bearer', algorithm: 'HS256' } }, SECRET),
    proof('dpop', { provider: { id: 'dpop', algorithm: 'HS256' } }, SECRET),
    {
      name: 'firebase-app-check',
      gate: { provider: { ...firebase, jwks: keys.url } },
      signer: { provider: firebase, keys: [JSON.stringify(privateKey)] },
    },
    {
      name: 'google-pubsub',
      gate: { provider: { ...pubSub, jwks: keys.url } },
      signer: { provider: pubSub, keys: [JSON.stringify(privateKey)] },
    },
    ...BOUND_TO_REQUESTS.map((id) => proof(id, { provider: id }, keyOfProvider(id).signing)),
    proof('incode', { provider: 'incode' }, SECRET),
    proof('incode: basic', { provider: { id: 'incode', form: 'basic' } }, `user:${SECRET}`),
    proof('incode: a header', { provider: { id: 'incode', header: 'x-incode-token' } }, SECRET),
    proof('a shared token', { scheme: { type: 'shared-token', header: 'x-gitlab-token' } }, SECRET),
    proof('a jwt scheme', { scheme: { type: 'jwt', algorithm: 'HS256', header: 'x-jwt' } }, SECRET),
  ];
}

/** Everything that is at rest in the gateway's folder, shown by its API, or logged. */
async function everything(gateway: TestGateway): Promise<string> {
  const files = readdirSync(gateway.dir).map((file) =>
    readFileSync(join(gateway.dir, file)).toString('latin1'),
  );
  const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const { events } = await admin.call('events');
  const views = await Promise.all(events.map(({ id }) => admin.call('event', { id })));
  expect(views).toHaveLength(1);
  return [...files, JSON.stringify(events), JSON.stringify(views), ...gateway.log].join('\n');
}

/** The texts that must not be found: each secret value, and what follows its scheme. */
function secretsOf(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)]);
}

const sealerOf = async ({ store }: TestGateway, storeKey: string) =>
  (await openStoreKeys({ store, storeKey: new Secret(storeKey) })).sealer;

describe.each([STORE_KEY, undefined])('with the store key %s', (storeKey) => {
  it('a kept event of any token gate holds none of the token in the clear', async () => {
    const proofs = await tokenProofs();
    const ids = providers.filter((one) => one.proof === 'token').map(({ id }) => id);
    expect(proofs.map(({ name }) => name)).toEqual(expect.arrayContaining(ids));
    for (const { name, gate, signer } of proofs) {
      const made = createGate(signer);
      const gateway = await start(
        { gate: { path: '/keep', ...gate, keep: {} } },
        { ...(storeKey !== undefined && { storeKey }) },
      );
      const url = `${gateway.publicUrl}/keep`;
      const draft = {
        method: 'POST',
        // Where no proxy says otherwise, senders are believed to have called https.
        url: BOUND_TO_REQUESTS.some((id) => id === name) ? url.replace('http:', 'https:') : url,
        headers: { host: new URL(url).host, 'x-session': 'a-session-of-somebody' },
      };
      const claims = {
        iss: 'https://firebaseappcheck.googleapis.com/1234567890',
        aud: ['projects/1234567890'],
        sub: 'app',
      };
      const signed = await made.sign({
        ...draft,
        body: 'x',
        ...(name === 'firebase-app-check' && { claims }),
        ...(name === 'google-pubsub' && {
          claims: {
            iss: 'https://accounts.google.com',
            aud: 'https://a.example',
            email: 'push@a.example',
            email_verified: true,
          },
        }),
      });
      expect((await send(url, { headers: signed.headers.flat, body: 'x' })).status, gateway.log.at(-1)).toBe(
        200,
      );

      const names = [...secretHeaders(made.scheme), ...(name === 'approov' ? ['x-session'] : [])];
      const values = signed.headers.flat.filter((_, i) =>
        names.includes(signed.headers.flat[i - 1]?.toLowerCase() ?? ''),
      );
      expect(values.length, name).toBeGreaterThan(0);
      const contents = await everything(gateway);
      for (const text of secretsOf(values)) expect(contents, name).not.toContain(text);
      for (const one of names) expect(contents.toLowerCase(), name).toContain(one);

      const [summary] = await gateway.store.events.list();
      const event = await gateway.store.events.get(summary?.id ?? '');
      const sealer = storeKey === undefined ? undefined : await sealerOf(gateway, storeKey);
      const unsealed = event && unsealedHeaders(event, sealer);
      if (storeKey === undefined) expect(unsealed).toBeUndefined();
      else expect(unsealed).toEqual(expect.arrayContaining(values));
    }
  }, 120_000);

  it.each(['hmac', 'none'] as const)('credentials are withheld at any gate: %s', async (provider) => {
    const keys = provider === 'none' ? {} : { keys: [{ secret: SECRET }] };
    const gateway = await start(
      { gate: { path: '/keep', provider, ...keys, keep: {} } },
      { ...(storeKey !== undefined && { storeKey }) },
    );
    const headers = [
      ...Object.entries(hmacHeaders('x')),
      ['Host', 'gate.example'],
      ['AUTHORIZATION', 'Bearer one-bearer'],
      ['authorization', 'Basic two-basic'],
      ['X-Open', 'open'],
      ['Proxy-Authorization', 'Basic three-proxy'],
      ['cookie', 'session=four-cookie'],
    ].flat();
    expect((await send(`${gateway.publicUrl}/keep`, { headers, body: 'x' })).status).toBe(200);
    const contents = await everything(gateway);
    expect(contents).not.toMatch(/one-bearer|two-basic|three-proxy|four-cookie/);
    const [summary] = await gateway.store.events.list();
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const view = await admin.call('event', { id: summary?.id ?? '' });
    const withheld = storeKey === undefined ? 'left-out' : 'sealed';
    expect(view?.headers).toEqual(
      expect.arrayContaining([
        { name: 'AUTHORIZATION', value: '', withheld },
        { name: 'authorization', value: '', withheld },
        { name: 'Proxy-Authorization', value: '', withheld },
        { name: 'cookie', value: '', withheld },
        { name: 'X-Open', value: 'open' },
      ]),
    );
    if (storeKey === undefined) return;
    const event = await gateway.store.events.get(summary?.id ?? '');
    const sealer = await sealerOf(gateway, storeKey);
    expect(event && unsealedHeaders(event, sealer)?.slice(0, headers.length)).toEqual(headers);
    // Sealed for this event: moved to another, it does not open.
    expect(event && unsealedHeaders({ ...event, id: 'another' }, sealer)).toBeUndefined();
  });
});

describe('the warnings of a configuration', () => {
  const warningsOf = (gate: object, storeKey?: string) =>
    parseConfig(
      {
        store: 'sqlite:x.db',
        gates: { g: { path: '/', keep: {}, ...gate } as GateInput },
        ...(storeKey && { storeKey }),
      },
      { baseDir: '/', env: {} },
    ).warnings.filter(({ path }) => path === 'gates.g.keep');

  it('say where a token is left out of kept events, because there is no store key', () => {
    const tokens = [
      { provider: 'incode', keys: [{ secret: SECRET }] },
      { provider: { id: 'jwt-bearer', algorithm: 'HS256' }, keys: [{ secret: SECRET }] },
      { scheme: { type: 'shared-token' }, keys: [{ secret: SECRET }] },
    ];
    for (const gate of tokens) {
      expect(warningsOf(gate)).toMatchObject([
        { code: 'token-left-out', sentence: expect.stringMatching(/left out of the events/) },
      ]);
      expect(warningsOf(gate, STORE_KEY)).toEqual([]);
    }
    expect(warningsOf({ provider: 'github', keys: [{ secret: SECRET }] })).toEqual([]);
  });
});
