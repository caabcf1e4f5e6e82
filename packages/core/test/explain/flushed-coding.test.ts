/** Prevents: a cause that is found on one runtime and not on another, since Deno flushes what it compresses and zlib, with which senders pack, does not. */
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../../scripts/seeded-random.ts';
import { unflushed } from '../../src/explain/other-coding.ts';

const random = seededRandom(7);
/** Of a few letters, so that the last block ends at each bit of a byte. */
const bodies = Array.from({ length: 300 }, (_, number) =>
  Buffer.from(Array.from({ length: 1 + number * 3 }, () => 0x61 + (random() % 9))),
);
const PACKERS = { gzip: gzipSync, deflate: deflateSync, 'deflate-raw': deflateRawSync } as const;
const FRAMES = { gzip: [10, 8], deflate: [2, 4], 'deflate-raw': [0, 0] } as const;
const codings = ['gzip', 'deflate', 'deflate-raw'] as const;

/** What Deno makes of a body in which zlib makes one block. */
function flushed(body: Buffer, coding: (typeof codings)[number]): Uint8Array {
  const whole = PACKERS[coding](body);
  const [head, tail] = FRAMES[coding];
  return Buffer.concat([
    whole.subarray(0, head),
    deflateRawSync(body, { finishFlush: constants.Z_SYNC_FLUSH }),
    Buffer.from([0x03, 0x00]),
    whole.subarray(whole.length - tail),
  ]);
}

it.each(codings)('%s that is flushed is what zlib makes of the same body', async (coding) => {
  for (const body of bodies) {
    const packed = flushed(body, coding);
    const whole = PACKERS[coding](body);
    expect(whole.equals(packed)).toBe(false);
    expect(Buffer.from(await unflushed(packed, coding)).toString('hex')).toBe(whole.toString('hex'));
    expect(Buffer.from(await unflushed(whole, coding)).toString('hex')).toBe(whole.toString('hex'));
  }
});

it('what Deno 2.9 made is what it is taken for', () => {
  const body = Buffer.from('{"a":1,"b":"hello hello hello hello"}');
  const byDeno = 'qlZKVLIy1FFKUrJSykjNyclXwCCVagEAAAD//wMA';
  expect(Buffer.from(flushed(body, 'deflate-raw')).toString('base64')).toBe(byDeno);
});

it('what has several blocks stays as it is', async () => {
  const half = deflateRawSync(Buffer.from('{"a":1}'), { finishFlush: constants.Z_SYNC_FLUSH });
  const packed = Buffer.concat([half, half, Buffer.from([0x03, 0x00])]);
  expect(Buffer.from(await unflushed(packed, 'deflate-raw')).equals(packed)).toBe(true);
});
