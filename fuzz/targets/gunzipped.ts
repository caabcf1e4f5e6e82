/** Bodies that are gzip, and bombs, against Node’s own function. */
import { gunzipSync } from 'node:zlib';
import { gunzip } from '../../packages/core/src/crypto/node-gunzip.ts';
import { require, target } from '../target.ts';

const MOST_BYTES = 64 * 1024;

export const gunzipped = target<Awaited<ReturnType<typeof gunzip>>>({
  about: 'what comes out is what Node makes of the whole input, and never longer than was asked for',
  words: ['\u001f'],
  read: (input) => gunzip(input, MOST_BYTES),
  judge(input, pieces) {
    if (typeof pieces === 'string') return;
    const bytes = Buffer.concat(pieces as Uint8Array[]);
    require(bytes.length <= MOST_BYTES, 'it is longer than was asked for');
    require(bytes.equals(gunzipSync(input)), 'Node makes another text of it');
  },
});
