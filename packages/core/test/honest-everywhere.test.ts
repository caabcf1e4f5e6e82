/** Spellings that honest senders use, at every scheme that reads such a part: what one takes, all take. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type GateOptions, type RequestParts, requestFrom } from '../src/index.ts';
import { RSA_PAIR as RSA } from './support/rsa-pairs.ts';
import { readVectors } from './support/vector-files.ts';
import { base64url, mint, NOW, SECONDS } from './tokens/mint.ts';

const KEY = 'a secret of thirty-two characters';
const KEY_64 = Buffer.from(KEY).toString('base64');
const BODY = '{"a":1}';
const FORM = 'application/x-www-form-urlencoded';

const gateOf = (choice: object, keys: GateOptions['keys'] = [KEY]): Gate =>
  createGate({ ...choice, keys, now: () => NOW } as GateOptions);

async function said(gate: Gate, request: RequestParts): Promise<string> {
  const verdict = await gate.verify(request);
  return verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;
}

const mac = (text: string, digest = 'sha256') => createHmac(digest, KEY).update(text);

const post = (headers: Readonly<Record<string, string>>, body: string = BODY, query = ''): RequestParts => ({
  method: 'POST',
  url: `/a${query}`,
  headers,
  body,
});

const declared = (options: object): Gate =>
  gateOf({
    scheme: { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{timestamp}.{body}', ...options },
  });

interface TimeCase {
  readonly unit: 's' | 'rfc3339' | 'ms';
  readonly gate: Gate;
  /** A genuine request that is dated by this text. */
  request(time: string): RequestParts;
}

/** Of the signed `{timestamp}.{body}`, its time in a header. */
const inHeader = (unit: TimeCase['unit'], gate: Gate, names = ['x-time', 'x-sig']): TimeCase => ({
  unit,
  gate,
  request: (time) =>
    post({ [names[0] as string]: time, [names[1] as string]: mac(`${time}.${BODY}`).digest('hex') }),
});

const formOf = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

