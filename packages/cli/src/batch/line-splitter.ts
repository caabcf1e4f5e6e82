/** Cuts a stream of bytes into lines. Node's readline decodes every chunk and copies long lines over and over. */

import { collectBytes } from '@countersign/core/collect-bytes';

export interface LineSplitter {
  /** The lines that end in this chunk, without their line end. `undefined` stands for a line that is too long. */
  push(chunk: Buffer): readonly (Buffer | undefined)[];
  /** The last line, where the stream does not end in a line end. */
  end(): readonly (Buffer | undefined)[];
}

export function createLineSplitter(maxLineBytes: number): LineSplitter {
  const held = collectBytes();
  let partBytes = 0;
  const hold = (part: Buffer): void => {
    partBytes += part.length;
    // Of a line that is too long nothing is kept; its length goes on counting.
    if (partBytes <= maxLineBytes) held.add(part);
    else held.take();
  };
  const take = (): Buffer | undefined => {
    const line = held.take();
    const isTooLong = partBytes > maxLineBytes;
    partBytes = 0;
    return isTooLong ? undefined : Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  };
  return {
    push(chunk) {
      const lines: (Buffer | undefined)[] = [];
      let start = 0;
      for (let feed = chunk.indexOf(0x0a); feed >= 0; feed = chunk.indexOf(0x0a, start)) {
        hold(chunk.subarray(start, feed));
        lines.push(take());
        start = feed + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      return lines;
    },
    end: () => (partBytes === 0 ? [] : [take()]),
  };
}
