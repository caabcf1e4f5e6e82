/** Byte strings of several rows as one parameter: an array of them would be sent as hex, which holds the event loop. */

export interface Packed {
  /** All of them, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each begins: from 1 on, as `substring` counts. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export function packed(parts: readonly Uint8Array[]): Packed {
  let start = 1;
  const starts: number[] = [];
  for (const { byteLength } of parts) {
    starts.push(start);
    start += byteLength;
  }
  return { bytes: Buffer.concat(parts), starts, lengths: parts.map(({ byteLength }) => byteLength) };
}