const TIMES: Readonly<Record<string, TimeCase>> = {
  slack: {
    unit: 's',
    gate: gateOf({ provider: 'slack' }),
    request: (time) =>
      post({
        'x-slack-request-timestamp': time,
        'x-slack-signature': `v0=${mac(`v0:${time}:${BODY}`).digest('hex')}`,
      }),
  },
  stripe: {
    unit: 's',
    gate: gateOf({ provider: 'stripe' }),
    request: (time) => post({ 'stripe-signature': `t=${time},v1=${mac(`${time}.${BODY}`).digest('hex')}` }),
  },
  'standard-webhooks': {
    unit: 's',
    gate: gateOf({ provider: 'standard-webhooks' }, [`whsec_${KEY_64}`]),
    request: (time) =>
      post({
        'webhook-id': 'm1',
        'webhook-timestamp': time,
        'webhook-signature': `v1,${mac(`m1.${time}.${BODY}`).digest('base64')}`,
      }),
  },
  flowent: {
    unit: 's',
    gate: gateOf({ provider: 'flowent' }),
    request: (time) => {
      const unsigned = `{"action_name":"a","parameters":{},"timestamp":${time}}`;
      const signature = mac(unsigned).digest('hex');
      return post({}, unsigned.replace(/}$/, `,"signature":"${signature}"}`));
    },
  },
  'flow-production-tracking': {
    unit: 'rfc3339',
    gate: gateOf({ provider: 'flow-production-tracking' }),
    request: (timestamp) => {
      const signature = mac(`timestamp=${timestamp}\r\nuser=1\r\n`, 'sha1').digest('hex');
      return post({ 'content-type': FORM }, formOf({ timestamp, user: '1', signature }));
    },
  },
  hmac: inHeader('s', gateOf({ provider: 'hmac' }), ['x-timestamp', 'x-signature']),
  'hmac, rfc3339': inHeader(
    'rfc3339',
    gateOf({
      provider: { id: 'hmac', timestamp: { header: 'x-time', unit: 'rfc3339' }, signature: 'x-sig' },
    }),
  ),
  'a header': inHeader('s', declared({ timestamp: 'x-time' })),
  'a header, rfc3339': inHeader('rfc3339', declared({ timestamp: { header: 'x-time', unit: 'rfc3339' } })),
  'a covered header': inHeader('s', declared({ timestamp: 'x-time', message: '{header:x-time}.{body}' })),
  ...Object.fromEntries(
    (['s', 'rfc3339'] as const).flatMap((unit): [string, TimeCase][] => [
      [
        `the query, ${unit}`,
        {
          unit,
          gate: declared({ timestamp: { query: 'at', unit } }),
          request: (time) =>
            post({ 'x-sig': mac(`${time}.${BODY}`).digest('hex') }, BODY, `?at=${encodeURIComponent(time)}`),
        },
      ],
      [
        `a member that is a text, ${unit}`,
        {
          unit,
          gate: declared({ timestamp: { member: 'e.at', unit, text: true }, message: '{body}' }),
          request: (time) => {
            const body = JSON.stringify({ e: { at: time } });
            return post({ 'x-sig': mac(body).digest('hex') }, body);
          },
        },
      ],
      [
        `a field, ${unit}`,
        {
          unit,
          gate: declared({ timestamp: { field: 'at', unit }, message: '{body}' }),
          request: (time) => {
            const body = formOf({ at: time });
            return post({ 'x-sig': mac(body).digest('hex'), 'content-type': FORM }, body);
          },
        },
      ],
      [
        `an item, ${unit}`,
        {
          unit,
          gate: declared({
            timestamp: { item: 't', unit },
            signature: { header: 'x-sig', list: { labels: ['v1'] } },
          }),
          request: (time) => post({ 'x-sig': `t=${time},v1=${mac(`${time}.${BODY}`).digest('hex')}` }),
        },
      ],
    ]),
  ),
};

const NOTATIONS: Readonly<Record<TimeCase['unit'], readonly string[]>> = {
  s: ['1760000000', '1760000000.5', '1760000000.000', '1759999999.999999999'],
  ms: [],
  rfc3339: [
    '2025-10-09T08:53:20Z',
    '2025-10-09T08:53:20.5Z',
    '2025-10-09T08:53:20.123456Z',
    '2025-10-09T10:53:20+02:00',
    '2025-10-09T01:53:20.25-07:00',
    '2025-10-09t08:53:20z',
    '2025-10-09T08:53:20+00:00',
  ],
};

describe.each(Object.entries(TIMES))('a time in %s', (_name, { gate, unit, request }) => {
  it.each(NOTATIONS[unit])('is taken as %s', async (time) => {
    expect(await said(gate, request(time))).toBe('accepted');
  });
});

const ED25519 = generateKeyPairSync('ed25519');
const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();

const FIREBASE = { iss: 'https://firebaseappcheck.googleapis.com/1', aud: ['projects/1'], sub: 'app' };

/** Every scheme of tokens, and where its token sits. */
const TOKENS: Readonly<
  Record<string, { gate: Gate; request(claims: object, method?: string): RequestParts }>
