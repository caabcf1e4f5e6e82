/** A gate's keys, changed by the admin API while requests come: over real HTTP, on a real store. */
import { createHash, createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AddKeyInput, type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import {
  actionsModule,
  later,
  send,
  start,
  startUpstream,
  type TestGateway,
  type TestOptions,
  temporaryDir,
} from '../harness.ts';
import { giveUpKey } from '../sealed/give-up-key.ts';

const OLD = 'the-old-secret-of-this-gate-0123456789';
const NEW = 'the-new-secret-of-this-gate-abcdefghij';
const STORE_KEY = 'ab'.repeat(32);

type KeyInputs = readonly {
  readonly id: string;
  readonly secret: string;
  readonly state?: 'active' | 'next' | 'retiring' | 'revoked';
}[];

async function started(
  keys: KeyInputs = [{ id: 'old', secret: OLD }],
  options: TestOptions = {},
  isSealed = true,
): Promise<{ readonly gateway: TestGateway; readonly client: AdminClient }> {
  const gateway = await start(
    {
      hook: { path: '/hook', provider: 'github', keys, replay: { repeat: 'run' }, respond: { status: 200 } },
    },
    isSealed ? { storeKey: STORE_KEY, ...options } : options,
  );
  return {
    gateway,
    client: createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken }),
  };
}

async function post(
  gateway: TestGateway,
  secret: string,
  body = randomBytes(8).toString('hex'),
): Promise<number> {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'x-hub-signature-256': signature };
  return (await send(`${gateway.publicUrl}/hook`, { body, headers })).status;
}

const gate = 'hook';

/** The bytes of all files of the store. */
function storeText(dir: string): string {
  return readdirSync(dir)
    .map((name) => readFileSync(join(dir, name), 'latin1'))
    .join('');
}

describe('a key is rotated', () => {
  it('while requests come: none is lost, and once it is revoked the old one is refused', async () => {
    const { gateway, client } = await started();
    let isOver = false;
    let signer = OLD;
    const statuses: number[] = [];
    const traffic = Array.from({ length: 4 }, async () => {
      while (!isOver) statuses.push(await post(gateway, signer));
    });
    const added = await client.call('addKey', { gate, id: 'new', secret: NEW });
    expect(added).not.toHaveProperty('secret');
    expect(added.keys.keys.map(({ id, state, source }) => [id, state, source])).toEqual([
      ['old', 'active', 'configuration'],
      ['new', 'next', 'added'],
    ]);
    expect(await post(gateway, NEW)).toBe(200);
    signer = NEW;
    for (const change of ['activate', 'make-next', 'activate'] as const)
      await client.call('changeKey', { gate, key: 'new', change });
    const retiring = await client.call('changeKey', { gate, key: 'old', change: 'retire' });
    expect(retiring.keys[0]).toMatchObject({ id: 'old', state: 'retiring', configured: { state: 'active' } });
    expect(await post(gateway, OLD)).toBe(200);
    await client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    isOver = true;
    await Promise.all(traffic);
    expect(statuses.length).toBeGreaterThan(10);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await post(gateway, OLD)).toBe(401);
    expect(await post(gateway, NEW)).toBe(200);
    const said = gateway.log
      .filter((line) => /"a key was (added|changed)"/.test(line))
      .map((line) => JSON.parse(line));
    expect(said[0]).toMatchObject({ gate, keyId: 'new', by: 'token', msg: 'a key was added' });
    expect(said.at(-1)).toMatchObject({ keyId: 'old', change: 'revoke', msg: 'a key was changed' });
    // The words of a refusal follow the new ring.
    expect(gateway.records.at(-2)?.message).toBe('key "old" proves the request, but is revoked');
  });

  it('whose change holds after a restart, with what was counted', async () => {
    const dir = temporaryDir();
    const first = await started(undefined, { dir });
    await first.client.call('addKey', { gate, id: 'new', secret: NEW, state: 'active' });
    await first.client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    for (let i = 0; i < 3; i++) await post(first.gateway, NEW);
    const before = await first.client.call('gateKeys', { gate });
    await first.gateway.close();
    const { gateway, client } = await started(undefined, { dir });
    expect(await post(gateway, OLD)).toBe(401);
    const { keys } = await client.call('gateKeys', { gate });
    expect(keys.map(({ id, state, source, hits }) => ({ id, state, source, hits }))).toEqual([
      { id: 'old', state: 'revoked', source: 'configuration', hits: 0 },
      { id: 'new', state: 'active', source: 'added', hits: 3 },
    ]);
    expect(keys[1]?.countedSince).toBe(before.keys[1]?.countedSince);
    expect(keys[1]?.hitsLastHour).toBe(3);
    expect(await post(gateway, NEW)).toBe(200);
    expect((await client.call('gateKeys', { gate })).keys[1]).toMatchObject({
      hits: 4,
      hitsLastDay: 4,
      uses: [{ hits: 4 }],
    });
  });

  it('its secret is generated, shown once, and stands nowhere in the clear', async () => {
    const { gateway, client } = await started();
    const { secret = '', keys } = await client.call('addKey', { gate, id: 'made', generate: true });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await post(gateway, secret)).toBe(200);
    await client.call('addKey', { gate, id: 'given', secret: NEW });
    await client.call('changeKey', { gate, key: 'old', change: 'retire' });
    const shown = JSON.stringify([keys, await client.call('gateKeys', { gate }), await client.call('gates')]);
    await gateway.close();
    for (const text of [shown, gateway.log.join(''), storeText(gateway.dir)]) {
      for (const hidden of [secret, NEW, OLD]) {
        expect(text).not.toContain(hidden);
        expect(text).not.toContain(createHmac('sha256', '').update(hidden).digest('hex'));
      }
    }
    expect(storeText(gateway.dir)).toContain('"made"');
  });
});

