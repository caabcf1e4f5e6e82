/** The grammar of a message template: literal text, and fields in braces. What is neither is refused with its place. */
import { nearMiss } from '../near-miss.ts';
import { SetupError } from '../setup-error.ts';
import { isToken } from '../text/token.ts';
import { HOST, PATH, QUERY, SORTED_QUERY, WHOLE_URL } from './address-parts.ts';
import { BODY_SHA256_BYTES, BODY_SHA256_HEX } from './body-digest.ts';
import { SORTED_FORM } from './body-proof.ts';
import type { MessageField, MessagePart } from './message-part.ts';
import { BODY, headerPart, ID, METHOD, NONCE, TIMESTAMP } from './message-parts.ts';
import { templates } from './message-template.ts';
import { TEMPLATE_FIELDS, TEMPLATE_FIELDS_TEXT } from './template-fields.ts';
import type { MessageForm } from './template-options.ts';

/** Those that have one form. */
const FIELDS_BY_NAME: Readonly<Record<(typeof TEMPLATE_FIELDS)[number], MessageField>> = {
  timestamp: TIMESTAMP,
  nonce: NONCE,
  id: ID,
  method: METHOD,
  path: PATH,
  query: QUERY,
  'query:sorted': SORTED_QUERY,
  url: WHOLE_URL,
  host: HOST,
  body: BODY,
  'body:sha256:hex': BODY_SHA256_HEX,
  'body:sha256:bytes': BODY_SHA256_BYTES,
  'form:sorted': SORTED_FORM,
};

const HEADER = /^header:([^?]+)(\??)$/;

const LONG_NAMES = TEMPLATE_FIELDS.filter((name) => name.includes(':'));
const SHORT_NAMES = [...TEMPLATE_FIELDS.filter((name) => !name.includes(':')), 'header'];

/** The message of one template, or of several. @throws SetupError for what is none. */
export function parseMessages(texts: readonly string[]): MessageForm {
  return templates(texts.map(parseTemplate));
}

/**
 * Literal text and fields in turn. `\{`, `\}` and `\\` are the characters themselves.
 * @throws SetupError for anything else in braces, for a brace alone, and for a backslash before another character.
 */
function parseTemplate(template: string): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  let literal = '';
  for (let i = 0; i < template.length; i++) {
    const char = template[i];
    if (char === '\\') {
      const escaped = template[++i];
      if (escaped !== '{' && escaped !== '}' && escaped !== '\\') throw badEscape(template, i);
      literal += escaped;
    } else if (char === '}') {
      throw fault(i, 'a } closes nothing', BRACES);
    } else if (char === '{') {
      const end = template.indexOf('}', i);
      if (end < 0) throw fault(i, 'a { is not closed', BRACES);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(parseField(template.slice(i + 1, end), i));
      i = end;
    } else literal += char;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

/** Whether a word is a field’s name, which somebody wrote without its braces. */
export function isFieldName(word: string): boolean {
  return word !== 'header' && SHORT_NAMES.includes(word);
}

function parseField(text: string, at: number): MessageField {
  const [, header, mark] = HEADER.exec(text) ?? [];
  if (header !== undefined && isToken(header)) return headerPart(header.toLowerCase(), mark === '?');
  const name = TEMPLATE_FIELDS.find((field) => field === text);
  if (name !== undefined) return FIELDS_BY_NAME[name];
  const long = LONG_NAMES.filter((field) => text.startsWith(field.slice(0, field.indexOf(':') + 1)));
  const meant = nearMiss(text, long) ?? long[0] ?? nearMiss(/[a-z]+/i.exec(text)?.[0] ?? '', SHORT_NAMES);
  const hint = meant === undefined ? '' : `Did you mean {${meant === 'header' ? 'header:NAME' : meant}}? `;
  throw fault(at, `${JSON.stringify(`{${text}}`)} is not a field`, `${hint}${FIELDS}`);
}

function badEscape(template: string, i: number): SetupError {
  const char = template[i] ?? '';
  return fault(
    i - 1,
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
