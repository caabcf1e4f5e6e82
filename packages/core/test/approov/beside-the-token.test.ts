/** What Approov's message signing adds to its tokens: keys, what is said of it, what is signed, and the other signatures of a request. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, done, type Gate, requestFrom, SetupError, type SignedRequest } from '../../src/index.ts';
import { keyRing } from '../../src/keys.ts';
import { atOnce } from '../../src/pause.ts';
import { accountKeysOf, accountRing, accountSigningKey } from '../../src/schemes/approov/account-rings.ts';
import { mint, NOW, SECONDS, wordOf } from '../tokens/mint.ts';

const SECRET = Buffer.from('a secret of thirty-two characters').toString('base64');
const ACCOUNT = {
  id: 'account-message',
  secret: Buffer.from('the account’s signing key, long').toString('base64'),
};
const installation = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ipk = installation.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const tokenOf = (claims: object = {}): string =>
  mint('HS256', Buffer.from(SECRET, 'base64'), { claims: { ipk, ...claims } });

const gateOf = (
  options: object = {},
  more: { nowMs?: number; keys?: readonly { id: string; secret: string }[] } = {},
): Gate =>
  createGate({
    provider: { id: 'approov', messageSigning: 'required', ...options },
    keys: [SECRET, ...(more.keys ?? [])],
    now: () => more.nowMs ?? NOW,
  });

interface Signature {
  readonly label: string;
  readonly parameters: string;
  /** Default: the installation’s. Bytes are an account’s. */
  readonly key?: KeyObject | Uint8Array;
}

const TOKEN = tokenOf();
const COMPONENTS = ['@method', '@target-uri', 'approov-token'];

/** A request without a body, under several signatures of the same components. */
function requestOf(signatures: readonly Signature[], token = TOKEN): SignedRequest {
  const members = signatures.map(({ label, parameters, key = installation.privateKey }) => {
    const input = `(${COMPONENTS.map((name) => `"${name}"`).join(' ')})${parameters}`;
    const base = `"@method": GET\n"@target-uri": https://api.example/v1\n"approov-token": ${token}\n"@signature-params": ${input}`;
    const bytes =
      key instanceof Uint8Array
        ? createHmac('sha256', key).update(base).digest()
        : sign('sha256', Buffer.from(base), { key, dsaEncoding: 'ieee-p1363' });
    return { input: `${label}=${input}`, signature: `${label}=:${bytes.toString('base64')}:` };
  });
  const headers = {
    host: 'api.example',
    'approov-token': token,
    'signature-input': members.map(({ input }) => input).join(', '),
    signature: members.map(({ signature }) => signature).join(', '),
  };
  return requestFrom({ method: 'GET', url: '/v1', headers });
}

const at = (seconds: number, more = ''): string => `;created=${SECONDS + seconds}${more}`;
const OWN: Signature = { label: 'install', parameters: at(0) };

describe('a gate of signed messages', () => {
  it('says what carries the proof, and what it covers', () => {
    const { scheme } = gateOf();
    expect(scheme).toMatchObject({ proof: 'token', readsBody: true });
    expect(scheme.headers).toEqual({
      proof: ['approov-token', 'signature-input', 'signature'],
      token: ['approov-token'],
      covered: ['approov-token', 'content-digest'],
      bound: [],
    });
    expect(scheme.coverage).toMatchObject({ replay: 'signed-id' });
    expect(scheme.coverage.warnings).toEqual([
      { code: 'repeat-in-time', pastMs: 300_000 },
      { code: 'equal-requests', within: 'second' },
    ]);
    expect(gateOf({ required: 'sub', lifetime: 'unbounded' }).scheme.coverage.warnings).toEqual([
      ...scheme.coverage.warnings,
      { code: 'endless-token' },
    ]);
    expect('origin' in scheme).toBe(false);
    expect(gateOf({ origin: 'https://api.example' }).scheme.origin).toMatchObject({ host: 'api.example' });
  });

  it('tells a repeat by what is signed, and by a nonce where one must be there', () => {
    expect(gateOf().scheme.replay).toMatchObject({ by: 'signed-id', uses: 1, singleUse: false });
    expect(gateOf({ nonce: 'required' }).scheme.replay).toMatchObject({ by: 'signed-id', singleUse: true });
    expect(gateOf({ nonce: 'optional' }).scheme.replay).toMatchObject({ by: 'signed-id', singleUse: false });
    expect(gateOf({ consume: 2 }).scheme).toMatchObject({
      replay: { uses: 2 },
      coverage: { replay: 'signed-id' },
    });
    expect(gateOf({ messageSigning: 'optional' }).scheme).not.toHaveProperty('replay');
  });

  it('is built anew from the token’s options, and from the message signature’s', () => {
    const { scheme } = gateOf();
    const { declared } = scheme;
    const { beside } = declared;
    expect(declared.type).toBe('token');
    expect(beside).toMatchObject({
      type: 'message-signatures',
      options: {
        name: 'approov',
        label: 'install',
        required: ['created'],
        maxAgeMs: 300_000,
        futureMs: 60_000,
      },
    });
    expect(declared.build(declared.options)).toMatchObject({
      headers: scheme.headers,
      coverage: scheme.coverage,
    });
    expect(beside?.build(beside.options)).toMatchObject({
      headers: scheme.headers,
      coverage: scheme.coverage,
    });
  });

  it('may name what holds anyway', async () => {
    expect(wordOf(await gateOf({ signer: 'install', nonce: 'optional' }).verify(requestOf([OWN])))).toBe(
      'accepted',
    );
  });
});

