/** Bodies compressed and decompressed, by the runtime’s own streams. */
import { readUpTo } from '../text/collect-bytes.ts';

export type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

/** No larger than a gate takes by default, however much a few bytes claim to hold. */
const MAX_BYTES = 1024 * 1024;

/** Undefined where the bytes are of no such coding, hold too much, or the runtime has it not. */
export function decompressed(
  bytes: Uint8Array<ArrayBuffer>,
  coding: Coding,
): Promise<Uint8Array | undefined> {
  return through(bytes, () => new DecompressionStream(formatOf(coding)));
}

/** As zlib does by default. Undefined where the runtime has no such coding. */
export async function compressed(
  bytes: Uint8Array<ArrayBuffer>,
  coding: 'gzip' | 'deflate' | 'deflate-raw',
): Promise<Uint8Array | undefined> {
  const packed = await through(bytes, () => new CompressionStream(coding));
  return packed && unflushed(packed, coding);
}

/** Bytes before and behind what deflate has made. */
const FRAMES = { gzip: [10, 8], deflate: [2, 4], 'deflate-raw': [0, 0] } as const;

/** A flush, and a last block that holds nothing. */
const FLUSHED = [0x00, 0x00, 0xff, 0xff, 0x03, 0x00];

/**
 * Deno flushes what is written and then ends with an empty block, where zlib marks the block itself as the last. As zlib has it, where there is one block, as in
 * bodies of up to some 16,000 bytes; else as it is.
 */
export async function unflushed(packed: Uint8Array, coding: keyof typeof FRAMES): Promise<Uint8Array> {
  const [head, tail] = FRAMES[coding];
  const end = packed.length - tail;
  const start = end - FLUSHED.length;
  if (start <= head || FLUSHED.some((byte, index) => packed[start + index] !== byte)) return packed;
  // The flush may have begun in a byte of its own.
  for (const blockEnd of packed[start - 1] === 0 ? [start - 1, start] : [start]) {
    const shorter = new Uint8Array([...packed.subarray(0, blockEnd), ...packed.subarray(end)]);
    shorter[head] = (shorter[head] as number) | 1;
    if (await decompressed(shorter, coding)) return shorter;
  }
  return packed;
}

function formatOf(coding: Coding): CompressionFormat {
  // Newer runtimes have it; TypeScript’s library does not say so yet.
  return coding === 'br' ? ('brotli' as CompressionFormat) : coding;
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  open: () => GenericTransformStream,
): Promise<Uint8Array | undefined> {
  try {
    const stream = open();
    const reading = readUpTo(stream.readable as ReadableStream<Uint8Array>, MAX_BYTES);
    const writer = (stream.writable as WritableStream<Uint8Array>).getWriter();
    // What is wrong with the bytes shows in what is read; the writer hears of it as well.
    const writing = writer.write(bytes).then(() => writer.close());
    writing.catch(() => {});
    return await reading;
  } catch {
    return undefined;
  }
}
