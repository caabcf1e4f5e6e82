/** No provider lacks the options that others of its kind have: how old a request may be, what its headers are called, which origin is signed. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  coverageOfProvider,
  createGate,
  type Draft,
  findProvider,
  optionRowsOf,
  type ProviderId,
  type ProviderIdChoice,
  providers,
  type RequestParts,
  writtenProvider,
} from '../src/index.ts';
import { createProvider } from '../src/providers/registry.ts';
import { RIGHT_PROVIDERS } from './options/right-declarations.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { SENDER_DRAFTS } from './support/sender-drafts.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const SECRET = 'a secret of thirty-two characters';
const FORM = 'application/x-www-form-urlencoded';

const drafts: Readonly<Record<string, Partial<Draft>>> = {
  flowent: { body: '{"action_name":"a","parameters":{}}' },
  'flow-production-tracking': { headers: { 'content-type': FORM }, body: 'user_id=1' },
  ...SENDER_DRAFTS,
};

type GateOf = (options?: object, now?: number) => ReturnType<typeof createGate>;

function gateOf(id: string): GateOf {
  return gateWith(id, keyOfProvider(id).held);
}

/** One that signs: where keys have two halves, with the other one. */
function signerOf(id: string): GateOf {
  return gateWith(id, [keyOfProvider(id).signing]);
}

function gateWith(id: string, keys: readonly string[]): GateOf {
  return (options = {}, now = NOW) =>
    createGate({
      provider: writtenProvider(id, { ...findProvider(id)?.needs, ...options }),
      keys,
      now: () => now,
    });
}

function draftOf(id: string): Draft {
  const draft = { method: 'POST', url: 'https://api.example/a', headers: {}, body: '{"id":"evt_1"}' };
  return { ...draft, timestampMs: NOW, id: 'msg_1', claims: { exp: 253_402_300_799 }, ...drafts[id] };
}

const optionNames = (id: string): readonly string[] =>
  optionRowsOf(providers.find((provider) => provider.id === id)).map(({ name }) => name);

const timed = providers
  .map(({ id }) => id)
  .filter((id) => coverageOfProvider(writtenProvider(id)).covered.includes('timestamp'));

/** As its page says. */
function toleranceOf(id: string): { readonly past: number; readonly future: number } {
  const row = optionRowsOf(providers.find((provider) => provider.id === id)).find(
    ({ name }) => name === 'toleranceMs',
  );
  const [past = 0, future = past] = (row?.default.match(/\d+/g) ?? []).map(Number);
  return { past, future };
}

/** Of one number, or of one each way. */
const withTolerance = timed.filter((id) => optionNames(id).includes('toleranceMs'));

describe('how old a request may be', () => {
  it('is an option of every provider whose proof covers a time', () => {
    const lacking = timed.filter(
      // A token’s own exp ends it: how long after it is taken.
      (id) => !['toleranceMs', 'maxAgeMs', 'leewayMs'].some((name) => optionNames(id).includes(name)),
    );
    expect(lacking).toEqual([]);
    expect(withTolerance).toEqual(
      expect.arrayContaining(['stripe', 'slack', 'standard-webhooks', 'flowent']),
    );
  });

  it('is an option of every token that ends', () => {
    const tokens = providers.filter(({ proof, id }) => proof === 'token' && id !== 'incode');
    for (const { id } of tokens) expect(optionNames(id), id).toContain('leewayMs');
  });

  it.each(withTolerance)('of %s: one number both ways, or one each way', async (id) => {
    const gate = gateOf(id);
    const { past, future } = toleranceOf(id);
    const request = await signerOf(id)().sign(draftOf(id));
    const reasonAt = async (options: object, offsetMs: number): Promise<string> => {
      const verdict = await gate(options, NOW + offsetMs).verify(request);
      return verdict.ok ? 'ok' : verdict.reason;
    };
    const at = (ms: number): object => ({ toleranceMs: ms });
    const wider = Math.max(past, future) + 5 * MINUTE;
    const old = past + 4 * MINUTE;
    const ahead = -future - 4 * MINUTE;
    expect(await reasonAt({}, old)).toBe('expired');
    expect(await reasonAt({}, ahead)).toBe('from-the-future');
    expect(await reasonAt(at(wider), old)).toBe('ok');
    expect(await reasonAt(at(wider), ahead)).toBe('ok');
    expect(await reasonAt(at(wider), wider + MINUTE)).toBe('expired');
    expect(await reasonAt(at(2000), 3001)).toBe('expired');
    expect(await reasonAt({ toleranceMs: { past: wider } }, old)).toBe('ok');
    // What is left out stays the provider’s own.
    expect(await reasonAt({ toleranceMs: { past: wider } }, ahead)).toBe('from-the-future');
    expect(await reasonAt({ toleranceMs: { future: wider } }, ahead)).toBe('ok');
    expect(await reasonAt({ toleranceMs: { future: wider } }, old)).toBe('expired');
    for (const wrong of [-1, '5 m', null, { past: -1 }, { pastMs: 1 }, 1e15]) {
      expect(() => gate({ toleranceMs: wrong }), JSON.stringify(wrong)).toThrow(/toleranceMs/);
    }
  });
});

