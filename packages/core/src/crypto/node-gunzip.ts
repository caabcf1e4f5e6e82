/** Gzip by Node’s own zlib, whose work is done in other threads. */
import type { Gunzipped } from './web-gunzip.ts';

/** Memory of one piece. */
const PIECE_BYTES = 64 * 1024;

/** Checksum and length, at the end of a member. */
const TRAILER_BYTES = 8;

/**
 * So many at a time, as libuv has threads for them. A kilobyte may hold a thousand times as much, and nobody has proved it yet: of requests that
 * wait for their turn, memory has the bytes that came, which whoever received them has counted.
 */
const MOST_AT_ONCE = 4;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < MOST_AT_ONCE) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/**
 * What bytes decompress to, in pieces; no more than `maxBytes` of it are made. They are one member (RFC 1952): zlib’s own reader of gzip goes
 * on with whatever members follow, where other programs stop behind the first.
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Gunzipped> {
  const start = headerEnd(bytes);
  const end = bytes.length - TRAILER_BYTES;
  if (start === undefined || end < start) return 'malformed';
  // Loaded with the first such body: few gates have any.
  const zlib = await import('node:zlib');
  return inTurn(() => inflate(zlib, bytes, { start, end, maxBytes }));
}

interface Inflating {
  /** Where what is compressed begins. */
  readonly start: number;
  /** Behind it. */
  readonly end: number;
  readonly maxBytes: number;
}

function inflate(
  { crc32, createInflateRaw }: Pick<typeof import('node:zlib'), 'crc32' | 'createInflateRaw'>,
  bytes: Uint8Array,
  { start, end, maxBytes }: Inflating,
): Promise<Gunzipped> {
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER_BYTES);
  return new Promise((resolve) => {
    const stream = createInflateRaw({ chunkSize: PIECE_BYTES });
    const pieces: Uint8Array[] = [];
    let length = 0;
    let checksum = 0;
    const finish = (result: Gunzipped): void => {
      stream.destroy();
      resolve(result);
    };
    stream.on('data', (piece: Uint8Array) => {
      length += piece.length;
      if (length > maxBytes) return finish('too-long');
      checksum = crc32(piece, checksum);
      pieces.push(piece);
    });
    stream.on('error', () => finish('malformed'));
    stream.on('end', () => {
      const isWhole =
        stream.bytesWritten === end - start &&
        trailer.getUint32(0, true) === checksum &&
        trailer.getUint32(4, true) === length % 2 ** 32;
      finish(isWhole ? pieces : 'malformed');
    });
    stream.end(bytes.subarray(start, end));
  });
}

const FIXED_BYTES = 10;
const DEFLATE = 8;

/** Bits of the flags; those above are reserved. A checksum of the header nobody writes, and not every reader judges. */
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const OTHER_FLAGS = 0xe2;

/** Where the header of a member ends (RFC 1952 §2.3); undefined where it has none that is whole. */
function headerEnd(bytes: Uint8Array): number | undefined {
  const flags = bytes[3];
  if (
    bytes[0] !== 0x1f ||
    bytes[1] !== 0x8b ||
    bytes[2] !== DEFLATE ||
    flags === undefined ||
    (flags & OTHER_FLAGS) !== 0
  )
    return undefined;
  let at: number = FIXED_BYTES;
  if (flags & EXTRA) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, at);
    if (zero < 0) return undefined;
    at = zero + 1;
  }
  return at;
}
