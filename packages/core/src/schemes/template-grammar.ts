/** The grammar of a message template: literal text, and fields in braces. What is neither is refused with its place. */
import { nearMiss } from '../near-miss.ts';
import { SetupError } from '../setup-error.ts';
import { HOST, PATH, QUERY, SORTED_QUERY, URL } from './address-parts.ts';
import { BODY_SHA256_BYTES, BODY_SHA256_HEX } from './body-digest.ts';
import { SORTED_FORM } from './body-proof.ts';
import type { MessageField, MessagePart } from './message-part.ts';
import { BODY, headerPart, ID, METHOD, NONCE, TIMESTAMP } from './message-parts.ts';
import { templates } from './message-template.ts';
import type { MessageForm } from './template-options.ts';

/** The fields that a template may name. */
const FIELD_NAMES = [
  'timestamp',
  'nonce',
  'id',
  'method',
  'path',
  'query',
  'url',
  'host',
  'body',
  'header',
] as const;

/** Those that have one form. */
const FIELDS_BY_NAME: Readonly<Record<string, MessageField>> = {
  timestamp: TIMESTAMP,
  nonce: NONCE,
  id: ID,
  method: METHOD,
  path: PATH,
  query: QUERY,
  'query:sorted': SORTED_QUERY,
  url: URL,
  host: HOST,
  body: BODY,
  'form:sorted': SORTED_FORM,
  'body:sha256:hex': BODY_SHA256_HEX,
  'body:sha256:bytes': BODY_SHA256_BYTES,
};

/** RFC 9110 §5.6.2. */
const HEADER = /^header:([!#$%&'*+.^_`|~0-9A-Za-z-]+)(\??)$/;

const LONG_NAMES = ['query:sorted', 'form:sorted', 'body:sha256:hex'];

/** The message of one template, or of several. @throws SetupError for what is none; see `parseTemplate`. */
export function parseMessages(texts: readonly string[]): MessageForm {
  return templates(texts.map(parseTemplate));
}

/**
 * Literal text and fields in turn. `\{`, `\}` and `\\` are the characters themselves.
 * @throws SetupError for anything else in braces, for a brace alone, and for a backslash before another character.
 */
export function parseTemplate(template: string): readonly MessagePart[] {
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
  return FIELD_NAMES.some((name) => name === word && name !== 'header');
}

function parseField(text: string, at: number): MessageField {
  const [, header, mark] = HEADER.exec(text) ?? [];
  if (header !== undefined) return headerPart(header.toLowerCase(), mark === '?');
  if (Object.hasOwn(FIELDS_BY_NAME, text)) return FIELDS_BY_NAME[text] as MessageField;
  const long = LONG_NAMES.find((name) => text.startsWith(name.slice(0, name.indexOf(':') + 1)));
  const meant = long ?? nearMiss(/[a-z]+/i.exec(text)?.[0] ?? '', FIELD_NAMES);
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
const FIELDS =
  'Fields: {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {url} {host} {body} {body:sha256:hex} {form:sorted} {header:NAME}; \\{ is a brace.';
