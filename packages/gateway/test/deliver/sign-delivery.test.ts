import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createGate, type Gate, type GateOptions, HeaderList } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignConfig } from '../../src/config/delivery-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createDeliverySigner, type UnsignedDelivery } from '../../src/deliver/sign-delivery.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'a secret of thirty-two characters';
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;
const TARGET = new URL('https://sink.example/hooks?tenant=1');
const ID = '01900000-0000-7000-8000-000000000001';
const BODY = Buffer.from('{"type":"invoice.paid","name":"é"}');

const ed25519 = generateKeyPairSync('ed25519');
const PRIVATE_PEM = ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC_PEM = ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString();

type Provider = (id: string, options?: Record<string, unknown>) => NonNullable<SignConfig['proof']>;
const provider: Provider = (id, options = {}) => ({ kind: 'provider', id, options });

const signerOf = (
  config: Omit<SignConfig, 'secret'> & { secret: string },
  target: URL | undefined = TARGET,
  now = () => NOW,
) =>
  createDeliverySigner(
    { ...config, secret: new Secret(config.secret) },
    { option: 'deliver[0].sign', target, now },
  );

const DELIVERY: UnsignedDelivery = {
  eventId: ID,
  method: 'POST',
  headers: ['content-type', 'application/json', 'X-A', '1'],
  body: BODY,
};

async function signed(
  config: Parameters<typeof signerOf>[0],
  delivery: Partial<UnsignedDelivery> = {},
  now?: () => number,
) {
  const result = await (await signerOf(config, TARGET, now)).sign({ ...DELIVERY, ...delivery });
  if (!result.ok) throw new Error(result.problem);
  return result;
}

/** As the receiver’s server has it. */
const received = ({ headers, body }: { headers: readonly string[]; body: Uint8Array }, method = 'POST') => ({
  method,
  url: `${TARGET.pathname}${TARGET.search}`,
  headers: HeaderList.fromRaw([...headers, 'Host', TARGET.host, 'Content-Length', String(body.length)]),
  body,
});

