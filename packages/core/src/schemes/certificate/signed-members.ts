/** The members of a JSON body that are signed: their texts, and the lines that the signature covers. */
import type { Message, MessagePiece } from '../../crypto/backend.ts';
import { type Objection, objection } from '../../objection.ts';
import { isWellFormed, utf8, utf8Text } from '../../text/bytes.ts';
import { findMember, isLiteral, type JsonObjectText, stringValue } from '../../text/json-text.ts';
import { shownText } from '../../text/shown-text.ts';
import { refuseOtherSpelling } from '../other-spelling.ts';
import type { SignedMember } from './certificate-options.ts';

/** What decodes and encodes them works without a pause. */
const MAX_BYTES = 1024 * 1024;

const AS_SIGNED =
  'The sender must write it as it signs it; look for what parses the body and writes it anew.';

/** The text of a member; undefined where it is absent or null, an objection where it is no text. */
export function memberText(json: JsonObjectText, name: string): string | Objection | undefined {
  const member = findMember(json, name);
  if (!member || isLiteral(json, member, 'null')) return undefined;
  const text = stringValue(json, member);
  if (text !== undefined && isWellFormed(text)) return text;
  return objection('malformed-body', `the JSON member ${shownText(name)} is not a text`, AS_SIGNED);
}

/** The signed members that are there, and their texts. */
export function signedTexts(
  json: JsonObjectText,
  members: readonly SignedMember[],
): ReadonlyMap<string, string> | Objection {
  if (lengthOf(json, members) > MAX_BYTES) return TOO_LONG;
  const texts = new Map<string, string>();
  for (const [at, { name, isOptional }] of members.entries()) {
    const other = refuseOtherSpelling(`the member ${name}`, json.members, name, true);
    if (other) return other;
    const text = memberText(json, name);
    if (text === undefined) {
      if (isOptional) continue;
      return objection('missing-part', `the body has no JSON member ${shownText(name)}, which is signed`);
    }
    if (typeof text !== 'string') return text;
    // Text could be moved across it, from one value into another.
    if (at > 0 && text.includes('\n'))
      return objection('missing-part', `the JSON member ${shownText(name)} holds a line break`, AS_SIGNED);
    texts.set(name, text);
  }
  return texts;
}

const TOO_LONG: Objection = objection(
  'missing-part',
  'the JSON members that are signed are longer than 1 MB',
  'Have the sender send less.',
);

function lengthOf(json: JsonObjectText, members: readonly SignedMember[]): number {
  let bytes = 0;
  for (const { name } of members) {
    const member = findMember(json, name);
    if (member) bytes += member.valueEnd - member.valueStart;
  }
  return bytes;
}

/** A line of the name and a line of the value, each with its end. */
export function signedLines(texts: ReadonlyMap<string, string>): Message {
  const pieces: MessagePiece[] = [];
  for (const [name, text] of texts) pieces.push(`${utf8Text(name)}\n`, utf8(text), '\n');
  return pieces;
}
