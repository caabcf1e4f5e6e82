/** A long message is made in chunks while it is proved or signed, each in a turn of its own, whatever the key and the runtime. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { backend } from '#crypto';
import { createSignatureKey } from '#signatures';
import type { Message, ProofKey } from '../../src/crypto/backend.ts';
import type { MaybePromise } from '../../src/model.ts';

const CHUNK = randomBytes(64 * 1024);
const CHUNKS = 8;

const pair = generateKeyPairSync('ed25519');
const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });

const KEYS: readonly (readonly [string, () => MaybePromise<ProofKey>])[] = [
  ['a secret', () => backend.createSecretKey('hmac-sha256', CHUNK.subarray(0, 32))],
  [
    'a private key',
    () => createSignatureKey('ed25519', { kind: 'private', format: 'der', bytes: new Uint8Array(pkcs8) }),
  ],
];

/** Tells in which turn of the event loop each chunk is asked for. */
function watched(): { readonly message: Message; readonly turns: number[]; end(): void } {
  const turns: number[] = [];
  let turn = 0;
  let isOver = false;
  const next = (): void => {
    turn++;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  function* make(): Generator<Uint8Array, boolean> {
    for (let i = 0; i < CHUNKS; i++) {
      turns.push(turn);
      yield CHUNK;
    }
    return true;
  }
  const end = (): void => {
    isOver = true;
  };
  return { message: [{ length: CHUNKS * CHUNK.length, make }], turns, end };
}

it.each(KEYS)('%s takes one chunk a turn', async (_, keyOf) => {
  const key = await keyOf();
  const { message, turns, end } = watched();
  const signature = await key.sign(message);
  expect(await key.find(message, [signature])).toBe(0);
  const whole = new Uint8Array(Buffer.concat(Array.from({ length: CHUNKS }, () => CHUNK)));
  expect(await key.find([whole], [signature])).toBe(0);
  end();
  expect(turns).toHaveLength(2 * CHUNKS);
  expect(new Set(turns).size).toBe(2 * CHUNKS);
});

it('digests take one chunk a turn', async () => {
  const { message, turns, end } = watched();
  await backend.sha256(message);
  end();
  expect(new Set(turns).size).toBe(CHUNKS);
});
