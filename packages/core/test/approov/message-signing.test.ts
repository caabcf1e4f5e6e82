/** Approov message signing: tokens, digests and signatures made by hand with node:crypto. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, done, type Gate, requestFrom, SetupError, type SignedRequest } from '../../src/index.ts';
import { mint, NOW, SECONDS, wordOf } from '../tokens/mint.ts';

const SECRET = Buffer.from('a secret of thirty-two characters');
const ACCOUNT_SECRET = Buffer.from('the account’s message signing key');
const installation = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const spki = ({ publicKey }: { publicKey: KeyObject }): string =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** The installation’s key with its last coordinate changed: a point off the curve. */
const offCurve = (): string => {
  const der = Buffer.from(spki(installation), 'base64');
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return der.toString('base64');
};

const tokenOf = (claims: object = {}): string =>
  mint('HS256', SECRET, { claims: { ipk: spki(installation), ...claims } });
const digestOf = (body: string, name = 'sha-256'): string =>
  `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`;

const URL = '/v1/shapes?sides=3';
const BODY = '{"sides":3}';
const ALL = ['@method', '@target-uri', 'approov-token', 'content-digest'];

interface Draft {
  readonly token?: string;
  readonly method?: string;
  readonly body?: string;
  readonly digest?: string;
  readonly components?: readonly string[];
  readonly label?: string;
  /** After the list of components. */
  readonly parameters?: string;
  readonly make?: (base: string) => Buffer;
  readonly url?: string;
  /** What `@request-target` is to the app. */
  readonly target?: string;
}

const raw =
  (privateKey: KeyObject) =>
  (base: string): Buffer =>
    sign('sha256', Buffer.from(base), { key: privateKey, dsaEncoding: 'ieee-p1363' });
const CREATED = `;created=${SECONDS}`;
const INSTALL = `;alg="ecdsa-p256-sha256"${CREATED}`;

function requestOf({
  token = tokenOf(),
  method = 'POST',
  body = BODY,
  digest = digestOf(body),
  components = ALL,
  label = 'install',
  parameters = INSTALL,
  make = raw(installation.privateKey),
  url = URL,
  target = URL,
}: Draft = {}): SignedRequest {
  const values: Record<string, string> = {
    '@method': method,
    '@target-uri': `https://api.example${URL}`,
    '@authority': 'api.example',
    '@request-target': target,
    '@path': '/v1/shapes',
    '@query': '?sides=3',
    'approov-token': token,
    'content-digest': digest,
  };
  const params = `(${components.map((name) => `"${name}"`).join(' ')})${parameters}`;
  const lines = components.map((name) => `"${name}": ${values[name]}\n`);
  const signature = make(`${lines.join('')}"@signature-params": ${params}`).toString('base64');
  const headers = {
    host: 'api.example',
    'approov-token': token,
    ...(body !== '' && { 'content-digest': digest }),
    'signature-input': `${label}=${params}`,
    signature: `${label}=:${signature}:`,
  };
  return requestFrom({ method, url, headers, body });
}

const gateOf = (options: object = {}, keys: readonly object[] = []): Gate =>
  createGate({
    provider: { id: 'approov', messageSigning: 'required', ...options },
    keys: [SECRET.toString('base64'), ...(keys as { secret: string }[])],
    now: () => NOW,
  });

const judge = async (request: SignedRequest, gate = gateOf()): Promise<string> =>
  wordOf(await gate.verify(request));

const unsigned = (): SignedRequest =>
  requestFrom({ method: 'POST', url: URL, headers: { 'approov-token': tokenOf() }, body: BODY });

