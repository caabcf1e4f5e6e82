/** The grammar of a message template: literal text, and fields in braces. What is neither is refused with its place. */
import type { CoveredPart } from '../model.ts';
import { nearMiss } from '../near-miss.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';

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

export type FieldName = (typeof FIELD_NAMES)[number];

export interface TemplateField {
  readonly field: Exclude<FieldName, 'header'>;
  /** Of `{query:sorted}`: its parameters by name. */
  readonly isSorted?: true;
}

/** `{form:sorted}`: each field’s name and value, by name. */
export interface TemplateForm {
  readonly field: 'form';
}

/** `{body:sha256:hex}`, or `bytes`: the body’s digest as text, or as it is. */
export interface TemplateDigest {
  readonly field: 'digest';
  readonly form: DigestForm;
}

export type DigestForm = 'hex' | 'bytes';

/** `{header:NAME}`; with `?` behind the name, an absent header counts as an empty one. */
export interface TemplateHeader {
  readonly field: 'header';
  /** In lower case. */
  readonly header: string;
  readonly isOptional: boolean;
}

/** A part of a template. A text is literal: its UTF-8 bytes, never two in a row. */
export type TemplatePart = string | TemplateField | TemplateForm | TemplateDigest | TemplateHeader;

/** What of a request each field covers; of a header nothing that has a name. */
export const COVERS: Readonly<Record<string, readonly CoveredPart[]>> = {
  body: ['body'],
  digest: ['body'],
  form: ['body'],
  timestamp: ['timestamp'],
  id: ['id'],
  nonce: ['id'],
  method: ['method'],
  path: ['path'],
  query: ['query'],
  url: ['host', 'path', 'query'],
  host: ['host'],
};

/** RFC 9110 §5.6.2. */
const HEADER = /^header:([!#$%&'*+.^_`|~0-9A-Za-z-]+)(\??)$/;

const DIGEST = /^body:sha256:(hex|bytes)$/;

const LONG_NAMES = ['query:sorted', 'form:sorted', 'body:sha256:hex'];

/**
 * Literal text and fields in turn. `\{`, `\}` and `\\` are the characters themselves.
 * @throws SetupError for anything else in braces, for a brace alone, and for a backslash before another character.
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
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
      if (literal !== '') parts.push(utf8Text(literal));
      literal = '';
      parts.push(parseField(template.slice(i + 1, end), i));
      i = end;
    } else literal += char;
  }
  if (literal !== '') parts.push(utf8Text(literal));
  return parts;
}

/** Whether a word is a field’s name, which somebody wrote without its braces. */
export function isFieldName(word: string): boolean {
  return FIELD_NAMES.some((name) => name === word && name !== 'header');
}

function parseField(text: string, at: number): Exclude<TemplatePart, string> {
  const [, header, mark] = HEADER.exec(text) ?? [];
  if (header !== undefined)
    return { field: 'header', header: header.toLowerCase(), isOptional: mark === '?' };
  if (text === 'query:sorted') return { field: 'query', isSorted: true };
  if (text === 'form:sorted') return { field: 'form' };
  const [, form] = DIGEST.exec(text) ?? [];
  if (form !== undefined) return { field: 'digest', form: form === 'hex' ? 'hex' : 'bytes' };
  const field = FIELD_NAMES.find((name) => name === text);
  if (field !== undefined && field !== 'header') return { field };
  const long = LONG_NAMES.find((name) => text.startsWith(name.slice(0, name.indexOf(':') + 1)));
  const meant = long ?? nearMiss(/[a-z]+/i.exec(text)?.[0] ?? '', FIELD_NAMES);
  const hint = meant === undefined ? '' : `Did you mean {${meant === 'header' ? 'header:NAME' : meant}}? `;
  throw fault(at, `${JSON.stringify(`{${text}}`)} is no field`, `${hint}${FIELDS}`);
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
