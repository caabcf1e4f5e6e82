/**
 * Bytes that come in pieces, in one growing buffer. A list of the pieces would hold some 250 bytes of bookkeeping for
 * each: a body of 1 MB in chunks of one byte held 250 MB.
 */

/** Gathers pieces of any size, empty ones among them. */
export interface ByteCollector {
  /** The bytes so far. */
  readonly length: number;
  /** The memory held for them: at most twice their number, or 1 KB where they are few; four times, but never more than announced. */
  readonly heldBytes: number;
  /** The first piece is kept as it is; of later ones nothing is. */
  add(piece: Uint8Array): void;
  /** All bytes, in no more memory than they need. The collector is empty afterwards. */
  take(): Uint8Array;
}

const LEAST_BYTES = 1024;

/** What was announced is believed that far ahead of what came: an announcement alone allocates nothing. */
const ANNOUNCED_GROWTH = 4;

/**
 * Makes a collector.
 * @param announcedBytes how many bytes are to come, e.g. by Content-Length, where that is known; not relied on.
 */
export function collectBytes(announcedBytes = 0): ByteCollector {
  return new Collector(announcedBytes);
}

/** A class, because an object with getters of its own takes microseconds to make, and each request has one. */
class Collector implements ByteCollector {
  readonly #announcedBytes: number;
  #only: Uint8Array | undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  constructor(announcedBytes: number) {
    this.#announcedBytes = announcedBytes;
  }

  get length(): number {
    return this.#only?.length ?? this.#length;
  }

  get heldBytes(): number {
    return this.#only?.length ?? this.#buffer?.length ?? 0;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    if (this.#only === undefined && this.#buffer === undefined) {
      this.#only = piece;
      return;
    }
    if (this.#only !== undefined) {
      const first = this.#only;
      this.#only = undefined;
      this.#append(first);
    }
    this.#append(piece);
  }

  take(): Uint8Array {
    const buffer = this.#buffer;
    const whole =
      this.#only ??
      (buffer === undefined || buffer.length === this.#length
        ? (buffer ?? new Uint8Array(0))
        : new Uint8Array(buffer.buffer.transfer(this.#length)));
    this.#only = undefined;
    this.#buffer = undefined;
    this.#length = 0;
    return whole;
  }

  #capacityFor(needed: number): number {
    const ahead = Math.min(this.#announcedBytes, needed * ANNOUNCED_GROWTH);
    return ahead >= needed ? ahead : Math.max(needed, 2 * (this.#buffer?.length ?? 0), LEAST_BYTES);
  }

  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    let buffer = this.#buffer ?? new Uint8Array(this.#capacityFor(needed));
    // Moved, not copied beside: the shorter buffer's memory is free at once, not when garbage is next collected.
    if (needed > buffer.length) buffer = new Uint8Array(buffer.buffer.transfer(this.#capacityFor(needed)));
    buffer.set(piece, this.#length);
    this.#buffer = buffer;
    this.#length = needed;
  }
}

/** All bytes of a stream; undefined, and the stream is left, as soon as they are more than `maxBytes`. */
export async function readUpTo(
  stream: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const collected = collectBytes();
  for await (const piece of Symbol.asyncIterator in stream ? stream : piecesOf(stream)) {
    if (collected.length + piece.length > maxBytes) return undefined;
    collected.add(piece);
  }
  return collected.take();
}

/** Some runtimes' streams have readers only. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