describe('an installation’s message', () => {
  it.each<[string, Draft]>([
    ['as the app signs it', {}],
    ['without alg', { parameters: CREATED }],
    ['with a name for its key', { parameters: `${INSTALL};keyid="mine"` }],
    [
      'under the components that make up the target',
      {
        components: ['@method', '@authority', '@path', '@query', 'approov-token', 'content-digest'],
      },
    ],
    ['without a body, and so without a digest', { body: '', components: ALL.slice(0, 3) }],
    ['with a digest by SHA-512', { digest: digestOf(BODY, 'sha-512') }],
    ['created at the last instant', { parameters: `;created=${SECONDS - 300}` }],
    ['expiring at this instant', { parameters: `${INSTALL};expires=${SECONDS}` }],
    ['created ahead, within the allowance', { parameters: `;created=${SECONDS + 60}` }],
  ])('is taken %s', async (_, draft) => {
    expect(await judge(requestOf(draft))).toBe('accepted');
  });

  it.each<[string, Draft, string]>([
    ['without created', { parameters: ';alg="ecdsa-p256-sha256"' }, 'missing-timestamp'],
    ['too old', { parameters: `;created=${SECONDS - 301}` }, 'expired'],
    ['from the future', { parameters: `;created=${SECONDS + 61}` }, 'from-the-future'],
    ['past its own expiry', { parameters: `${INSTALL};expires=${SECONDS - 1}` }, 'expired'],
    ['under another label', { label: 'account' }, 'missing-signature'],
    ['under another algorithm', { parameters: `;alg="hmac-sha256"${CREATED}` }, 'algorithm-not-allowed'],
    ['signed with another key', { make: raw(other.privateKey) }, 'signature-mismatch'],
    [
      'signed in DER',
      { make: (base) => sign('sha256', Buffer.from(base), installation.privateKey) },
      'malformed-signature',
    ],
    ['whose body is another', { digest: digestOf('{"sides":4}') }, 'signature-mismatch'],
    ['whose digest is by MD5 only', { digest: 'md5=:AAAA:' }, 'algorithm-not-allowed'],
    ['under a token without a key', { token: tokenOf({ ipk: undefined }) }, 'missing-claim'],
    ['under a token whose key is not text', { token: tokenOf({ ipk: 7 }) }, 'malformed-token'],
    ['under a token whose key is empty', { token: tokenOf({ ipk: '' }) }, 'malformed-token'],
    [
      'under a token whose key is cut',
      { token: tokenOf({ ipk: spki(installation).slice(0, 80) }) },
      'malformed-token',
    ],
    ['under a token whose key is off its curve', { token: tokenOf({ ipk: offCurve() }) }, 'malformed-token'],
    [
      'under a token whose key is of another curve',
      { token: tokenOf({ ipk: spki(p384) }) },
      'malformed-token',
    ],
    ['under an expired token', { token: tokenOf({ exp: SECONDS - 1 }) }, 'expired'],
    [
      'under a forged token',
      { token: mint('HS256', 'x', { claims: { ipk: spki(installation) } }) },
      'signature-mismatch',
    ],
  ])('is refused %s', async (_, draft, reason) => {
    expect(await judge(requestOf(draft))).toBe(reason);
  });

  it.each(ALL)('must cover %s', async (name) => {
    expect(await judge(requestOf({ components: ALL.filter((one) => one !== name) }))).toBe('missing-part');
  });

  it.each<[string, Partial<SignedRequest>]>([
    ['method', { method: 'PUT' }],
    ['path', { url: '/v1/forms?sides=3' }],
    ['query', { url: '/v1/shapes?sides=4' }],
    ['host', { headers: requestOf().headers.with('host', 'other.example') }],
    ['body', { body: Buffer.from('{"sides":4}') }],
    ['digest', { headers: requestOf().headers.with('content-digest', digestOf('x')) }],
    [
      'token, for another of the same installation',
      { headers: requestOf().headers.with('approov-token', tokenOf({ did: 'x' })) },
    ],
    [
      'token, for another installation’s',
      { headers: requestOf().headers.with('approov-token', tokenOf({ ipk: spki(other) })) },
    ],
  ])('is refused with another %s', async (_, change) => {
    expect(await judge({ ...requestOf(), ...change })).toBe('signature-mismatch');
  });

  it('is refused where its token is not bound as the gate demands', async () => {
    const headers = requestOf().headers.with('authorization', 'Bearer x');
    const request = { ...requestOf(), headers };
    expect(await judge(request, gateOf({ binding: 'authorization' }))).toBe('binding-mismatch');
  });

  it('is signed for the origin that apps know, where that is set', async () => {
    const gate = gateOf({ origin: 'https://api.example' });
    const headers = requestOf().headers.with('host', 'backend:8080');
    expect(await judge({ ...requestOf(), headers }, gate)).toBe('accepted');
  });

  it('covers the header that carries the token, where that is another', async () => {
    expect(await judge(requestOf(), gateOf({ header: 'X-Token' }))).toBe('missing-token');
    const headers = requestOf().headers.with('x-token', tokenOf());
    expect(await judge({ ...requestOf(), headers }, gateOf({ header: 'X-Token' }))).toBe('missing-part');
  });
});