describe('a restart', () => {
  it('under another storeKey, where the old one is lost, leaves out the keys that were added, says so, and keeps those that were revoked so', async () => {
    const dir = temporaryDir();
    const first = await started(
      [
        { id: 'old', secret: OLD },
        { id: 'other', secret: 'another-secret-of-this-gate-0123456' },
      ],
      { dir },
    );
    await first.client.call('addKey', { gate, id: 'new', secret: NEW });
    await first.client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    await first.gateway.close();
    await giveUpKey(dir, 'cd'.repeat(32));
    const { gateway, client } = await started(
      [
        { id: 'old', secret: OLD },
        { id: 'other', secret: 'another-secret-of-this-gate-0123456' },
      ],
      { dir, storeKey: 'cd'.repeat(32) },
    );
    expect([await post(gateway, OLD), await post(gateway, NEW)]).toEqual([401, 401]);
    const sentence =
      'key "new" was added at run time under another storeKey: it proves nothing; start the gateway with that storeKey, or remove the key and add it again';
    expect(gateway.log.join('')).toContain(JSON.stringify(sentence));
    const view = await client.call('gateKeys', { gate });
    expect(view.warnings).toEqual([{ code: 'key-unreadable', severity: 'warning', sentence }]);
    expect(view.keys[2]?.safeToRetire.sentence).toBe('It is left out, and proves no requests.');
    expect(view.keys.map(({ id, state, leftOut }) => [id, state, leftOut])).toEqual([
      ['old', 'revoked', undefined],
      ['other', 'active', undefined],
      ['new', 'next', true],
    ]);
    await expect(client.call('changeKey', { gate, key: 'new', change: 'activate' })).rejects.toMatchObject({
      code: 'key-left-out',
      message:
        'the admin API answered 409: the key is left out of the gate’s keys, as their warnings say: it can be removed',
    });
    const after = await client.call('changeKey', { gate, key: 'new', change: 'remove' });
    expect([after.keys.length, after.warnings]).toEqual([2, []]);
    await gateway.close();
    await giveUpKey(dir, 'ab'.repeat(32));
    const again = await started(
      [
        { id: 'old', secret: OLD },
        { id: 'other', secret: 'another-secret-of-this-gate-0123456' },
      ],
      { dir },
    );
    expect([await post(again.gateway, OLD), await post(again.gateway, NEW)]).toEqual([401, 401]);
  });

  it.each([
    ['says the same of the key: the change counts', { id: 'old', secret: OLD }, 401, undefined],
    [
      'says something else: the configuration counts',
      { id: 'old', secret: OLD, state: 'retiring' },
      200,
      'key "old" was changed at run time, and the configuration has changed it since: the configuration counts; change the key again if that is not meant',
    ],
    [
      'has another secret under the id: the configuration counts',
      { id: 'old', secret: 'a-third-secret-of-this-gate-01234567' },
      200,
      'key "old" was changed at run time, and the configuration has changed it since: the configuration counts; change the key again if that is not meant',
    ],
  ] as const)('with a configuration that %s', async (_, key, status, sentence) => {
    const dir = temporaryDir();
    const first = await started(undefined, { dir });
    await first.client.call('changeKey', { gate, key: 'old', change: 'revoke', force: true });
    await first.gateway.close();
    const { gateway } = await started([key], { dir });
    expect(await post(gateway, key.secret)).toBe(status);
    if (sentence !== undefined) expect(gateway.log.join('')).toContain(JSON.stringify(sentence));
  });

  it('with a configuration that has the key that was added: the configuration’s counts', async () => {
    const dir = temporaryDir();
    const first = await started(undefined, { dir });
    await first.client.call('addKey', { gate, id: 'new', secret: NEW });
    await first.gateway.close();
    const third = 'a-third-secret-of-this-gate-01234567';
    const { gateway } = await started(
      [
        { id: 'old', secret: OLD },
        { id: 'new', secret: third },
      ],
      { dir },
    );
    expect([await post(gateway, NEW), await post(gateway, third)]).toEqual([401, 200]);
    expect(gateway.log.join('')).toContain(
      '\\"new\\" was added at run time, and the configuration has a key of this id now: the one of the configuration counts',
    );
  });

  it('with a configuration beside which the added keys are too many: these are left out, and can be removed', async () => {
    const dir = temporaryDir();
    const first = await started(undefined, { dir });
    await first.client.call('addKey', { gate, id: 'new', secret: NEW });
    await first.gateway.close();
    const sixteen = Array.from({ length: 16 }, (_, i) => ({ id: `k${i}`, secret: `${OLD}-${i}` }));
    const { gateway, client } = await started(sixteen, { dir });
    expect([await post(gateway, NEW), await post(gateway, `${OLD}-3`)]).toEqual([401, 200]);
    expect((await client.call('gateKeys', { gate })).warnings).toEqual([
      {
        code: 'key-refused',
        severity: 'warning',
        sentence:
          'key "new" was added at run time, and the gate does not take it beside the configuration’s keys: it proves nothing; remove it, or change the configuration',
      },
    ]);
    await client.call('changeKey', { gate, key: 'new', change: 'remove' });
    expect((await client.call('gateKeys', { gate })).warnings).toEqual([]);
  });
});