/** RFC 9449, RFC 9421 and AWS fix these names. */
const FIXED = ['dpop', 'http-message-signatures', 'aws-sigv4'];

const named = providers
  .map(({ id, needs }) => ({ id, headers: createProvider(writtenProvider(id, needs)).scheme.headers.proof }))
  .filter(({ id, headers }) => headers.length > 0 && !FIXED.includes(id));

const renamed = named.map(({ id }) => id).filter((id) => optionNames(id).includes('headers'));

describe('what headers are called', () => {
  it('is an option of every provider that has headers of its own', () => {
    const lacking = named.filter(
      ({ id }) => !['headers', 'header', 'signature'].some((name) => optionNames(id).includes(name)),
    );
    expect(lacking).toEqual([]);
    expect(renamed).toEqual(
      expect.arrayContaining(['github', 'slack', 'standard-webhooks', 'stripe', 'twilio']),
    );
  });

  it.each(renamed)('of %s: each by its part, for signing and judging', async (id) => {
    const gate = gateOf(id);
    const plain = gate();
    const row = optionRowsOf(providers.find((provider) => provider.id === id)).find(
      ({ name }) => name === 'headers',
    );
    const parts = [...(row?.description.matchAll(/\b(signature|timestamp|id|nonce|type)\b(?=[,} ])/g) ?? [])];
    const headers = Object.fromEntries(parts.map(([part]) => [part, `X-Their-${part}`]));
    expect(Object.keys(headers)).toContain('signature');
    const other = gate({ headers });
    const request = await signerOf(id)({ headers }).sign(draftOf(id));
    expect(await other.verify(request)).toMatchObject({ ok: true });
    expect(await plain.verify(request)).toMatchObject({ ok: false, reason: 'missing-signature' });
    const names = [...request.headers].map(([name]) => name.toLowerCase());
    expect(names).toContain('x-their-signature');
    for (const name of row?.default.split(', ') ?? []) expect(names).not.toContain(name);
    expect(() => gate({ headers: { body: 'x-a' } })).toThrow(/headers\.body/);
    expect(() => gate({ headers: { signature: 'x a' } })).toThrow(/headers\.signature/);
    expect(() => gate({ headers: { signature: '' } })).toThrow(/headers\.signature/);
  });

  it('of standard-webhooks: Svix’s by one word', async () => {
    const mac = createHmac('sha256', SECRET)
      .update(`m1.${NOW / 1000}.{}`)
      .digest('base64');
    const request = (prefix: string): RequestParts => ({
      method: 'POST',
      url: '/',
      headers: {
        [`${prefix}-id`]: 'm1',
        [`${prefix}-timestamp`]: String(NOW / 1000),
        [`${prefix}-signature`]: `v1,${mac}`,
      },
      body: '{}',
    });
    const gate = gateOf('standard-webhooks');
    expect(await gate({ headers: 'svix' }).verify(request('svix'))).toMatchObject({ ok: true, id: 'm1' });
    expect(await gate({ headers: 'svix' }).verify(request('webhook'))).toMatchObject({ ok: false });
    expect(await gate({ headers: { id: 'svix-id' } }).verify(request('svix'))).toMatchObject({ ok: false });
    expect(() => gate({ headers: 'svix-' })).toThrow(/without/);
    expect(() => gate({ headers: 'svix id' })).toThrow(/headers/);
  });
});

