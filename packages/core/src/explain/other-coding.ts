/** Bodies compressed and decompressed, by the runtime’s own streams. */
import { readUpTo } from '../text/collect-bytes.ts';

export type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

/** By its first two bytes. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** No larger than a gate takes by default, however much a few bytes claim to hold. */
const MAX_BYTES = 1024 * 1024;

/** Undefined where the bytes are of no such coding, hold too much, or the runtime has it not. */
export function decompressed(
  bytes: Uint8Array<ArrayBuffer>,
  coding: Coding,
): Promise<Uint8Array | undefined> {
  return through(bytes, () => new DecompressionStream(formatOf(coding)));
}

/** Undefined where the runtime has no such coding. */
export function compressed(bytes: Uint8Array<ArrayBuffer>, coding: Coding): Promise<Uint8Array | undefined> {
  return through(bytes, () => new CompressionStream(formatOf(coding)));
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