describe('a message that is proved', () => {
  it('is told with its time and the headers that are covered', async () => {
    expect(await gateOf().verify(requestOf([{ label: 'install', parameters: at(-7) }]))).toMatchObject({
      ok: true,
      timestampMs: NOW - 7000,
      coveredHeaders: ['approov-token'],
      claims: { ipk },
    });
    const without = await gateOf().verify(requestOf([{ label: 'install', parameters: ';keyid="k"' }]));
    expect(without).toMatchObject({ ok: false, reason: 'missing-timestamp' });
    expect(without).not.toHaveProperty('timestampMs');
    expect(without).not.toHaveProperty('evidence.timestampText');
  });

  it('is told with the headers that its token is bound to as well', async () => {
    const gate = gateOf({ messageSigning: 'optional', binding: 'authorization', bindingMode: 'optional' });
    const headers = { authorization: 'Bearer a' };
    const pay = createHash('sha256').update(headers.authorization).digest('base64');
    for (const [claims, covered] of [
      [{}, []],
      [{ pay }, ['authorization']],
    ] as const) {
      const unsigned = requestFrom({
        method: 'GET',
        url: '/',
        headers: { ...headers, 'approov-token': tokenOf(claims) },
      });
      expect(await gate.verify(unsigned)).toMatchObject({ ok: true, coveredHeaders: covered, claims });
      const signed = requestOf([OWN], tokenOf(claims));
      const request = { ...signed, headers: signed.headers.with('authorization', headers.authorization) };
      expect(await gate.verify(request)).toMatchObject({
        ok: true,
        coveredHeaders: [...covered, 'approov-token'],
      });
    }
  });

  it.each([
    ['no base64', '!!!!', 'malformed-token'],
    ['of 257 characters', 'A'.repeat(257), 'malformed-token'],
    ['no text', 7, 'malformed-token'],
    ['null', null, 'malformed-token'],
    ['in a list', [ipk], 'malformed-token'],
    ['not there', undefined, 'missing-claim'],
  ])('needs a key, which is %s in its token: %j is %s', async (_, claim, word) => {
    expect(wordOf(await gateOf().verify(requestOf([OWN], tokenOf({ ipk: claim }))))).toBe(word);
  });

  it('needs a token whose times are numbers', async () => {
    const request = requestOf([OWN], tokenOf({ exp: 'soon' }));
    expect(wordOf(await gateOf().verify(request))).toBe('malformed-token');
  });
});