describe('a delivery is signed', () => {
  it('as Standard Webhooks where nothing else is said', async () => {
    const { headers, body } = await signed({ secret: WHSEC });
    expect(body).toEqual(BODY);
    expect(headers.slice(0, 4)).toEqual(['content-type', 'application/json', 'X-A', '1']);
    const list = HeaderList.fromRaw(headers);
    expect(list.single('webhook-id')).toBe(ID);
    expect(list.single('webhook-timestamp')).toBe('1760000000');
    // By the document, and not by the engine: HMAC-SHA256 over id, time and body.
    const hmac = createHmac('sha256', SECRET).update(`${ID}.1760000000.`).update(BODY).digest('base64');
    expect(list.single('webhook-signature')).toBe(`v1,${hmac}`);
    expect(list.count('host')).toBe(0);
    expect(list.count('content-length')).toBe(0);
  });

  it('with one id and a new time in each attempt', async () => {
    let now = NOW;
    const signer = await signerOf({ secret: WHSEC }, TARGET, () => now);
    const attempt = async () => {
      const result = await signer.sign(DELIVERY);
      return result.ok ? HeaderList.fromRaw(result.headers) : undefined;
    };
    const first = await attempt();
    now += 3_600_000;
    const second = await attempt();
    expect(second?.single('webhook-id')).toBe(first?.single('webhook-id'));
    expect(Number(second?.single('webhook-timestamp'))).toBe(
      Number(first?.single('webhook-timestamp')) + 3_600,
    );
    expect(second?.single('webhook-signature')).not.toBe(first?.single('webhook-signature'));
  });

  const KEYS = { secret: SECRET };
  it.each<[string, Parameters<typeof signerOf>[0], Omit<GateOptions, 'now'>]>([
    ['Standard Webhooks', { secret: WHSEC }, { provider: 'standard-webhooks', keys: [WHSEC] }],
    [
      'Standard Webhooks under another name',
      { secret: WHSEC, proof: provider('standard-webhooks', { headers: 'svix' }) },
      { provider: { id: 'standard-webhooks', headers: 'svix' }, keys: [WHSEC] },
    ],
    ['github', { ...KEYS, proof: provider('github') }, { provider: 'github', keys: [SECRET] }],
    [
      'stripe',
      { secret: `whsec_${SECRET}`, proof: provider('stripe') },
      { provider: 'stripe', keys: [`whsec_${SECRET}`] },
    ],
    ['hmac', { ...KEYS, proof: provider('hmac') }, { provider: 'hmac', keys: [SECRET] }],
    [
      'hmac with a nonce that must be there',
      { ...KEYS, proof: provider('hmac', { message: '{timestamp}.{nonce}.{body}' }) },
      { provider: { id: 'hmac', message: '{timestamp}.{nonce}.{body}' }, keys: [SECRET] },
    ],
    [
      'hmac of a base64 key',
      { secret: Buffer.from(SECRET).toString('base64'), encoding: 'base64', proof: provider('hmac') },
      { provider: 'hmac', keys: [SECRET] },
    ],
    [
      'a member of the body',
      { ...KEYS, proof: provider('flowent') },
      { provider: 'flowent', keys: [SECRET] },
    ],
    [
      'RFC 9421',
      { ...KEYS, proof: provider('http-message-signatures') },
      { provider: 'http-message-signatures', keys: [SECRET] },
    ],
    [
      'RFC 9421 with a PEM',
      {
        secret: PRIVATE_PEM,
        keyId: 'k1',
        proof: provider('http-message-signatures', {
          algorithm: 'ed25519',
          components: ['@method', '@authority', '@path', '@query', 'content-digest', 'content-length', 'x-a'],
          required: ['keyid', 'nonce'],
        }),
      },
      {
        provider: {
          id: 'http-message-signatures',
          algorithm: 'ed25519',
          components: ['@method', '@authority', '@path', '@query', 'content-digest', 'content-length', 'x-a'],
          required: ['keyid', 'nonce'],
        },
        keys: [{ id: 'k1', secret: PUBLIC_PEM }],
      },
    ],
    [
      'a declared scheme over the host',
      {
        ...KEYS,
        proof: {
          kind: 'scheme',
          scheme: {
            algorithm: 'hmac-sha256',
            signature: { header: 'x-sig', encoding: 'hex' },
            message: '{method} {url} {header:host} {timestamp}.{body}',
            timestamp: { header: 'x-time', unit: 's' },
          },
        },
      },
      {
        scheme: {
          algorithm: 'hmac-sha256',
          signature: { header: 'x-sig', encoding: 'hex' },
          message: '{method} {url} {header:host} {timestamp}.{body}',
          timestamp: { header: 'x-time', unit: 's' },
        },
        keys: [SECRET],
      },
    ],
    [
      'a token of a JWK',
      {
        secret: JSON.stringify(ed25519.privateKey.export({ format: 'jwk' })),
        proof: { kind: 'scheme', scheme: { type: 'jwt', algorithm: 'EdDSA' } },
      },
      { scheme: { type: 'jwt', algorithm: 'EdDSA' }, keys: [PUBLIC_PEM] },
    ],
    [
      'a shared token',
      { ...KEYS, proof: { kind: 'scheme', scheme: { type: 'shared-token', header: 'x-token' } } },
      { scheme: { type: 'shared-token', header: 'x-token' }, keys: [SECRET] },
    ],
  ])('so that core’s own gate takes it: %s', async (_, config, options) => {
    const gate: Gate = createGate({ ...options, now: () => NOW + 1_000 });
    const result = await signed(config);
    const verdict = await gate.verify(received(result));
    expect(verdict).toMatchObject({ ok: true });
    const other = await gate.verify(
      received({ ...result, body: Buffer.from(Buffer.from(result.body).toString().replace('paid', 'void')) }),
    );
    expect(other.ok).toBe(gate.scheme.proof === 'token');
    const late = await createGate({ ...options, now: () => NOW + 3_600_000 }).verify(received(result));
    if (gate.coverage.covered.includes('timestamp'))
      expect(late).toMatchObject({ ok: false, reason: 'expired' });
  });

  it('whatever the body is', async () => {
    const gate = createGate({ provider: 'standard-webhooks', keys: [WHSEC], now: () => NOW });
    const signer = await signerOf({ secret: WHSEC });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uuid(), async (body, eventId) => {
        const result = await signer.sign({ ...DELIVERY, eventId, body });
        if (!result.ok) throw new Error(result.problem);
        expect(await gate.verify(received(result))).toMatchObject({ ok: true, id: eventId });
      }),
    );
  });

  it('in place of signatures that the sender’s headers had', async () => {
    const { headers } = await signed(
      { secret: WHSEC },
      { headers: ['Webhook-Id', 'theirs', 'webhook-signature', 'v1,theirs'] },
    );
    const list = HeaderList.fromRaw(headers);
    expect(list.single('webhook-id')).toBe(ID);
    expect(list.single('webhook-signature')).not.toContain('theirs');
  });
});