describe('a message with one character changed', () => {
  const request = requestOf();
  const fields = ['approov-token', 'content-digest', 'signature-input', 'signature'];
  const change = fc.record({
    name: fc.constantFrom(...fields),
    at: fc.nat(1000),
    char: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  });

  it('is never taken', async () => {
    const gate = gateOf();
    await fc.assert(
      fc.asyncProperty(change, async ({ name, at, char }) => {
        const value = request.headers.get(name) ?? '';
        const i = at % value.length;
        fc.pre(value[i] !== char);
        const headers = request.headers.with(name, value.slice(0, i) + char + value.slice(i + 1));
        expect(await judge({ ...request, headers }, gate)).not.toBe('accepted');
      }),
      { seed: 4, numRuns: runs(2000) },
    );
  });
});

describe('@request-target of a message', () => {
  const whole = `https://api.example${URL}`;
  const components = [...ALL, '@request-target'];

  it.each([
    { url: URL, target: URL, said: 'accepted' },
    { url: whole, target: URL, said: 'accepted' },
    { url: whole, target: whole, said: 'accepted' },
    { url: URL, target: whole, said: 'signature-mismatch' },
    { url: whole, target: 'https://api.example/v2', said: 'signature-mismatch' },
  ])('$target, asked for as $url: $said', async ({ url, target, said }) => {
    expect(await judge(requestOf({ url, target, components }))).toBe(said);
  });
});

describe('a signature of somebody else beside the installation’s', () => {
  const bytes = `:${Buffer.alloc(64).toString('base64')}:`;

  it.each([
    ['is of a component that nobody knows', 'bad=("@unknown")', `bad=${bytes}`],
    ['has a parameter in a second spelling', 'bad=("@method");created=01', `bad=${bytes}`],
    ['is of an unknown algorithm and key', 'bad=("@method");alg="x";keyid="y"', `bad=${bytes}`],
    ['stands twice', 'bad=("@method"), bad=("@method")', `bad=${bytes}`],
    ['is no bytes', 'bad=("@method")', 'bad="AQI="'],
    ['has no bytes', 'bad=("@method")', ''],
    ['has no input', '', `bad=${bytes}`],
    ['is the account’s', `account=("@method")${CREATED}`, 'account=:AQI=:'],
  ])('%s: it is passed over, in either order', async (_what, input, signature) => {
    const good = requestOf();
    const joined = (name: string, bad: string, isFirst: boolean): string => {
      const ours = good.headers.get(name) as string;
      return (isFirst ? [bad, ours] : [ours, bad]).filter((one) => one !== '').join(', ');
    };
    for (const isFirst of [true, false]) {
      const headers = good.headers
        .with('signature-input', joined('signature-input', input, isFirst))
        .with('signature', joined('signature', signature, isFirst));
      expect(await judge({ ...good, headers })).toBe('accepted');
      expect(await judge({ ...good, headers, method: 'PUT' })).toBe('signature-mismatch');
    }
  });
});

