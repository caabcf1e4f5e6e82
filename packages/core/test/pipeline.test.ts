/** The way of a request through a gate: what is compared with what, what waits, and what its record says. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, done, type Gate, type GateOptions, HeaderList, requestFrom } from '../src/index.ts';
import { mint, NOW, SECONDS } from './tokens/mint.ts';

const KEY = 'a-secret-of-20-bytes!';
const OTHER = 'another-secret-of-ours';
const SLICE = 128 * 1024;
const hex = (body: string, key = KEY): string => createHmac('sha256', key).update(body).digest('hex');

function gateOf(options: Record<string, unknown> = {}, scheme: Record<string, unknown> = {}): Gate {
  const declared = {
    algorithm: 'hmac-sha256',
    message: '{body}',
    signature: { header: 'x-sig', encoding: 'hex' },
  };
  const all = { scheme: { ...declared, ...scheme }, keys: [KEY], now: () => NOW, ...options };
  return createGate(all as unknown as GateOptions);
}

const post = (body: string, signature = hex(body)) =>
  requestFrom({ method: 'POST', url: '/hook', headers: { 'x-sig': signature }, body });

/** Whether something else had its turn before the verdict. */
async function waits(judge: () => unknown): Promise<boolean> {
  let had = false;
  setImmediate(() => {
    had = true;
  });
  await judge();
  return had;
}

describe('the body', () => {
  it('may have as many bytes as are taken, and none more', async () => {
    const gate = gateOf({ maxBodyBytes: 3 });
    expect(await gate.verify(post('abc'))).toMatchObject({ ok: true });
    expect(await gate.verify(post('abcd'))).toMatchObject({
      reason: 'body-too-large',
      message: 'the body has 4 bytes; at most 3 are taken',
    });
  });
});

describe('a head alone', () => {
  const head = (headers: Readonly<Record<string, string>>, url = '/hook') => {
    const { body: _, ...rest } = requestFrom({ method: 'POST', url, headers });
    return rest;
  };

  it('is refused for what no body could mend', () => {
    const gate = gateOf();
    expect(gate.refuseHead(head({ 'x-sig': hex('a') }))).toBeUndefined();
    expect(gate.refuseHead(head({}))).toMatchObject({
      ok: false,
      reason: 'missing-signature',
      step: 'extract',
    });
    expect(gate.refuseHead(head({ 'x-sig': 'no' }))).toMatchObject({ reason: 'malformed-signature' });
    expect(gate.refuseHead(head({ 'x-sig': hex('a') }, '/a b'))).toMatchObject({
      reason: 'malformed-request',
      step: 'receive',
    });
  });

  it('without a signature is not refused where a platform sends tests that carry none', () => {
    const slack = createGate({ provider: 'slack', keys: [KEY], now: () => NOW });
    expect(slack.refuseHead(head({}))).toMatchObject({ reason: 'missing-signature' });
    expect(slack.refuseHead(head({}, '/a b'))).toMatchObject({ reason: 'malformed-request' });
    const flowent = createGate({ provider: 'flowent', keys: [KEY.repeat(2)], now: () => NOW });
    expect(flowent.refuseHead(head({}))).toBeUndefined();
    expect(flowent.refuseHead(head({}, '/a b'))).toMatchObject({ reason: 'malformed-request' });
  });
});

describe('a platform’s test', () => {
  it('that must be signed is answered where it is, and refused where it is not', async () => {
    const gate = createGate({ provider: 'slack', keys: [KEY], now: () => NOW });
    const body = '{"type":"url_verification","challenge":"c"}';
    const headers = {
      'x-slack-request-timestamp': String(SECONDS),
      'x-slack-signature': `v0=${hex(`v0:${SECONDS}:${body}`)}`,
    };
    const request = { method: 'POST', url: '/', headers, body };
    expect(await gate.receive(request, () => done('acted'))).toMatchObject({ kind: 'handshake' });
    for (const wrong of [{}, { ...headers, 'x-slack-signature': `v0=${hex('x')}` }]) {
      expect(await gate.receive({ ...request, headers: wrong }, () => done('acted'))).toMatchObject({
        kind: 'refused',
      });
    }
  });
});

describe('keys', () => {
  it('are held against a message one by one, until one proves it, and are counted', async () => {
    const gate = gateOf({ keys: [OTHER, KEY, `${OTHER}!`] });
    expect(await gate.verify(post('a'))).toMatchObject({
      ok: true,
      evidence: { comparisons: 2, readingsTried: 1, signatures: 1 },
    });
    expect(await gate.verify(post('a', hex('b')))).toMatchObject({
      reason: 'signature-mismatch',
      step: 'compare',
      evidence: { comparisons: 3, readingsTried: 1 },
    });
  });

  it('of another kind than a signature are not held against it', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
    const secret = Buffer.from(KEY.repeat(2)).toString('base64');
    const gate = createGate({
      provider: 'standard-webhooks',
      keys: [`whpk_${raw}`, `whsec_${secret}`],
      now: () => NOW,
    });
    const mac = createHmac('sha256', KEY.repeat(2)).update(`m1.${SECONDS}.a`).digest('base64');
    const headers = {
      'webhook-id': 'm1',
      'webhook-timestamp': String(SECONDS),
      'webhook-signature': `v1,${mac}`,
    };
    expect(await gate.verify({ method: 'POST', url: '/', headers, body: 'a' })).toMatchObject({
      ok: true,
      evidence: { comparisons: 1 },
    });
  });

  it('that may not be used are told of where one proves the request, and otherwise are as if they were not there', async () => {
    const gate = gateOf({
      keys: [
        { id: 'now', secret: OTHER },
        { id: 'old', secret: KEY, state: 'revoked' },
      ],
    });
    expect(await gate.verify(post('a'))).toMatchObject({
      reason: 'signature-mismatch',
      message: /^key "old" proves the request, but /,
      evidence: { comparisons: 1, readingsTried: 1 },
    });
    const forged = await gate.verify(post('a', hex('b')));
    expect(forged).toEqual(
      await gateOf({ keys: [{ id: 'now', secret: OTHER }] }).verify(post('a', hex('b'))),
    );
    expect(forged).toMatchObject({ message: 'none of the keys proves the request' });
  });
});

