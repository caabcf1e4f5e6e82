/** Plain hashes of a secret and a message as signatures: what they are, and that none of them can be lengthened. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyedHashAlgorithm, Message } from '../../src/crypto/backend.ts';
import { createGate, type Gate, writtenScheme } from '../../src/index.ts';
import type { ComputedProof } from '../../src/keys/key-form.ts';
import { SLICE_BYTES } from '../../src/pause.ts';
import { keyedHashForm } from '../../src/schemes/keyed-hash-form.ts';

const ALGORITHMS: readonly KeyedHashAlgorithm[] = [
  'sha1-secret-first',
  'sha1-secret-last',
  'sha256-secret-first',
  'sha256-secret-last',
];
const NOW = 1_760_000_000_000;

function computed(algorithm: KeyedHashAlgorithm): ComputedProof {
  return keyedHashForm({ algorithm, variant: 0, kind: 'secret', encoding: 'utf8' }).computed as ComputedProof;
}

function hashOf(algorithm: KeyedHashAlgorithm, secret: Uint8Array, message: Uint8Array): Buffer {
  const hash = createHash(algorithm.startsWith('sha1') ? 'sha1' : 'sha256');
  for (const part of algorithm.endsWith('first') ? [secret, message] : [message, secret]) hash.update(part);
  return hash.digest();
}

/** What FIPS 180-4 §5.1.1 puts behind `bytes` bytes. */
function paddingBehind(bytes: number): Buffer {
  const zeros = (119 - (bytes % 64)) % 64;
  const padding = Buffer.alloc(1 + zeros + 8);
  padding[0] = 0x80;
  padding.writeBigUInt64BE(BigInt(bytes) * 8n, 1 + zeros);
  return padding;
}

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const { createProofKey, signatureBytes } = computed(algorithm);

  it('is the hash that Node makes of both, whatever the pieces of the message', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 90 }),
        fc.array(bytes),
        async (secret, parts) => {
          const message: Message = parts.map((part, i) =>
            i % 2 ? Buffer.from(part).toString('latin1') : part,
          );
          const expected = hashOf(algorithm, secret, Buffer.concat(parts));
          const key = await createProofKey(secret);
          expect(Buffer.from(await key.sign(message))).toEqual(expected);
          expect(expected).toHaveLength(signatureBytes);
          const wrong = Uint8Array.from(expected, (byte, i) => (i === 3 ? byte ^ 1 : byte));
          expect(await key.find(message, [wrong, expected])).toBe(1);
          expect(await key.find(message, [wrong])).toBe(-1);
        },
      ),
    );
  });

  it('reads what is made in slices, and proves nothing of what does not become whole', async () => {
    const body = Buffer.alloc(SLICE_BYTES, 'ab');
    const chunks = (isWhole: boolean): Message => [
      {
        length: body.length,
        *make() {
          yield body.subarray(0, 5);
          yield body.subarray(5);
          return isWhole;
        },
      },
    ];
    const secret = Buffer.from('secret');
    const key = await createProofKey(secret);
    const expected = hashOf(algorithm, secret, body);
    expect(await key.find(chunks(true), [expected])).toBe(0);
    expect(await key.find(chunks(false), [expected])).toBe(-1);
    await expect(Promise.resolve(key.sign(chunks(false)))).rejects.toThrow('the message is not whole');
  });
});

describe('a message that was lengthened', () => {
  const secret = fc.uint8Array({ minLength: 1, maxLength: 130 });
  const part = fc.uint8Array({ maxLength: 200 });

  it.each(['sha1-secret-first', 'sha256-secret-first'] as const)('is refused: %s', async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(secret, part, part, async (bytes, message, more) => {
        const padding = paddingBehind(bytes.length + message.length);
        const longer = Buffer.concat([message, padding, more]);
        const key = await computed(algorithm).createProofKey(bytes);
        // What who knows the first hash makes without the secret is this very hash.
        expect(await key.find([longer], [hashOf(algorithm, bytes, longer)])).toBe(-1);
        const cut = [longer.subarray(0, message.length + 1), longer.subarray(message.length + 1)];
        expect(await key.find(cut, [hashOf(algorithm, bytes, longer)])).toBe(-1);
      }),
    );
  });

  it('is found in a long one, of which all else looks like padding', async () => {
    const bytes = Buffer.from('a secret of 24 characters');
    const key = await computed('sha256-secret-first').createProofKey(bytes);
    const zeros = Buffer.alloc(3 * SLICE_BYTES);
    expect(await key.find([zeros], [hashOf('sha256-secret-first', bytes, zeros)])).toBe(0);
    const longer = Buffer.concat([zeros, paddingBehind(bytes.length + zeros.length), zeros]);
    expect(await key.find([longer], [hashOf('sha256-secret-first', bytes, longer)])).toBe(-1);
  });

  it('is one behind whose padding the length of the first stands: other bytes like it are a body’s own', async () => {
    await fc.assert(
      fc.asyncProperty(
        secret,
        part,
        part,
        fc.integer({ min: 1, max: 9 }),
        async (bytes, message, more, off) => {
          const padding = paddingBehind(bytes.length + message.length + off);
          const body = Buffer.concat([message, padding, more]);
          const key = await computed('sha256-secret-first').createProofKey(bytes);
          expect(await key.find([body], [hashOf('sha256-secret-first', bytes, body)])).toBe(0);
        },
      ),
    );
  });
});

describe('a declaration', () => {
  const gateOf = (algorithm: string): Gate =>
    createGate({
      scheme: writtenScheme({
        algorithm,
        signature: { header: 'x-sig', encoding: 'hex' },
        message: '{timestamp}.{body}',
        timestamp: { header: 'x-time', unit: 's' },
      }),
      keys: ['a-secret-of-twenty-bytes'],
      now: () => NOW,
    });

  it.each(ALGORITHMS)('signs and verifies with %s', async (algorithm) => {
    const gate = gateOf(algorithm);
    const request = await gate.sign({ method: 'POST', url: '/', headers: {}, body: '{"a":1}' });
    const message = Buffer.from(`${NOW / 1000}.{"a":1}`);
    const expected = hashOf(algorithm, Buffer.from('a-secret-of-twenty-bytes'), message);
    expect(request.headers.get('x-sig')).toBe(expected.toString('hex'));
    expect(await gate.verify(request)).toMatchObject({ ok: true });
    expect(await gate.verify({ ...request, body: '{"a":2}' })).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('of one length refuses a signature of another', async () => {
    const request = await gateOf('sha1-secret-last').sign({
      method: 'POST',
      url: '/',
      headers: {},
      body: 'a',
    });
    expect(await gateOf('sha256-secret-last').verify(request)).toMatchObject({
      reason: 'malformed-signature',
    });
  });
});