describe('a message without a signature', () => {
  it.each([
    ['required', 'missing-signature'],
    ['optional', 'accepted'],
    ['off', 'accepted'],
  ])('is, where signing is %s: %s', async (messageSigning, expected) => {
    expect(await judge(unsigned(), gateOf({ messageSigning }))).toBe(expected);
  });

  it.each(['signature', 'signature-input'])(
    'still has the field %s: refused though optional',
    async (name) => {
      const headers = unsigned().headers.with(name, 'install=:AAAA:');
      const gate = gateOf({ messageSigning: 'optional' });
      expect(await judge({ ...unsigned(), headers }, gate)).toBe('missing-signature');
    },
  );

  it('is the only one that optional lets through', async () => {
    const gate = gateOf({ messageSigning: 'optional' });
    expect(await judge(requestOf(), gate)).toBe('accepted');
    expect(await judge(requestOf({ make: raw(other.privateKey) }), gate)).toBe('signature-mismatch');
  });

  it('is refused for its token first', async () => {
    expect(await judge(requestFrom({ method: 'GET', url: URL }))).toBe('missing-token');
  });
});

describe('an account’s message', () => {
  const KEY = { id: 'account-message', secret: ACCOUNT_SECRET.toString('base64') };
  const mac = (secret: Uint8Array) => (base: string) => createHmac('sha256', secret).update(base).digest();
  const account = { label: 'account', parameters: `;alg="hmac-sha256"${CREATED}`, make: mac(ACCOUNT_SECRET) };

  it('is proved by the gate’s key of that name, which counts its hits', async () => {
    const gate = gateOf({ signer: 'account' }, [KEY]);
    expect(await judge(requestOf({ ...account, token: tokenOf({ ipk: undefined }) }), gate)).toBe('accepted');
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['key-1', 1],
      ['account-message', 1],
    ]);
  });

  it('may be proved by either of two keys', async () => {
    const next = {
      id: 'account-message-2',
      secret: Buffer.from('the next of these keys').toString('base64'),
    };
    expect(await judge(requestOf(account), gateOf({ signer: 'account' }, [next, KEY]))).toBe('accepted');
  });

  it.each<[string, Draft, string]>([
    ['with another key', { make: mac(Buffer.from('x')) }, 'signature-mismatch'],
    ['with the tokens’ key', { make: mac(SECRET) }, 'signature-mismatch'],
    [
      'with the installation’s key as secret',
      { make: mac(Buffer.from(spki(installation), 'base64')) },
      'signature-mismatch',
    ],
    ['under the installation’s label', { label: 'install' }, 'missing-signature'],
    ['under the installation’s algorithm', { parameters: INSTALL }, 'algorithm-not-allowed'],
  ])('is refused %s', async (_, draft, reason) => {
    const gate = gateOf({ signer: 'account' }, [KEY]);
    expect(await judge(requestOf({ ...account, ...draft }), gate)).toBe(reason);
  });

  it('cannot be proved where its key has lapsed', async () => {
    const gate = gateOf({ signer: 'account' }, [{ ...KEY, untilMs: NOW }]);
    expect(await judge(requestOf(account), gate)).toBe('unknown-key');
  });

  it('has a key that proves no token', async () => {
    const token = mint('HS256', ACCOUNT_SECRET);
    const gate = gateOf({ signer: 'account' }, [KEY]);
    expect(await judge(requestOf({ ...account, token }), gate)).toBe('signature-mismatch');
  });

  it('needs a key', () => {
    expect(() => gateOf({ signer: 'account' })).toThrow(/account-message/);
  });
});