describe('public keys', () => {
  const pairs = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')] as const;
  const keys = pairs.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }));
  const signedBy = (at: 0 | 1): string => sign(null, Buffer.from('a'), pairs[at].privateKey).toString('hex');
  const wrong = '11'.repeat(64);

  it('are tried sixteen times for one request, and secrets as often as there are signatures', async () => {
    const list = { header: 'x-sig', encoding: 'hex', list: {} };
    const gate = gateOf({ keys }, { algorithm: 'ed25519', signature: list });
    const many = (count: number, good: string, other = wrong): string =>
      [...Array.from({ length: count - 1 }, () => other), good].map((text) => `v1=${text}`).join();
    expect(await gate.verify(post('a', many(16, signedBy(0))))).toMatchObject({ ok: true });
    expect(await gate.verify(post('a', many(8, signedBy(1))))).toMatchObject({ ok: true });
    expect(await gate.verify(post('a', many(9, signedBy(1))))).toMatchObject({
      reason: 'signature-mismatch',
      message: /at most 16 verifications are made$/,
    });
    const secrets = gateOf({ keys: [OTHER, KEY] }, { signature: list });
    expect(await secrets.verify(post('a', many(16, hex('a'), hex('b'))))).toMatchObject({ ok: true });
  });

  it('let everything else have its turn before the next is tried', async () => {
    const gate = gateOf({ keys: keys.slice(0, 2) }, { algorithm: 'ed25519' });
    expect(await waits(() => gate.verify(post('a', signedBy(1))))).toBe(true);
    expect(await waits(() => gate.verify(post('a', signedBy(0))))).toBe(false);
  });
});

describe('a long body', () => {
  it.each([
    ['one key', SLICE, [KEY], false],
    ['the first of two keys', SLICE, [KEY, OTHER], false],
    ['the second of two keys', SLICE, [OTHER, KEY], true],
    ['the second of two keys, a byte less', SLICE - 1, [OTHER, KEY], false],
  ])('lets everything else have its turn between two keys: %s', async (_, length, keys, isSliced) => {
    const gate = gateOf({ keys });
    const request = post('a'.repeat(length));
    expect(await waits(() => gate.verify(request))).toBe(isSliced);
    expect(await gate.verify(request)).toMatchObject({ ok: true });
  });

  it('that no key proves waits between the keys, and not behind the last', async () => {
    const forged = post('a'.repeat(SLICE), hex('b'));
    expect(await waits(() => gateOf().verify(forged))).toBe(false);
    expect(await waits(() => gateOf({ keys: [KEY, OTHER] }).verify(forged))).toBe(true);
  });
});

describe('a request that claims nothing', () => {
  it('is acted on as often as it comes', async () => {
    const gate = createGate({ provider: 'jwt-bearer', keys: [KEY.repeat(2)], now: () => NOW });
    const token = mint('HS256', KEY.repeat(2));
    const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` }, body: '' };
    for (let i = 0; i < 2; i++) {
      expect(await gate.receive(request, () => done(i))).toMatchObject({ kind: 'done', value: i });
    }
  });
});

describe('the clock', () => {
  it('is read once where nothing is waited for, and again where something is', async () => {
    let reads = 0;
    const now = (): number => {
      reads++;
      return NOW;
    };
    const slow = gateOf({ keys: async () => [KEY], now });
    const quick = gateOf({ now });
    reads = 0;
    await quick.receive(post('a'), () => done(1));
    expect(reads).toBe(1);
    await slow.receive(post('a'), () => done(1));
    expect(reads).toBe(3);
  });
});

describe('a record', () => {
  const request = post('a');

  it('names what held, and the keys that came back for the request; of a gate’s own list it says nothing', async () => {
    const own = await gateOf({ keys: [{ id: 'main', secret: KEY }] }).trace(request);
    expect(own).toMatchObject({
      verdict: { ok: true },
      step: 'fresh',
      match: { keyId: 'main', reading: '' },
    });
    expect(Object.keys(own).sort()).toEqual(['match', 'messages', 'request', 'step', 'verdict']);
    const asked = await gateOf({ keys: async () => [{ id: 'main', secret: KEY }] }).trace(request);
    expect(asked.keys).toMatchObject([{ id: 'main' }]);
  });

  it('of a refused one names no key, and says what to do where the verdict says to have it explained', async () => {
    const refused = await gateOf().trace(post('a', hex('b')));
    expect(refused).toMatchObject({ step: 'compare', messages: [{ reading: '' }] });
    expect(Object.keys(refused).sort()).toEqual(['messages', 'remedy', 'request', 'step', 'verdict']);
    const unsigned = await gateOf().trace({ ...request, headers: new HeaderList([]) });
    expect(unsigned).toMatchObject({ step: 'extract', messages: [] });
    expect('remedy' in unsigned).toBe(false);
    const unasked = await gateOf({ keys: async () => [KEY] }).trace({
      ...request,
      headers: new HeaderList([]),
    });
    expect('keys' in unasked).toBe(false);
  });
});
