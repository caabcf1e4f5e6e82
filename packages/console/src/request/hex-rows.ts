/** Bytes as a hex dump: sixteen a row. */

export const BYTES_A_ROW = 16;

export interface HexRow {
  /** Eight hex digits. */
  readonly offset: string;
  readonly hex: string;
  /** Printable ASCII as it is, anything else as a dot. */
  readonly text: string;
}

export function hexRow(bytes: Uint8Array, row: number): HexRow {
  const start = row * BYTES_A_ROW;
  const part = [...bytes.subarray(start, start + BYTES_A_ROW)];
  const pairs = part.map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    offset: start.toString(16).padStart(8, '0'),
    hex: `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`.padEnd(48),
    text: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
  };
}
