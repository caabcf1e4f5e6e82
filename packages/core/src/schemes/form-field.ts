/** Parts that sit in a field of a form: found, and put there. */
import type { SignedRequest } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import { byteString, concatBytes, utf8 } from '../text/bytes.ts';
import { type FormField, parseForm } from '../text/form.ts';
import { checkUnambiguous } from './form-shape.ts';
import { parseFields } from './parse-form.ts';
import { type FieldSource, type FoundPart, foundText, REPEATED } from './part-source.ts';
import { signedFieldsOf } from './signed-fields.ts';
import type { TemplatePassage } from './template-found.ts';
import type { ToldField } from './template-options.ts';

/** @param name the field’s, decoded */
export function field(name: string): ToldField {
  return {
    field: name,
    read: ({ found: { form } }) => readField(form, name),
    put: (request, text) => placeField(request, name, text),
    isWithin: (other) => 'field' in other && other.field === name,
    parse: parseUnambiguous,
    parseDraft,
    tell: signedFieldsOf,
  };
}

/** A field that is signed by itself, in a form of which no lines are made: what it holds shows nothing of the others. */
export function ownField(name: string): ToldField {
  return { ...field(name), parse: parseAny };
}

/** The one field of that name. */
export function readField(fields: readonly FormField[] | undefined, name: string): FoundPart {
  const matching = fields?.filter((formField) => formField.name === name) ?? [];
  return matching.length > 1 ? REPEATED : foundText(matching[0] && byteString(matching[0].value));
}

function parseUnambiguous(passage: TemplatePassage): ReturnType<FieldSource['parse']> {
  return parseFields(passage, checkUnambiguous);
}

function parseAny(passage: TemplatePassage): ReturnType<FieldSource['parse']> {
  return parseFields(passage, () => undefined);
}

function parseDraft(passage: TemplatePassage): void {
  passage.found.form = draftForm(passage.request);
}

function placeField(request: SignedRequest, name: string, text: string): SignedRequest {
  const type = request.headers.get('content-type');
  const headers = type === undefined ? request.headers.with('content-type', URLENCODED) : request.headers;
  const placed = { ...request, headers };
  const fields = draftForm(placed);
  if (type?.toLowerCase().startsWith('multipart/')) {
    throw new SetupError('request', 'a multipart form cannot be signed here', 'Send it urlencoded.');
  }
  if (fields.some((formField) => formField.name === name)) return placed;
  const joint = request.body.length > 0 ? '&' : '';
  const pair = `${joint}${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  return { ...placed, body: concatBytes([request.body, utf8(pair)]) };
}

/** The media type of urlencoded forms. */
export const URLENCODED = 'application/x-www-form-urlencoded';

/** The fields of a draft, which is given the type of a form where it has none. */
function draftForm({ headers, body }: SignedRequest): readonly FormField[] {
  const form = parseForm(headers.get('content-type') ?? URLENCODED, body);
  if ('fault' in form) throw new SetupError('request.body', form.fault, 'Give an urlencoded form.');
  return form;
}
