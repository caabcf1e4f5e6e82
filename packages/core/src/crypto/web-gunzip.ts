/**
 * Gzip by the web’s streams, where Node’s zlib is not. How many bodies are decompressed at a time is not bounded here, as it is there: on
 * Workers no request may wait for what another one does, and the platform bounds the memory of both.
 */

/** The pieces, or why there are none: more than may be, or no whole gzip. */
export type Gunzipped = readonly Uint8Array[] | 'too-long' | 'malformed';

/** What bytes decompress to, in pieces; no more than `maxBytes` of it are kept, and nothing may stand behind it. */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Gunzipped> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  // What is wrong with the bytes shows in what is read; the writer hears of it as well.
  const writing = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  writing.catch(() => {});
  const reader = stream.readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maxBytes) {
        await reader.cancel();
        return 'too-long';
      }
      pieces.push(value);
    }
    // Bytes behind the last member are an error of the writer’s.
    await writing;
    return pieces;
  } catch {
    return 'malformed';
  }
}