/** What a request would be known by if its own signature were cut off. */
describe('another signature beside the installation’s', () => {
  const furtherOf = async (signatures: readonly Signature[], nowMs = NOW): Promise<readonly number[]> => {
    let untilMs: readonly number[] | undefined;
    const received = await gateOf({}, { nowMs }).receive(requestOf(signatures), (_, claim) => {
      untilMs = claim?.further?.map((further) => further.untilMs) ?? [];
      return done();
    });
    expect(received.kind).toBe('done');
    return untilMs ?? [-1];
  };

  it.each<[string, readonly Signature[], readonly number[]]>([
    ['none', [], []],
    ['its own, of another instant', [{ label: 'b', parameters: at(-9) }], [NOW - 9000 + 300_001]],
    ['its own, with a nonce', [{ label: 'b', parameters: at(0, ';nonce="n"') }], [NOW + 300_001]],
    ['the same text', [{ label: 'b', parameters: at(0) }], []],
    ['a stranger’s', [{ label: 'b', parameters: at(-9), key: stranger.privateKey }], []],
    ['its own, and too old', [{ label: 'b', parameters: at(-301) }], []],
    ['its own, and past its end', [{ label: 'b', parameters: at(-9, `;expires=${SECONDS - 1}`) }], []],
  ])('is claimed where it could come alone: %s', async (_, others, untilMs) => {
    expect(await furtherOf([OWN, ...others])).toEqual(untilMs);
  });

  it('is claimed until its last instant', async () => {
    const other = { label: 'b', parameters: at(-300) };
    expect(await furtherOf([OWN, other], NOW)).toEqual([NOW + 1]);
    expect(await furtherOf([OWN, other], NOW + 1)).toEqual([]);
  });

  it.each<['install' | 'account', Partial<Signature>]>([
    ['install', {}],
    ['account', { key: Buffer.from(ACCOUNT.secret, 'base64') }],
  ])('is a repeat where it comes alone afterwards, under the label %s of the first', async (label, key) => {
    const gate = gateOf({ signer: label }, { keys: label === 'account' ? [ACCOUNT] : [] });
    const take = async (...signatures: readonly Signature[]): Promise<string> => {
      const received = await gate.receive(requestOf(signatures), () => done());
      return received.kind === 'refused' ? received.verdict.reason : received.kind;
    };
    const other = { label: 'b', parameters: at(-9, ';nonce="n"'), ...key };
    expect(await take({ label, parameters: at(0), ...key }, other)).toBe('done');
    expect(await take({ ...other, label })).toBe('replayed');
    expect(await take({ label, parameters: at(-9, ';nonce="m"'), ...key })).toBe('done');
  });
});

describe('signing', () => {
  const draft = { method: 'POST', url: 'https://api.example/v1', body: '{}', claims: { ipk } };

  it('is the app’s where each installation has a key of its own', async () => {
    const failure: unknown = await Promise.resolve()
      .then(() => gateOf().sign(draft))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SetupError);
    const gate = gateOf({ messageSigning: 'optional' });
    const signed = await gate.sign(draft);
    expect(signed.headers.get('signature')).toBeUndefined();
    expect(await gate.verify(signed)).toMatchObject({ ok: true, coveredHeaders: [] });
  });

  it.each(['optional', 'required'])(
    'is done with the account’s key, where signing is %s',
    async (messageSigning) => {
      const gate = gateOf({ messageSigning, signer: 'account' }, { keys: [ACCOUNT] });
      const signed = await gate.sign(draft);
      expect(signed.headers.get('signature-input')).toMatch(/^account=/);
      expect(await gate.verify(signed)).toMatchObject({
        ok: true,
        coveredHeaders: ['approov-token', 'content-digest'],
      });
      expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
        ['key-1', 1],
        ['account-message', 1],
      ]);
    },
  );
});

describe('the keys of a gate whose account signs', () => {
  const context = { name: undefined, fetch: globalThis.fetch, report: () => {} };
  const { forms } = gateOf().scheme.keys;
  const ringOf = (ids: readonly (string | undefined)[]) => {
    const specs = ids.map((id) => ({ secret: ACCOUNT.secret, ...(id !== undefined && { id }) }));
    return atOnce(accountRing({ forms, fromAddress: false }, [SECRET, ...specs], context));
  };

  it('are parted by their ids, and listed and kept together', async () => {
    const ring = ringOf([undefined, 'my-account-message', 'account-message', 'account-message-2']);
    const ids = ['key-1', 'key-2', 'my-account-message', 'account-message', 'account-message-2'];
    expect(ring.list().map(({ id }) => id)).toEqual(ids);
    expect(ring.written).toHaveLength(5);
    const keys = await ring.find({ namedKeyId: undefined, keyHints: [], nowMs: NOW });
    expect(keys.list().map(({ id }) => id)).toEqual(ids);
    expect(keys.usable(NOW).map(({ info }) => info.id)).toEqual(ids.slice(0, 3));
    expect(
      accountKeysOf(keys)
        ?.list()
        .map(({ id }) => id),
    ).toEqual(ids.slice(3));
    const key = ring.signing(NOW);
    expect([key.info.id, accountSigningKey(key)?.info.id]).toEqual(['key-1', 'account-message']);
  });

  it('are those of tokens alone where installations sign', () => {
    expect(accountKeysOf(undefined)).toBeUndefined();
    const ring = atOnce(keyRing([SECRET], forms));
    expect(accountSigningKey(ring.signing(NOW))).toBeUndefined();
    expect(accountKeysOf(ring)).toBeUndefined();
  });

  it('must be there', () => {
    expect(() => ringOf([])).toThrow('no key is for account message signatures');
    expect(() => ringOf(['my-account-message'])).toThrow('no key is for account message signatures');
  });
});
