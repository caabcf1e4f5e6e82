/** JSON as text: the scanner, what its members hold, and the texts that other programs would have written. */
import { asciiText } from './bytes.ts';
import { digitsEnd, isDigit, isWord } from './json-bytes.ts';
import type { JsonMember, JsonObjectText } from './json-object.ts';
import { stringText } from './json-string.ts';

export { inOrder, isInOrder, withoutMember } from './json-members.ts';
export {
  isJsonFault,
  type JsonFault,
  type JsonMember,
  type JsonObjectText,
  MAX_DEPTH,
  MAX_MEMBERS,
} from './json-object.ts';
export { isGoText, type PrintStyle, printJson } from './json-print.ts';
export { JsonScan, scanJsonObject } from './json-scan.ts';

const QUOTE = 0x22;
const DASH = 0x2d;
const DOT = 0x2e;

/** The top-level member of that decoded name. */
export function findMember(object: JsonObjectText, name: string): JsonMember | undefined {
  for (const member of object.members) if (member.name === name) return member;
  return undefined;
}

/** The decoded text of a member that is a string; undefined for any other value. */
export function stringValue(object: JsonObjectText, member: JsonMember): string | undefined {
  if (object.bytes[member.valueStart] !== QUOTE) return undefined;
  return stringText(object.bytes, member.valueStart + 1, member.valueEnd - 1);
}

/** The text of a member that is a whole number without fraction and exponent; undefined for any other value. */
export function integerText(object: JsonObjectText, member: JsonMember): string | undefined {
  const { bytes } = object;
  const { valueStart, valueEnd } = member;
  const first = bytes[valueStart] === DASH ? valueStart + 1 : valueStart;
  if (!isDigit(bytes[first]) || digitsEnd(bytes, first) !== valueEnd) return undefined;
  return asciiText(bytes, valueStart, valueEnd);
}

/** The text of a member that is a number without sign and exponent; undefined for any other value. */
export function decimalText(object: JsonObjectText, member: JsonMember): string | undefined {
  const { bytes } = object;
  const { valueStart, valueEnd } = member;
  const whole = digitsEnd(bytes, valueStart);
  const end = bytes[whole] === DOT ? digitsEnd(bytes, whole + 1) : whole;
  return end === valueEnd ? asciiText(bytes, valueStart, valueEnd) : undefined;
}

/** Whether a member is that literal. */
export function isLiteral(
  object: JsonObjectText,
  member: JsonMember,
  literal: 'null' | 'true' | 'false',
): boolean {
  return isWord(object.bytes, member.valueStart, literal);
}
