/** The texts of a byte diff. */
import { looseText } from './bytes.ts';

/** Around a difference: so much of what is the same tells where it is. */
const AROUND_BYTES = 120;

export interface SameParts {
  readonly begin: string;
  readonly end: string;
  /** Bytes between them that are not shown. */
  readonly left: number;
}

/** What is the same, without its middle where it is long. */
export function sameParts(bytes: Uint8Array): SameParts {
  const left = bytes.length - 2 * AROUND_BYTES;
  if (left <= AROUND_BYTES) return { begin: looseText(bytes), end: '', left: 0 };
  return {
    begin: looseText(bytes.subarray(0, AROUND_BYTES)),
    end: looseText(bytes.subarray(-AROUND_BYTES)),
    left,
  };
}

/** A sign in place of each space and tab, and one before each line feed. */
export function visibleSpace(text: string): string {
  return text.replaceAll(' ', '·').replaceAll('\t', '→').replaceAll('\n', '↵\n');
}
