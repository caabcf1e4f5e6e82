/** Bodies that were compressed or decompressed after they were signed. */
import { byteText } from '../../text/bytes.ts';
import { isGzip } from '../../text/is-gzip.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { changeableBody, otherBody } from '../other-body.ts';
import { type Coding, compressed, decompressed } from '../other-coding.ts';
import { bytesOfBase64 } from '../strangers-base64.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, STAYS_COMPRESSED } from './body-part.ts';

/** The first byte of zlib’s form with the usual window. */
const ZLIB = 0x78;

/** The coding that a body may have; its own bytes tell but for brotli, of which only Content-Encoding does. */
function codingOf({ request: { headers } }: Trial, body: Uint8Array): Coding | undefined {
  if (isGzip(body)) return 'gzip';
  if (body[0] === ZLIB && ((body[0] << 8) | (body[1] ?? 0)) % 31 === 0) return 'deflate';
  const named = headers.get('content-encoding')?.toLowerCase();
  if (named === 'deflate') return 'deflate-raw';
  return named === 'br' ? 'br' : undefined;
}

async function* unpacked(trial: Trial): AsyncGenerator<Change> {
  const body = changeableBody(trial);
  if (!body) return;
  // Logs and queues hand gzip over in base64.
  const packedBytes = (byteText(body.subarray(0, 4)) === 'H4sI' && bytesOfBase64(byteText(body))) || body;
  const coding = codingOf(trial, packedBytes);
  if (coding === undefined) return;
  const bytes = await decompressed(new Uint8Array(packedBytes), coding);
  if (bytes) yield* otherBody(trial, bytes, coding);
}

/** What a gzip header says of the system that packed: Unix, unknown (Go, Java), Windows, FAT (older Java), macOS. */
const SYSTEMS = [3, 255, 10, 0, 19];
const SYSTEM_AT = 9;

/** The ways to pack the same bytes that zlib takes by default, of many; an empty body is hardly ever packed. */
async function* packed(trial: Trial): AsyncGenerator<Change> {
  const body = changeableBody(trial);
  const named = trial.request.headers.get('content-encoding')?.toLowerCase();
  if (!body || body.length === 0) return;
  // Who decompresses takes the header off as well.
  if (named === undefined || named === 'gzip' || named === 'x-gzip') {
    const bytes = await compressed(new Uint8Array(body), 'gzip');
    for (const system of bytes ? SYSTEMS : []) {
      const other = new Uint8Array(bytes as Uint8Array);
      other[SYSTEM_AT] = system;
      yield* otherBody(trial, other, 'gzip');
    }
  } else if (named === 'deflate') {
    for (const coding of ['deflate', 'deflate-raw'] as const) {
      const bytes = await compressed(new Uint8Array(body), coding);
      if (bytes) yield* otherBody(trial, bytes, 'deflate');
    }
  }
}

/** `body-compressed` 1 trial, `body-decompressed` 5, 2 where Content-Encoding names deflate. */
export const BODY_CODING: readonly TrialHypothesis[] = [
  {
    id: 'body-compressed',
    ...BODY_STEPS,
    changes: unpacked,
    says: (coding) => `The signature is of the body before it was compressed (${coding}).`,
    mend: () =>
      'Have the sender sign the bytes that it sends, after compression; or turn compression of requests off where it signs before. A proxy in front can decompress too.',
    example: 'decompression',
  },
  {
    id: 'body-decompressed',
    ...BODY_STEPS,
    changes: packed,
    says: (coding) =>
      `The signature is of the compressed body (${coding}), and it was decompressed on its way.`,
    mend: () => STAYS_COMPRESSED,
    example: 'decompression',
  },
];
