/** Prevents: a sender of tokens or of a standard’s signatures whose request is not told, or told without what binds it to its request. */
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  type GateOptions,
  requestFrom,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import type { RawOptions } from '../../src/options.ts';
import { type Proposals, proposeSchemes } from '../../src/propose/index.ts';

const SECRET = 'a-secret-of-thirty-two-characters-and-some-more';
const NOW = 1_764_300_000_000;
const DRAFT: Draft = {
  method: 'POST',
  url: 'https://api.example/hook?page=1',
  headers: { host: 'api.example', 'content-type': 'application/json', 'x-device': 'd-1' },
  body: '{"a":1}',
};

async function signed(options: GateOptions, draft: Partial<Draft> = {}): Promise<SignedRequest> {
  return createGate({ ...options, allowShortKey: true, now: () => NOW }).sign({ ...DRAFT, ...draft });
}

const byScheme = (scheme: RawOptions, id?: string): GateOptions => ({
  scheme: writtenScheme(scheme),
  keys: [{ secret: SECRET, ...(id !== undefined && { id }) }],
});

function propose(request: SignedRequest, secret = SECRET): Promise<Proposals> {
  return proposeSchemes({ examples: [{ request }], secret, nowMs: NOW, budget: { messages: 20_000 } });
}

const JWT = { type: 'jwt', algorithm: 'HS256', issuer: 'acme' };
const CLAIMS = { claims: { iss: 'acme' } };

describe('a token', () => {
  it.each<[string, RawOptions]>([
    ['the body', { bodyClaim: 'sha' }],
    ['the body, in base64', { bodyClaim: { name: 'sha', encoding: 'base64' } }],
    ['the URL', { urlClaim: 'url' }],
    ['the URL of another origin', { urlClaim: 'url', origin: 'http://api.example' }],
    ['a hash of the URL', { urlClaim: { name: 'url', hash: 'hex' } }],
    ['method, path and query', { queryHashClaim: 'qsh' }],
    ['method, path and query, behind a base path', { queryHashClaim: { name: 'qsh', basePath: '/hook' } }],
    ['a header', { binding: ['x-device'] }],
  ])('is told with the claim that is of %s', async (_, bound) => {
    const request = await signed(byScheme({ ...JWT, ...bound }), CLAIMS);
    const { proposals } = await propose(request);
    expect(proposals[0]?.scheme).toEqual({ ...JWT, ...bound });
  });

  it('is told by the time that it has: its end, its age, or none', async () => {
    const claimsOf = async (claims: object): Promise<RawOptions | undefined> => {
      const head = [{ alg: 'HS256' }, claims].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const mac = createHmac('sha256', SECRET).update(head.join('.')).digest('base64url');
      const headers = { authorization: `Bearer ${head.join('.')}.${mac}` };
      const { proposals } = await propose(
        requestFrom({ method: 'POST', url: 'https://a.example/', headers, body: '' }),
      );
      return proposals[0]?.scheme;
    };
    const plain = { type: 'jwt', algorithm: 'HS256' };
    expect(await claimsOf({ exp: 1_600_000_000 })).toEqual(plain);
    expect(await claimsOf({ iat: 1_600_000_000 })).toEqual({ ...plain, maxAgeMs: 300_000 });
    expect(await claimsOf({ sub: 'a' })).toEqual({ ...plain, lifetime: 'unbounded' });
  });

  it('leaves open that issuer and audience may differ', async () => {
    const { proposals } = await propose(await signed(byScheme(JWT), CLAIMS));
    expect(proposals[0]?.open.map(({ code }) => code)).toEqual(['literal-text']);
  });
});

describe('a signature that a standard describes', () => {
  it.each<[string, RawOptions, RawOptions]>([
    [
      'RFC 9421',
      {
        type: 'http-message-signatures',
        components: ['@method', '@target-uri', 'content-digest', 'x-device'],
      },
      { algorithm: 'hmac-sha256', required: ['nonce', 'keyid'] },
    ],
    [
      'RFC 9421, with a tag, in base64url',
      {
        type: 'http-message-signatures',
        components: ['@authority'],
        required: ['nonce', 'tag'],
        tag: 'acme',
        byteEncoding: 'base64url',
      },
      { algorithm: 'hmac-sha256', required: ['nonce', 'keyid', 'tag'] },
    ],
    [
      'Signature Version 4',
      {
        type: 'aws-sigv4',
        region: 'eu-central-1',
        service: 'lambda',
        signedHeaders: ['content-type', 'x-device'],
      },
      {},
    ],
  ])('is told with what it covers: %s', async (_, scheme, more) => {
    const request = await signed(byScheme(scheme, 'AKIDEXAMPLE'), { nonce: 'n-0123456789' });
    const { proposals } = await propose(request);
    expect(proposals[0]?.scheme).toEqual({ ...scheme, ...more });
  });

  it('says what the request names its key by', async () => {
    const scheme = { type: 'aws-sigv4', region: 'eu-central-1', service: 'lambda' };
    const { proposals } = await propose(await signed(byScheme(scheme, 'AKIDEXAMPLE')));
    expect(proposals[0]?.key.id).toBe('AKIDEXAMPLE');
  });

  it('is a profile’s where its tag is the profile’s', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const options = {
      scheme: writtenScheme({
        type: 'http-message-signatures',
        profile: 'web-bot-auth',
        algorithm: 'ed25519',
      }),
      keys: [{ id: 'k1', secret: pem }],
    };
    const { proposals } = await propose(
      await signed(options),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect(proposals[0]?.scheme).toMatchObject({ profile: 'web-bot-auth', algorithm: 'ed25519' });
  });

  it('is told where it is detached, with the parameter that names the headers', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const scheme = {
      type: 'detached-jws',
      algorithm: 'ES256',
      header: 'x-jws',
      headersParameter: 'signed_headers',
      requiredHeaders: ['x-device'],
    };
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const request = await signed({ scheme: writtenScheme(scheme), keys: [{ id: 'k1', secret: pem }] });
    const { proposals } = await propose(
      request,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect(proposals[0]).toMatchObject({ scheme });
  });
});

describe('a ready-made provider that needs an option', () => {
  it.each<[string, RawOptions, Partial<Draft>]>([
    [
      'braintree',
      { publicKey: 'the_public_key' },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'bt_payload=YWJj%0A' },
    ],
    ['smile-id', { partnerId: '0421' }, { body: '{"partner_id":"0421","result":1}' }],
  ])('is named with what the request says of it: %s', async (id, options, draft) => {
    const provider = writtenProvider(id, options);
    const request = await signed({ provider, keys: [SECRET] }, draft);
    const { proposals } = await propose(request);
    expect(proposals[0]?.provider).toEqual({ id, ...options });
  });
});

describe('a digest of the body in a signed place', () => {
  it('is held against the body', async () => {
    const body = '{"a":1}';
    const digest = createHash('sha256').update(body).digest('hex');
    const url = `https://api.example/hook?digest=${digest}`;
    const mac = createHmac('sha256', SECRET).update(url).digest('hex');
    const request = requestFrom({
      method: 'POST',
      url,
      headers: { host: 'api.example', 'x-sig': mac },
      body,
    });
    const { proposals } = await propose(request);
    expect(proposals[0]?.scheme).toMatchObject({ message: '{url}', bodyDigest: { query: 'digest' } });
  });
});