/** Whatever is set, a provider’s proof may cover whom the request was sent to. */
const addressed = providers
  .map(({ id }) => id)
  .filter((id) =>
    (RIGHT_PROVIDERS[id] ?? []).some((choice) =>
      coverageOfProvider(choice as ProviderIdChoice | ProviderId).covered.includes('host'),
    ),
  );

describe('scheme and host as the sender knows them', () => {
  it('are an option of every provider whose proof can cover them', () => {
    expect(addressed).toEqual(
      expect.arrayContaining(['approov', 'dpop', 'hmac', 'http-message-signatures', 'twilio']),
    );
    expect(addressed.filter((id) => !optionNames(id).includes('origin'))).toEqual([]);
  });

  it('of twilio: what it was told to call, where a proxy says nothing of it', async () => {
    const gate = gateOf('twilio');
    const behindProxy = {
      method: 'POST',
      url: '/a?b=1',
      headers: {
        host: '10.0.0.7:8787',
        'content-type': FORM,
        'x-twilio-signature': createHmac('sha1', SECRET)
          .update('https://hooks.example/a?b=1To2')
          .digest('base64'),
      },
      body: 'To=2',
    };
    const origin = 'https://hooks.example';
    expect(await gate({ origin }).verify(behindProxy)).toMatchObject({ ok: true });
    expect(await gate().verify(behindProxy)).toMatchObject({ ok: false, reason: 'signature-mismatch' });
    expect(await gate({ origin: 'http://hooks.example' }).verify(behindProxy)).toMatchObject({ ok: false });
    const signed = await gate({ origin }).sign({ ...draftOf('twilio'), url: '/a', body: '' });
    expect(await gate({ origin }).verify(signed)).toMatchObject({ ok: true });
    expect(() => gate({ origin: `${origin}/a` })).toThrow(/origin/);
  });
});

it('AdCP’s and Shopify’s headers are taken by hmac', async () => {
  const body = '{"a":1}';
  const mac = (message: string) => createHmac('sha256', SECRET).update(message);
  const verify = (options: object, headers: Readonly<Record<string, string>>) =>
    gateOf('hmac')(options).verify({ method: 'POST', url: '/', headers, body });
  const adcp = {
    signature: { header: 'X-ADCP-Signature', prefix: 'sha256=', encoding: 'hex' },
    timestamp: 'X-ADCP-Timestamp',
    message: '{timestamp}.{body}',
  };
  const time = String(NOW / 1000);
  const signed = {
    'x-adcp-timestamp': time,
    'x-adcp-signature': `sha256=${mac(`${time}.${body}`).digest('hex')}`,
  };
  expect(await verify(adcp, signed)).toMatchObject({ ok: true });
  expect(await verify(adcp, { ...signed, 'x-adcp-timestamp': String(NOW / 1000 + 1) })).toMatchObject({
    ok: false,
  });
  for (const name of ['X-Shopify-Hmac-Sha256', 'Shopify-Hmac-Sha256']) {
    const shopify = { signature: { header: name, encoding: 'base64' }, timestamp: 'none', message: '{body}' };
    expect(await verify(shopify, { [name]: mac(body).digest('base64') })).toMatchObject({ ok: true });
    expect(await verify(shopify, { [name]: mac(`${body} `).digest('base64') })).toMatchObject({ ok: false });
  }
});

it('one provider, and only one, is meant by a bare key: its variable is no other’s', () => {
  const generic = providers.filter(({ isGeneric }) => isGeneric === true);
  expect(generic.map(({ id }) => id)).toEqual(['hmac']);
  expect(providers.filter(({ keyVariable }) => keyVariable === generic[0]?.keyVariable)).toEqual(generic);
});
