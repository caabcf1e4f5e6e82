/** Parts that sit in a member of JSON that is a field of a form: found, and put there. */
import { andThen } from '../and-then.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { utf8 } from '../text/bytes.ts';
import { parseUrlencoded } from '../text/form.ts';
import { isJsonFault, scanJsonObject } from '../text/json-text.ts';
import { fieldText, withFieldText } from './field-text.ts';
import { URLENCODED } from './form-field.ts';
import { placeMember, readMember, scanBody, stepIn } from './json-member.ts';
import { isWithin, memberNames } from './member-path.ts';
import { parseFields } from './parse-form.ts';
import type { FieldMemberSource } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';

/** @param name the field’s, decoded @param path the member’s name, or the names on the way to it, joined by points */
export function fieldMember(name: string, path: string): FieldMemberSource {
  const names = memberNames(path);
  return {
    jsonField: name,
    path,
    read: (passage, kind) => readMember(names, passage, kind),
    put: (request, text, asNumber) =>
      placeInField(request, name, names, asNumber ? text : JSON.stringify(text)),
    isWithin: (other) => 'jsonField' in other && other.jsonField === name && isWithin(path, other.path),
    parse: (passage, sorts) =>
      andThen(parseField(passage, name, sorts), (fault) => fault ?? stepIn(passage, names)),
    parseDraft(passage) {
      const form = parseUrlencoded(passage.request.body);
      const text = 'fault' in form ? undefined : form.find((field) => field.name === name)?.value;
      if (text === undefined) return;
      const json = scanJsonObject(utf8(text));
      if (isJsonFault(json)) {
        throw new SetupError('request.body', `the form field ${name} is no JSON object`, ONE_OBJECT);
      }
      passage.found.json = json;
    },
  };
}

const ONE_OBJECT = 'Give a JSON object, each name in it once.';

/** Once a request: each part that sits there asks for it. */
function parseField(
  passage: TemplatePassage,
  name: string,
  sorts: boolean,
): MaybePromise<Objection | undefined> {
  const { found } = passage;
  if (found.json) return undefined;
  return andThen(
    parseFields(passage, () => undefined),
    (fault) => {
      if (fault) return fault;
      const fields = found.form?.filter((field) => field.name === name) ?? [];
      if (fields.length > 1) {
        return objection(
          'malformed-body',
          `the form field ${name} occurs twice`,
          'The sender must send it once.',
        );
      }
      return fields[0] && scanBody(utf8(fields[0].value), passage, sorts);
    },
  );
}

/** Writes the field anew, or adds it at the end. */
function placeInField(
  request: SignedRequest,
  name: string,
  names: readonly string[],
  valueText: string,
): SignedRequest {
  const type = request.headers.get('content-type');
  if (type?.toLowerCase().startsWith('multipart/')) {
    throw new SetupError('request', 'a multipart form cannot be signed here', 'Send it urlencoded.');
  }
  const before = fieldText(request.body, name) ?? '{}';
  const json = new TextDecoder().decode(placeMember(utf8(before), names, valueText));
  const headers = type === undefined ? request.headers.with('content-type', URLENCODED) : request.headers;
  return { ...request, headers, body: withFieldText(request.body, name, json) };
}
