/** A member of a JSON body as a part of a message. */
import { type Objection, objection } from '../objection.ts';
import { utf8Text } from '../text/bytes.ts';
import { integerText, isLiteral, stringValue } from '../text/json-text.ts';
import { member, memberAt, refuseOtherMember } from './json-member.ts';
import { memberNames } from './member-path.ts';
import type { MessageField } from './message-part.ts';
import { isSignedWhole } from './other-spelling.ts';
import type { TemplatePassage } from './template-found.ts';

/** How a member is read. */
export interface MemberRules {
  /** Whether an absent one, or null, counts as empty. Default false. */
  readonly isOptional?: boolean;
  /** Whether it may hold what separates the parts. Default false. */
  readonly isFree?: boolean;
}

/** The text of a string, an integer, true or false. @param path its name, or the names on the way to it, joined by points */
export function memberPart(
  path: string,
  { isOptional = false, isFree = false }: MemberRules = {},
): MessageField {
  const names = memberNames(path);
  return {
    field: 'member',
    written: `{member:${path}${isOptional ? '?' : ''}${isFree ? ':any' : ''}}`,
    covers: [],
    inBody: member(path),
    isFree,
    reader(options) {
      const isWhole = isSignedWhole(options, 'body');
      return (passage) => {
        const { json } = passage.found;
        const other = json && !isWhole ? refuseOtherMember(json, names) : undefined;
        if (other) return other;
        const text = textOf(names, passage);
        if (text === undefined) return isOptional ? '' : withoutMember(path, 'absent');
        return text;
      };
    },
  };
}

function textOf(
  names: readonly string[],
  { found: { json } }: TemplatePassage,
): string | undefined | Objection {
  const placed = json && memberAt(json, names);
  if (!placed || isLiteral(placed.object, placed.member, 'null')) return undefined;
  const { object, member: jsonMember } = placed;
  const text = stringValue(object, jsonMember) ?? integerText(object, jsonMember);
  if (text !== undefined) return utf8Text(text);
  const literal = (['true', 'false'] as const).find((word) => isLiteral(object, jsonMember, word));
  return literal ?? withoutMember(names.join('.'), 'no text');
}

function withoutMember(path: string, state: 'absent' | 'no text'): Objection {
  return objection('missing-part', `the message covers the body’s member ${path}, which is ${state}`);
}
