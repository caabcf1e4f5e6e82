/** What a scan of a JSON text finds: where in the bytes things are, or what is wrong. */
import type { NestedObject } from './json-names.ts';

/** Objects and arrays inside each other, the outermost counted: 200. */
export const MAX_DEPTH = 200;

/** Members of all objects of a text together: 10,000. */
export const MAX_MEMBERS = 10_000;

/** Why a text was refused: a short sentence that holds nothing of it, and the offset of the byte. */
export interface JsonFault {
  readonly fault: string;
  readonly offset: number;
}

/** A member of the top-level object. */
export interface JsonMember {
  /** Decoded. */
  readonly name: string;
  /** Offset of the name's opening quote. */
  readonly nameStart: number;
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

/** A scanned text: the bytes, and where in them things are. */
export interface JsonObjectText {
  readonly bytes: Uint8Array;
  /** Offset of `{`. */
  readonly start: number;
  /** Offset after `}`. */
  readonly end: number;
  /** The top-level members as received. */
  readonly members: readonly JsonMember[];
  /** Whether there is insignificant white space anywhere. */
  readonly hasSpace: boolean;
  /** Whether all is ASCII. */
  readonly isAscii: boolean;
  /** The objects below the top level whose members are not in the order of their names; absent where nobody asked. */
  readonly unsorted?: readonly NestedObject[];
}

/** Whether a scan came to a fault. */
export function isJsonFault(scanned: JsonObjectText | JsonFault): scanned is JsonFault {
  return 'fault' in scanned;
}
