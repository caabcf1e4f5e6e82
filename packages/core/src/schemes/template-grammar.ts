/** The grammar of a message template: literal text, and fields in braces. What is neither is refused with its place. */
import { nearMiss } from '../near-miss.ts';
import { SetupError } from '../setup-error.ts';
import { isToken } from '../text/token.ts';
import { HOST, PATH, QUERY, SORTED_QUERY, WHOLE_URL } from './address-parts.ts';
import { BODY_SHA256_BYTES, BODY_SHA256_HEX } from './body-digest.ts';
import { fieldPart, jsonPart } from './body-part.ts';
import { SORTED_FORM } from './body-proof.ts';
import { headerListPart } from './header-list.ts';
import { itemPart } from './item-part.ts';
import { memberPart } from './member-part.ts';
import { checkMemberPath } from './member-path.ts';
import type { MessageField, MessagePart } from './message-part.ts';
import { BODY, headerPart, ID, METHOD, NONCE, TIMESTAMP } from './message-parts.ts';
import { templates } from './message-template.ts';
import { fallsAway, refuseAlike, TEXT_ABOUT_ONE } from './optional-part.ts';
import { NAMED_FIELDS, TEMPLATE_FIELDS, TEMPLATE_FIELDS_TEXT } from './template-fields.ts';
import type { MessageForm } from './template-options.ts';
import { URL_AND_FORM } from './url-and-form.ts';
import { DECODED_URL, ENCODED_QUERY, ESCAPED_TARGET, parameterPart } from './url-parts.ts';

/** Those that have one form. */
const FIELDS_BY_NAME: Readonly<Record<(typeof TEMPLATE_FIELDS)[number], MessageField>> = {
  timestamp: TIMESTAMP,
  nonce: NONCE,
  id: ID,
  method: METHOD,
  path: PATH,
  query: QUERY,
  'query:sorted': SORTED_QUERY,
  'query:encoded': ENCODED_QUERY,
  url: WHOLE_URL,
  'url:decoded': DECODED_URL,
  'url+form': URL_AND_FORM,
  'target:escaped': ESCAPED_TARGET,
  host: HOST,
  body: BODY,
  'body:sha256:hex': BODY_SHA256_HEX,
  'body:sha256:bytes': BODY_SHA256_BYTES,
  'form:sorted': SORTED_FORM,
};

const HEADER = /^header:([^?]+)(\??)$/;
const HEADERS = /^headers:(.+)$/;
const FIELD = /^field:(.+)$/s;
const MEMBER = /^member:(.+?)(\?)?(:any)?$/s;
const JSON_FIELD = /^json:([^:]+):(.+)$/s;
const ITEM = /^item:([!-~]+)$/;
const PARAMETER = /^parameter:(.+?)(:lower)?$/s;

const LONG_NAMES = TEMPLATE_FIELDS.filter((name) => name.includes(':'));
const NAMED: readonly string[] = NAMED_FIELDS;
const SHORT_NAMES = [...TEMPLATE_FIELDS.filter((name) => !name.includes(':')), ...NAMED];

/** The message of one template, or of several. @throws SetupError for what is none. */
export function parseMessages(texts: readonly string[]): MessageForm {
  return templates(
    texts.map((text) => {
      const parts = parseTemplate(text, 0);
      refuseAlike(parts);
      return parts;
    }),
  );
}

/**
 * Literal text and fields in turn. `\{`, `\}` and `\\` are the characters themselves.
 * What stands between `{?` and `?}` falls away where its field is absent.
 * @param at where the text begins in the whole
 * @throws SetupError for anything else in braces, for a brace alone, and for a backslash before another character.
 */
