/** Parts of a message that are a field of a form, or a member of JSON that is one. */
import { type Objection, objection } from '../objection.ts';
import { byteString } from '../text/bytes.ts';
import { fieldMember } from './field-member.ts';
import { ownField } from './form-field.ts';
import { refuseOtherMember } from './json-member.ts';
import { memberNames } from './member-path.ts';
import type { MessageField } from './message-part.ts';
import { isSignedWhole, refuseOtherSpelling } from './other-spelling.ts';
import { type BodyPlace, describeSource, readPart } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';

/** `{field:NAME}`: the decoded text of the form’s field. @param name decoded */
export function fieldPart(name: string): MessageField {
  return bodyPart(ownField(name), `{field:${name}}`);
}

/** `{json:FIELD:PATH}`: a member of the JSON that is that field of the form. */
export function jsonPart(name: string, path: string): MessageField {
  return bodyPart(fieldMember(name, path), `{json:${name}:${path}}`);
}

function bodyPart(source: BodyPlace, written: string): MessageField {
  return {
    field: 'member',
    written,
    covers: [],
    inBody: source,
    reader: (options) => {
      const isWhole = isSignedWhole(options, 'body');
      return (passage) =>
        (isWhole ? undefined : refuseOther(passage, source)) ?? read(passage, source, written);
    },
  };
}

function refuseOther({ found: { form, json } }: TemplatePassage, source: BodyPlace): Objection | undefined {
  const name = 'field' in source ? source.field : 'jsonField' in source ? source.jsonField : undefined;
  if (name === undefined) return undefined;
  return (
    refuseOtherSpelling(`the form field ${name}`, form ?? [], name, false) ??
    ('path' in source && json ? refuseOtherMember(json, memberNames(source.path)) : undefined)
  );
}

function read(passage: TemplatePassage, source: BodyPlace, written: string): string | Objection {
  const part = readPart(source, passage);
  return typeof part === 'string'
    ? byteString(part)
    : objection(
        'missing-part',
        `the message covers ${written}, and the ${describeSource(source)} is ${part.state}`,
      );
}