> = {
  'jwt-bearer': {
    gate: gateOf({ provider: 'jwt-bearer' }),
    request: (claims) => post({ authorization: `Bearer ${mint('HS256', KEY, { claims: { ...claims } })}` }),
  },
  'jwt-bearer, header: authorization': {
    gate: gateOf({ provider: { id: 'jwt-bearer', header: 'Authorization' } }),
    request: (claims) => post({ authorization: `Bearer ${mint('HS256', KEY, { claims: { ...claims } })}` }),
  },
  'type: jwt': {
    gate: gateOf({ scheme: { type: 'jwt', algorithm: 'HS256', header: 'authorization' } }),
    request: (claims) => post({ authorization: `Bearer ${mint('HS256', KEY, { claims: { ...claims } })}` }),
  },
  approov: {
    gate: gateOf({ provider: 'approov' }, [KEY_64]),
    request: (claims) => post({ 'approov-token': mint('HS256', KEY, { claims: { ...claims } }) }),
  },
  'firebase-app-check': {
    gate: gateOf({ provider: { id: 'firebase-app-check', projectNumber: '1' } }, [pem(RSA.publicKey)]),
    request: (claims) =>
      post({
        'x-firebase-appcheck': mint('RS256', RSA.privateKey, {
          header: { typ: 'JWT' },
          claims: { ...FIREBASE, ...claims },
        }),
      }),
  },
  dpop: {
    gate: gateOf({ provider: 'dpop' }),
    request: (claims, htm = 'POST') => dpop('Ed25519', claims, { htm }),
  },
};

