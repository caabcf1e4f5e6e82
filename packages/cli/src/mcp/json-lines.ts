/** Messages of JSON, one a line, from a stream that may send anything. */
import type { InStream } from '../io.ts';

export type JsonLine = { readonly value: unknown } | { readonly problem: string };

/** Yields each line as it ends. A line of more than `maxBytes` is read over, and told of. */
export async function* jsonLines(stream: InStream, maxBytes: number): AsyncGenerator<JsonLine> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const ended = (): JsonLine | undefined => {
    const line = bytes > maxBytes ? undefined : Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
    return line === undefined ? { problem: `the line is longer than ${maxBytes} bytes` } : parsed(line);
  };
  for await (const chunk of stream) {
    let rest: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = ended();
      if (line !== undefined) yield line;
    }
    take(rest);
  }
  const last = ended();
  if (last !== undefined) yield last;

  function take(piece: Uint8Array): void {
    bytes += piece.byteLength;
    if (bytes > maxBytes) pieces = [];
    else if (piece.byteLength > 0) pieces.push(piece);
  }
}

/** Undefined for an empty line. */
function parsed(line: Buffer): JsonLine | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line).trim();
    return text === '' ? undefined : { value: JSON.parse(text) };
  } catch {
    return { problem: 'the line is not JSON in UTF-8' };
  }
}