describe('a signer', () => {
  it('names the headers that it makes, and those that are secrets', async () => {
    const standard = await signerOf({ secret: WHSEC });
    expect([...standard.headers].sort()).toEqual(['webhook-id', 'webhook-signature', 'webhook-timestamp']);
    expect(standard.secretHeaders).toEqual([]);
    const rfc = await signerOf({ secret: SECRET, proof: provider('http-message-signatures') });
    expect([...rfc.headers].sort()).toEqual(['content-digest', 'signature', 'signature-input']);
    const token = await signerOf({
      secret: SECRET,
      proof: { kind: 'scheme', scheme: { type: 'shared-token', header: 'x-token' } },
    });
    expect(token.secretHeaders).toEqual(['x-token']);
  });

  it('tells what is odd about its key, as a gate does', async () => {
    const { warnings } = await signerOf({ secret: `"${SECRET}"`, proof: provider('github') });
    expect(warnings.map(({ code }) => code)).toContain('key-quotes-kept');
  });

  it('gives a sentence for a body that its scheme cannot carry', async () => {
    const signer = await signerOf({ secret: SECRET, proof: provider('flowent') });
    expect(await signer.sign({ ...DELIVERY, body: Buffer.from('a=b') })).toEqual({
      ok: false,
      problem:
        'it cannot be signed: request.body: the text is not a JSON object, at byte 0. Give a JSON object, each name in it once: the scheme reads or puts a part there.',
    });
  });

  it('gives a sentence where only a delivery shows that the scheme writes into the URL', async () => {
    const scheme = {
      algorithm: 'hmac-sha256',
      signature: { query: 'sig', encoding: 'hex' },
      message: '{form:sorted}',
    };
    const signer = await signerOf({ secret: SECRET, proof: { kind: 'scheme', scheme } });
    const headers = ['content-type', 'application/x-www-form-urlencoded'];
    expect(await signer.sign({ ...DELIVERY, headers, body: Buffer.from('a=b') })).toEqual({
      ok: false,
      problem: 'it cannot be signed: template would write into the URL’s query',
    });
  });
});

/** The peer’s own library, where `npm run interop` or the benchmark has installed it. */
function peer():
  | { new (secret: string): { verify(body: string, headers: Record<string, string>): unknown } }
  | undefined {
  for (const place of ['interop', 'bench']) {
    try {
      const load = createRequire(join(import.meta.dirname, '../../../..', place, 'package.json'));
      return (load('standardwebhooks') as { Webhook: NonNullable<ReturnType<typeof peer>> }).Webhook;
    } catch {
      // Not there: the next place.
    }
  }
  return undefined;
}

const Webhook = peer();
if (!Webhook) console.info('skipped: standardwebhooks is not installed; `npm ci` in interop/ installs it');

describe.skipIf(!Webhook)('the library standardwebhooks', () => {
  it('takes what is signed for it, and no changed body', async () => {
    const { headers } = await signed({ secret: WHSEC }, {}, Date.now);
    const record = Object.fromEntries(HeaderList.fromRaw(headers));
    const theirs = Webhook && new Webhook(WHSEC);
    expect(theirs?.verify(BODY.toString(), record)).toEqual(JSON.parse(BODY.toString()));
    expect(() => theirs?.verify(`${BODY} `, record)).toThrow();
  });
});