function parseTemplate(template: string, at: number): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  let literal = '';
  for (let i = 0; i < template.length; i++) {
    const char = template[i];
    if (char === '\\') {
      const escaped = template[++i];
      if (escaped !== '{' && escaped !== '}' && escaped !== '\\') throw badEscape(template, i, at);
      literal += escaped;
    } else if (char === '}') {
      throw fault(at + i, 'a } closes nothing', BRACES);
    } else if (char === '{') {
      const isOptional = template[i + 1] === '?';
      const end = isOptional ? template.indexOf('?}', i + 2) : template.indexOf('}', i);
      if (end < 0) throw fault(at + i, 'a { is not closed', BRACES);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(
        isOptional
          ? parseOptional(template.slice(i + 2, end), at + i + 2)
          : parseField(template.slice(i + 1, end), at + i),
      );
      i = isOptional ? end + 1 : end;
    } else literal += char;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

/** A field with the text on both its sides. */
function parseOptional(text: string, at: number): MessageField {
  const parts = parseTemplate(text, at);
  const [before, field, behind] = parts;
  if (parts.length === 3 && typeof before === 'string' && typeof behind === 'string' && isField(field)) {
    return fallsAway(before, field, behind);
  }
  throw fault(at - 2, `${JSON.stringify(`{?${text}?}`)} cannot fall away`, TEXT_ABOUT_ONE);
}

function isField(part: MessagePart | undefined): part is MessageField {
  return part !== undefined && typeof part !== 'string';
}

/** Whether a word is a field’s name, which somebody wrote without its braces. */
export function isFieldName(word: string): boolean {
  return !NAMED.includes(word) && SHORT_NAMES.includes(word);
}

function parseField(text: string, at: number): MessageField {
  // The name of a member may hold anything else: it would take in the field behind it.
  if (text.includes('{') && NAMED.some((name) => text.startsWith(`${name}:`)))
    throw fault(at, 'a { is not closed', BRACES);
  const [, header, mark] = HEADER.exec(text) ?? [];
  if (header !== undefined && isToken(header)) return headerPart(header.toLowerCase(), mark === '?');
  const [, list] = HEADERS.exec(text) ?? [];
  if (list !== undefined && isToken(list)) return headerListPart(list.toLowerCase());
  const [, item] = ITEM.exec(text) ?? [];
  if (item !== undefined) return itemPart(item);
  const [, formField] = FIELD.exec(text) ?? [];
  if (formField !== undefined) return fieldPart(formField);
  const [, jsonField, inner] = JSON_FIELD.exec(text) ?? [];
  if (jsonField !== undefined && inner !== undefined) {
    checkMemberPath(inner, 'scheme.message');
    return jsonPart(jsonField, inner);
  }
  const [, path, optional, any] = MEMBER.exec(text) ?? [];
  if (path !== undefined) {
    checkMemberPath(path, 'scheme.message');
    return memberPart(path, { isOptional: optional !== undefined, isFree: any !== undefined });
  }
  const [, parameter, lower] = PARAMETER.exec(text) ?? [];
  if (parameter !== undefined) return parameterPart(parameter, lower !== undefined);
  const name = TEMPLATE_FIELDS.find((field) => field === text);
  if (name !== undefined) return FIELDS_BY_NAME[name];
  const long = LONG_NAMES.filter((field) => text.startsWith(field.slice(0, field.indexOf(':') + 1)));
  const meant = nearMiss(text, long) ?? long[0] ?? nearMiss(/[a-z]+/i.exec(text)?.[0] ?? '', SHORT_NAMES);
  const hint =
    meant === undefined ? '' : `Did you mean {${NAMED.includes(meant) ? `${meant}:NAME` : meant}}? `;
  throw fault(at, `${JSON.stringify(`{${text}}`)} is not a field`, `${hint}${FIELDS}`);
}

function badEscape(template: string, i: number, at: number): SetupError {
  const char = template[i] ?? '';
  return fault(
    at + i - 1,
    `a backslash before ${char === '' ? 'the end' : JSON.stringify(char)} stands for nothing`,
    /[nrt]/.test(char)
      ? `Write the line break or tab itself (in YAML: in double quotes, "{timestamp}\\${char}{body}"), or \\\\ for a backslash.`
      : 'Write \\\\ for a backslash.',
  );
}

function fault(at: number, problem: string, remedy: string): SetupError {
  return new SetupError('scheme.message', `at character ${at + 1}: ${problem}`, remedy);
}

const BRACES = 'Write \\{ or \\} for a brace that is part of the message.';
const FIELDS = `Fields: ${TEMPLATE_FIELDS_TEXT}; \\{ is a brace.`;