/** A proof under the name of RFC 9864 or of RFC 8037, for the access token with these claims. */
function dpop(alg: string, claims: object, proofClaims: object): RequestParts {
  const jwk = ED25519.publicKey.export({ format: 'jwk' });
  const thumb = createHash('sha256').update(`{"crv":"${jwk.crv}","kty":"${jwk.kty}","x":"${jwk.x}"}`);
  const cnf = { jkt: thumb.digest('base64url') };
  const access = mint('HS256', KEY, { claims: { cnf, ...claims } });
  const head = { typ: 'dpop+jwt', alg, jwk };
  const payload = {
    jti: 'j1',
    htm: 'POST',
    htu: 'https://api.example/a',
    iat: SECONDS,
    ath: createHash('sha256').update(access).digest('base64url'),
    ...proofClaims,
  };
  const input = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(payload))}`;
  const proof = `${input}.${sign(null, Buffer.from(input), ED25519.privateKey).toString('base64url')}`;
  return post({ host: 'api.example', authorization: `DPoP ${access}`, dpop: proof });
}

describe.each(Object.entries(TOKENS))('a token of %s', (_name, { gate, request }) => {
  it.each([
    {},
    { iat: SECONDS + 0.4 },
    { nbf: SECONDS + 4.9, iat: SECONDS + 4.9 },
    { exp: SECONDS + 0.5 },
    { iat: SECONDS - 1e6 },
  ])('may say %o', async (claims) => {
    expect(await said(gate, request(claims))).toBe('accepted');
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('may come with %s', async (method) => {
    expect(await said(gate, { ...request({}, method), method })).toBe('accepted');
  });
});

describe('Ed25519 by its name of RFC 9864 and by that of RFC 8037', () => {
  const key = pem(ED25519.publicKey);
  const named = (alg: string): string => {
    const input = `${base64url(JSON.stringify({ alg }))}.${base64url(JSON.stringify({ exp: SECONDS + 9 }))}`;
    return `${input}.${sign(null, Buffer.from(input), ED25519.privateKey).toString('base64url')}`;
  };

  it.each(['Ed25519', 'EdDSA'])('%s', async (alg) => {
    for (const [choice, header, prefix] of [
      [{ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' } }, 'authorization', 'Bearer '],
      [{ provider: { id: 'approov', algorithm: 'EdDSA' } }, 'approov-token', ''],
      [{ scheme: { type: 'jwt', algorithm: 'EdDSA' } }, 'authorization', 'Bearer '],
    ] as const) {
      const gate = gateOf(choice, [key]);
      expect(await said(gate, post({ [header]: prefix + named(alg) })), header).toBe('accepted');
    }
    expect(await said(gateOf({ provider: 'dpop' }), dpop(alg, {}, {}))).toBe('accepted');
    expect(await said(gateOf({ provider: 'dpop' }), dpop(alg, {}, { iat: SECONDS + 0.5 }))).toBe('accepted');
  });
});

it('the key of RFC 9421 B.1.2, which is for RSASSA-PSS only, is taken wherever that algorithm is, and proves its own', async () => {
  const vectors = readVectors('rfc9421') as unknown as { privateKeys: Readonly<Record<string, string>> };
  const key = createPrivateKey(vectors.privateKeys['test-key-rsa-pss'] as string);
  const saltLength = (bits: number) => ({ key, padding: 6, saltLength: bits / 8 });
  for (const bits of [256, 384, 512]) {
    const gate = gateOf(
      {
        scheme: {
          algorithm: `rsa-pss-sha${bits}`,
          signature: { header: 'x-sig', encoding: 'base64' },
          message: '{body}',
        },
      },
      [pem(key)],
    );
    const signature = sign(`sha${bits}`, Buffer.from(BODY), saltLength(bits)).toString('base64');
    expect(await said(gate, post({ 'x-sig': signature }))).toBe('accepted');
    const token = mint(`PS${bits}`, key);
    const tokens = gateOf({ provider: { id: 'jwt-bearer', algorithm: `PS${bits}` } }, [pem(key)]);
    expect(await said(tokens, post({ authorization: `Bearer ${token}` }))).toBe('accepted');
  }
  const messages = gateOf({ provider: { id: 'http-message-signatures', algorithm: 'rsa-pss-sha512' } }, [
    pem(key),
  ]);
  const request = await messages.sign({ method: 'POST', url: 'https://a.example/b', body: BODY });
  expect(await said(messages, request)).toBe('accepted');
});

it('a digest without padding is taken of an app’s message too', async () => {
  const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ipk = P256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const token = mint('HS256', KEY, { claims: { ipk } });
  const padded = `sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`;
  for (const digest of [
    padded,
    padded.replace('=:', ':').replace('sha-256:', 'sha-256=:').replace(/=+:$/, ':'),
  ]) {
    const params = `("@method" "@target-uri" "approov-token" "content-digest");created=${SECONDS}`;
    const base = `"@method": POST\n"@target-uri": https://api.example/a\n"approov-token": ${token}\n"content-digest": ${digest}\n"@signature-params": ${params}`;
    const signature = sign('sha256', Buffer.from(base), { key: P256.privateKey, dsaEncoding: 'ieee-p1363' });
    const gate = gateOf({ provider: { id: 'approov', messageSigning: 'required' } }, [KEY_64]);
    const request = post({
      host: 'api.example',
      'approov-token': token,
      'content-digest': digest,
      'signature-input': `install=${params}`,
      signature: `install=:${signature.toString('base64')}:`,
    });
    expect(await said(gate, request)).toBe('accepted');
  }
});

describe('a form that names its charset', () => {
  const fields = { at: '1760000000', name: 'José' };
  const gates: Readonly<Record<string, readonly [Gate, (charset: string) => RequestParts]>> = {
    'of declared fields': [
      declared({ timestamp: { field: 'at', unit: 's' }, message: '{body}' }),
      (charset) => {
        const body = formOf(fields);
        return post({ 'x-sig': mac(body).digest('hex'), 'content-type': `${FORM}${charset}` }, body);
      },
    ],
    'of sorted lines': [
      declared({ signature: { field: 'sig' }, message: 'sorted-form-lines' }),
      (charset) => {
        const lines = `at=${fields.at}\r\nname=${fields.name}\r\n`;
        return post(
          { 'content-type': `${FORM}${charset}` },
          formOf({ ...fields, sig: mac(lines).digest('hex') }),
        );
      },
    ],
  };

  it.each(Object.entries(gates))('%s is taken under every label of UTF-8', async (_name, [gate, request]) => {
    for (const charset of ['', ';charset=utf8', '; Charset="UTF-8"', '; charset=utf-8; x=y']) {
      expect(await said(gate, requestFrom(request(charset))), charset).toBe('accepted');
    }
  });
});