describe('two operators', () => {
  it('of two changes of one state one is made', async () => {
    const { client } = await started([
      { id: 'a', secret: OLD },
      { id: 'b', secret: NEW },
    ]);
    const { etag } = await client.read('gateKeys', { gate });
    const revoke = (key: string) =>
      client.call('changeKey', { gate, key, change: 'revoke' }, { ifMatch: etag });
    const results = await Promise.allSettled([revoke('a'), revoke('b')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { keys } = await client.call('gateKeys', { gate });
    expect(keys.filter(({ state }) => state === 'revoked')).toHaveLength(1);
  });

  it('without an etag each is judged by what is there when its turn comes: the last usable key stays', async () => {
    const { client } = await started([
      { id: 'a', secret: OLD },
      { id: 'b', secret: NEW },
    ]);
    const revoke = (key: string) => client.call('changeKey', { gate, key, change: 'revoke' });
    const results = await Promise.allSettled([revoke('a'), revoke('b')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('what is refused, and changes nothing', () => {
  it.each([
    [{ id: 'old', secret: NEW }, 'key-exists', 'the gate has a key of this id: give the new one another'],
    [{ id: 'new' }, 'invalid-input', 'give secret, or generate: true, and not both'],
    [
      { id: 'new', secret: NEW, generate: true },
      'invalid-input',
      'give secret, or generate: true, and not both',
    ],
    [{ id: 'new', secret: 'short' }, 'key-refused', 'key "new" is 5 bytes long; at least 8 are required'],
    [
      { id: 'new', secret: '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----' },
      'key-refused',
      '400: it is a PEM, and this scheme takes a shared secret: anyone who knows the key could sign',
    ],
    [{ id: 'new', secret: 'zz', encoding: 'hex' }, 'key-refused', ''],
    [
      { id: 'new', generate: true, encoding: 'pem' },
      'invalid-input',
      'no secret is generated in this encoding: leave encoding out',
    ],
    [
      { id: 'new', secret: NEW, from: '2027-01-02T00:00:00Z', until: '2027-01-01T00:00:00Z' },
      'invalid-input',
      'until is not after from',
    ],
    [
      { id: 'new', secret: NEW, until: '2027-13-01T00:00:00Z' },
      'invalid-input',
      'from or until is a day that there is not',
    ],
    [
      { id: 'new', secret: NEW, action: 'run' },
      'key-refused',
      'nothing says which action a request asks for',
    ],
    [{ id: 'new', secret: NEW, encoding: 'rot13' }, 'invalid-input', 'encoding must be one of'],
  ])('adding %j', async (input, code, sentence) => {
    const { gateway, client } = await started();
    const before = await client.read('gateKeys', { gate });
    // Types take no encoding that there is not.
    const key = input as AddKeyInput;
    const error: unknown = await client.call('addKey', { gate, ...key }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code, message: expect.stringContaining(sentence) });
    for (const text of [String(error), gateway.log.join('')])
      if ('secret' in input && input.secret.length > 5) expect(text).not.toContain(input.secret);
    expect((await client.read('gateKeys', { gate })).etag).toBe(before.etag);
    expect(await post(gateway, OLD)).toBe(200);
  });

  it.each([
    [{ key: 'none', change: 'retire' }, 404, 'no-such-key', 'the gate has no key of this id'],
    [
      { key: 'old', change: 'revoke' },
      409,
      'last-usable-key',
      'no key would be left that could prove such a request: add another first, or say force',
    ],
    [
      { key: 'old', change: 'retire', until: '2020-01-01T00:00:00Z' },
      409,
      'last-usable-key',
      'no key would be left',
    ],
    [
      { key: 'old', change: 'remove' },
      409,
      'key-configured',
      'the key is one of the configuration: take it out there; revoke ends it until then',
    ],
    [
      { key: 'gone', change: 'activate' },
      409,
      'key-revoked',
      'the key is revoked: say force to have it back',
    ],
  ] as const)('changing %j', async (input, status, code, sentence) => {
    const { client } = await started([
      { id: 'old', secret: OLD },
      { id: 'gone', secret: NEW, state: 'revoked' },
    ]);
    await expect(client.call('changeKey', { gate, ...input })).rejects.toMatchObject({
      status,
      code,
      message: expect.stringContaining(sentence),
    });
  });

  it('a key that has ended comes back with a time that lies ahead only', async () => {
    const { gateway, client } = await started([
      { id: 'a', secret: OLD },
      { id: 'b', secret: NEW },
    ]);
    await client.call('changeKey', { gate, key: 'a', change: 'retire', until: '2020-01-01T00:00:00Z' });
    expect(await post(gateway, OLD)).toBe(401);
    await expect(client.call('changeKey', { gate, key: 'a', change: 'activate' })).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'the admin API answered 400: the key has ended: give an until that lies ahead',
    });
    await client.call('changeKey', { gate, key: 'a', change: 'activate', until: '2999-01-01T00:00:00Z' });
    expect(await post(gateway, OLD)).toBe(200);
    await client.call('addKey', { gate, id: 'c', secret: `${NEW}c`, from: '2020-01-01T00:00:00Z' });
    await expect(
      client.call('changeKey', { gate, key: 'c', change: 'retire', until: '2019-01-01T00:00:00Z' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('until is not after the key’s from') });
  });

  it('a key that begins later proves from the time on that a change gives it', async () => {
    const { gateway, client } = await started();
    await client.call('addKey', { gate, id: 'new', secret: NEW, from: '2999-01-01T00:00:00Z' });
    expect(await post(gateway, NEW)).toBe(401);
    // Its state alone says nothing of when it begins.
    await client.call('changeKey', { gate, key: 'new', change: 'activate' });
    expect(await post(gateway, NEW)).toBe(401);
    await expect(
      client.call('changeKey', { gate, key: 'new', change: 'activate', until: '2998-01-01T00:00:00Z' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('until is not after the key’s from') });
    await client.call('changeKey', { gate, key: 'new', change: 'make-next', from: '2020-01-01T00:00:00Z' });
    expect(await post(gateway, NEW)).toBe(200);
    await expect(
      client.call('changeKey', { gate, key: 'new', change: 'activate', from: '2021-13-01T00:00:00Z' }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('without a storeKey a key is not added; states change all the same, and hold', async () => {
    const dir = temporaryDir();
    const keys = [
      { id: 'a', secret: OLD },
      { id: 'b', secret: NEW },
    ];
    const first = await started(keys, { dir }, false);
    await expect(first.client.call('addKey', { gate, id: 'c', secret: `${NEW}c` })).rejects.toMatchObject({
      status: 409,
      code: 'store-key-missing',
      message:
        'the admin API answered 409: a key that is added is stored encrypted, and the configuration has no storeKey: make one with openssl rand -hex 32, set storeKey to it, and start the gateway again',
    });
    expect((await first.client.call('gateKeys', { gate })).canAdd).toBe(false);
    await first.client.call('changeKey', { gate, key: 'a', change: 'revoke' });
    await first.gateway.close();
    const { gateway } = await started(keys, { dir }, false);
    expect(await post(gateway, OLD)).toBe(401);
  });

  it('a gate of unsigned requests has no keys to change', async () => {
    const gateway = await start(
      { open: { path: '/o', provider: 'none', respond: { status: 204 } } },
      { storeKey: STORE_KEY },
    );
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(await client.call('gateKeys', { gate: 'open' })).toMatchObject({ keys: [], canAdd: false });
    await expect(client.call('addKey', { gate: 'open', id: 'a', secret: NEW })).rejects.toMatchObject({
      code: 'keys-fetched',
      message: 'the admin API answered 409: the gate takes unsigned requests, and has no keys',
    });
    await expect(client.call('gateKeys', { gate: 'opne' })).rejects.toMatchObject({
      code: 'no-such-gate',
      message: expect.stringContaining('did you mean open?'),
    });
  });
});

it('with force the last key ends, which the view and the log say; it comes back with force', async () => {
  const { gateway, client } = await started();
  const view = await client.call('changeKey', { gate, key: 'old', change: 'revoke', force: true });
  expect(view.warnings).toEqual([
    {
      code: 'no-valid-key',
      severity: 'warning',
      sentence: 'no key is valid now, and every request is refused: old is revoked',
    },
  ]);
  expect(await post(gateway, OLD)).toBe(401);
  await client.call('changeKey', { gate, key: 'old', change: 'activate', force: true });
  expect(await post(gateway, OLD)).toBe(200);
});

describe('whether a key is safe to retire', () => {
  const HOUR_MS = 3_600_000;

  it('of a next key that was added a minute ago, is to give it to the sender', async () => {
    const { client } = await started([
      { id: 'old', secret: OLD },
      { id: 'new', secret: NEW, state: 'next' },
    ]);
    const { keys } = await client.call('gateKeys', { gate });
    expect(keys.find(({ id }) => id === 'new')?.safeToRetire).toEqual({
      isSafe: false,
      code: 'counted-too-briefly',
      sentence:
        'It is new, and no request has been signed with it yet: give it to the sender before you retire the old key.',
    });
  });

  it('is said by what it and the others have proved', async () => {
    let nowMs = Date.parse('2026-11-27T00:30:00Z');
    const { gateway, client } = await started(
      [
        { id: 'old', secret: OLD },
        { id: 'new', secret: NEW },
      ],
      { now: () => nowMs, monotonicMs: () => nowMs },
    );
    const judged = async () =>
      (await client.call('gateKeys', { gate })).keys.map(({ safeToRetire }) => safeToRetire);
    const briefly = {
      isSafe: false,
      code: 'counted-too-briefly',
      sentence:
        'It has proved no request yet, but it has been watched for less than a day: wait a day before you retire it.',
    };
    expect(await judged()).toEqual([briefly, briefly]);
    await post(gateway, OLD);
    nowMs += HOUR_MS;
    await post(gateway, OLD);
    expect(await judged()).toEqual([
      {
        isSafe: false,
        code: 'in-use',
        sentence: 'It proved 2 requests within the last day: its sender still signs with it.',
      },
      briefly,
    ]);
    nowMs += 24 * HOUR_MS;
    const nobody = {
      isSafe: false,
      code: 'no-other-in-use',
      sentence: 'Nobody has sent anything within the last day, with any key: that says nothing of this one.',
    };
    expect(await judged()).toEqual([nobody, nobody]);
    await post(gateway, NEW);
    const [old, next] = (await client.call('gateKeys', { gate })).keys;
    expect(old).toMatchObject({
      hits: 2,
      hitsLastHour: 0,
      hitsLastDay: 0,
      lastUsedAt: '2026-11-27T01:30:00.000Z',
    });
    expect(old?.safeToRetire).toEqual({
      isSafe: true,
      code: 'unused',
      sentence: 'It has proved no request for a day, and the other keys 1 request: nobody seems to use it.',
    });
    expect(next?.safeToRetire.code).toBe('in-use');
    await client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    expect(await judged()).toEqual([
      { isSafe: true, code: 'not-usable', sentence: 'It proves no requests any more.' },
      {
        isSafe: false,
        code: 'last-usable',
        sentence: 'It is the last key that proves requests: add another first.',
      },
    ]);
  });
});

it('keys that are fetched are shown, and are changed by whoever publishes them', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
  const { url } = await startUpstream((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  const gateway = await start(
    {
      tokens: {
        path: '/t',
        provider: {
          id: 'jwt-bearer',
          jwks: `${url}/jwks`,
          algorithm: 'ES256',
          issuer: 'https://i.example',
          audience: 'a',
        },
        respond: { status: 204 },
      },
    },
    { storeKey: STORE_KEY },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const view = await client.call('gateKeys', { gate: 'tokens' });
  expect(view).toMatchObject({ kind: 'fetched', canAdd: false });
  expect(view.keys[0]).toMatchObject({
    source: 'fetched',
    safeToRetire: {
      isSafe: false,
      code: 'fetched',
      sentence: 'The gate fetches its keys: whoever publishes them retires them.',
    },
  });
  await expect(client.call('addKey', { gate: 'tokens', id: 'x', secret: NEW })).rejects.toMatchObject({
    code: 'keys-fetched',
    message: 'the admin API answered 409: the gate’s keys are fetched from an address, and are changed there',
  });
});

it('no secret is generated for a gate of public keys', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const secret = String(publicKey.export({ format: 'pem', type: 'spki' }));
  const scheme = {
    algorithm: 'ed25519',
    signature: { header: 'x-signature', encoding: 'hex' },
    message: '{body}',
  } as const;
  const gateway = await start(
    { pub: { path: '/p', scheme, keys: [{ id: 'a', secret }], respond: { status: 204 } } },
    { storeKey: STORE_KEY },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  await expect(client.call('addKey', { gate: 'pub', id: 'x', generate: true })).rejects.toMatchObject({
    message:
      'the admin API answered 400: the gate’s keys are public ones: their other halves are the sender’s',
  });
});

it('a key is bound to an action that the gate has', async () => {
  const actions = actionsModule(
    'export const refund = { name: "refund", description: "Refunds.", input: { type: "object" }, run: () => "done" };',
  );
  const gateway = await start(
    {
      ami: {
        path: '/ami/:action',
        provider: 'flow-production-tracking',
        keys: [{ id: 'a', secret: OLD, for: { action: 'refund' } }],
        answer: { actions },
      },
    },
    { storeKey: STORE_KEY },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  await expect(
    client.call('addKey', { gate: 'ami', id: 'x', secret: NEW, action: 'refnd' }),
  ).rejects.toMatchObject({
    message: 'the admin API answered 400: the gate has no action of this name; did you mean refund?',
  });
  const { keys } = await client.call('addKey', { gate: 'ami', id: 'x', secret: NEW, action: 'refund' });
  expect(keys.keys[1]).toMatchObject({ id: 'x', for: { action: 'refund' } });
});

it('a record that nobody of us has written keeps the gateway from starting', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const key = createHash('sha256').update(gate).digest('hex');
  await store.records.put({ space: 'gate-keys', key, version: 0, bytes: Buffer.from('{"v":9}') });
  await expect(started(undefined, { sharedStore: store })).rejects.toMatchObject({
    option: 'gates.hook.keys',
    problem: 'what was changed of them at run time is in the store, and cannot be read',
  });
});

it('a proof that the gate takes besides goes by the same keys: what is revoked is revoked for both', async () => {
  const gateway = await start(
    {
      hook: {
        path: '/hook',
        provider: 'github',
        accept: [
          {
            scheme: {
              algorithm: 'hmac-sha256',
              signature: { header: 'x-old-signature', encoding: 'hex' },
              message: '{body}',
            },
            until: '2999-01-01T00:00:00Z',
          },
        ],
        keys: [
          { id: 'a', secret: OLD },
          { id: 'b', secret: NEW },
        ],
        respond: { status: 200 },
      },
    },
    { storeKey: STORE_KEY },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const postOld = async (secret: string): Promise<number> => {
    const body = randomBytes(8).toString('hex');
    const headers = { 'x-old-signature': createHmac('sha256', secret).update(body).digest('hex') };
    return (await send(`${gateway.publicUrl}/hook`, { body, headers })).status;
  };
  expect([await post(gateway, OLD), await postOld(OLD)]).toEqual([200, 200]);
  expect((await client.call('gateKeys', { gate })).keys[0]?.hits).toBe(2);
  await client.call('changeKey', { gate, key: 'a', change: 'revoke' });
  expect([await post(gateway, OLD), await postOld(OLD)]).toEqual([401, 401]);
  expect([await post(gateway, NEW), await postOld(NEW)]).toEqual([200, 200]);
});