describe('a repeat', () => {
  const receive = async (gate: Gate, request: SignedRequest): Promise<string> => {
    const received = await gate.receive(request, () => done('done'));
    return received.kind === 'refused' ? received.verdict.reason : received.kind;
  };
  const nonced = (nonce: string, draft: Draft = {}): SignedRequest =>
    requestOf({ ...draft, parameters: `${INSTALL};nonce="${nonce}"` });

  it('of a message is refused, under a fresh signature of the same text as well', async () => {
    const gate = gateOf();
    expect(await receive(gate, requestOf())).toBe('done');
    expect(await receive(gate, requestOf())).toBe('replayed');
    expect(await receive(gate, requestOf({ method: 'PUT' }))).toBe('done');
  });

  it('of a nonce is refused, with other content as well', async () => {
    const gate = gateOf();
    expect(await receive(gate, nonced('n-1'))).toBe('done');
    expect(await receive(gate, nonced('n-1', { method: 'PUT' }))).toBe('replayed');
    expect(await receive(gate, nonced('n-2'))).toBe('done');
  });

  it('of another installation’s nonce is none', async () => {
    const gate = gateOf();
    const theirs = { token: tokenOf({ ipk: spki(other) }), make: raw(other.privateKey) };
    expect(await receive(gate, nonced('n-1'))).toBe('done');
    expect(await receive(gate, nonced('n-1', theirs))).toBe('done');
  });

  it('is remembered for as long as it would be fresh', async () => {
    const untilOf = async (request: SignedRequest): Promise<number | undefined> => {
      let untilMs: number | undefined;
      await gateOf().receive(request, (_, claim) => {
        untilMs = claim?.untilMs;
        return done();
      });
      return untilMs;
    };
    expect(await untilOf(requestOf())).toBe(NOW + 300_001);
    expect(await untilOf(requestOf({ parameters: `${INSTALL};expires=${SECONDS + 15}` }))).toBe(NOW + 15_001);
  });

  it.each(['off', 'optional'])('is taken where signing is %s', async (messageSigning) => {
    const gate = gateOf({ messageSigning });
    expect(await receive(gate, requestOf())).toBe('done');
    expect(await receive(gate, requestOf())).toBe('done');
  });

  it('of a token that is taken once is refused, whatever the message', async () => {
    const gate = gateOf({ consume: 1 });
    expect(await receive(gate, nonced('n-1'))).toBe('done');
    expect(await receive(gate, nonced('n-2'))).toBe('replayed');
  });

  it('can be told by a nonce that must be there', async () => {
    const gate = gateOf({ nonce: 'required' });
    expect(await judge(requestOf(), gate)).toBe('missing-part');
    expect(await judge(nonced('n-1'), gate)).toBe('accepted');
  });
});

describe('the options', () => {
  it('report what is covered', () => {
    expect(gateOf().coverage).toMatchObject({
      covered: ['method', 'host', 'path', 'query', 'body', 'timestamp'],
      replay: 'signed-id',
    });
    expect(gateOf({ messageSigning: 'optional' }).coverage).toMatchObject({ covered: [], replay: 'none' });
    expect(gateOf({ messageSigning: 'off' }).coverage).toMatchObject({ covered: [], replay: 'none' });
  });

  it.each([
    [{ messageSigning: 'off', signer: 'install' }, /signer/],
    [{ messageSigning: 'off', maxAgeMs: 1 }, /maxAgeMs/],
    [{ origin: 'api.example' }, /origin/],
    [{ messageSigning: 'maybe' }, /messageSigning/],
  ])('%j are refused', (options, message) => {
    expect(() => gateOf(options)).toThrow(SetupError);
    expect(() => gateOf(options)).toThrow(message);
  });
});

/** The token is Approov’s own and holds it: whatever it is, the request is refused and nothing is thrown. */
describe('an installation’s key of any bytes', () => {
  const der = Buffer.from(spki(installation), 'base64');

  it('is taken or refused', async () => {
    const gate = gateOf();
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length), async (at, byte, length) => {
        const changed = Buffer.from(der);
        changed[at] = byte;
        for (const bytes of [changed, changed.subarray(0, length)]) {
          const token = tokenOf({ ipk: bytes.toString('base64') });
          expect(['accepted', 'malformed-token', 'signature-mismatch']).toContain(
            await judge(requestOf({ token }), gate),
          );
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
