/**
 * What a request says, read without the engine’s code. Two requests that
 * mean the same in every proved part are one, however they are written; two that do not are two, whatever the gate says.
 */
import type { SignedRequest } from '@countersign/core';
import { jsonMeaning } from './json-meaning.ts';

/** How a vector file says that its scheme reads a request, where that is not its bytes. */
export interface Meaning {
  readonly body?: {
    /**
     * `json`: a value, whatever its spelling and the order of its members. `form`: its fields, in any order. `form-runs`:
     * each field’s name and value run together, each once, sorted:
     * the formula of a sender which shows nowhere where they end.
     */
    readonly as: 'bytes' | 'json' | 'form' | 'form-runs';
    /** Members or fields that are no content: the signature. */
    readonly without?: readonly string[];
    /** Whether a field without a value is no content. */
    readonly blank?: 'left-out';
    /** What stands right before it in the sender’s formula, with nothing between: the two are one text. */
    readonly behind?: 'url';
  };
  readonly query?: {
    /** `pairs`: in any order. `fields`: names and values as they decode, in any order, also those of one name. */
    readonly as: 'text' | 'pairs' | 'fields';
    readonly without?: readonly string[];
  };
  readonly path?: {
    /** `either-end`: with a slash at its end or without it. */
    readonly as: 'either-end';
  };
  /** Lower-case names of headers whose values list names of headers: in any order, and of either case. */
  readonly lists?: readonly string[];
}

export interface Facts {
  readonly method: string;
  /** `https` where nobody says. */
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** Whom a request was sent to and for what, by RFC 9112 §3.2 and RFC 3986 §6.2.2. @param origin what the operator says of it */
export function factsOf(request: SignedRequest, meaning: Meaning, origin?: string): Facts {
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(request.url);
  const rest = absolute ? (absolute[3] as string) : request.url;
  const target = rest.startsWith('/') || rest === '*' ? rest : `/${rest}`;
  const mark = target.indexOf('?');
  const scheme = (absolute?.[1] ?? 'https').toLowerCase();
  const authority = absolute ? (absolute[2] as string) : valuesOf(request, 'host').join(',');
  return {
    method: request.method,
    scheme: origin === undefined ? scheme : '',
    host: origin ?? authority.toLowerCase().replace(scheme === 'https' ? /:(443)?$/ : /:(80)?$/, ''),
    path: pathMeaning(unreserved(mark < 0 ? target : target.slice(0, mark)), meaning),
    query: queryMeaning(mark < 0 ? '' : target.slice(mark + 1), meaning),
  };
}

/** RFC 3986 §6.2.2: escapes in upper case, and none of a character that needs none. */
function unreserved(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const char = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[0-9A-Za-z._~-]/.test(char) ? char : escaped.toUpperCase();
  });
}

function pathMeaning(path: string, { path: rule }: Meaning): string {
  return rule && path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function queryMeaning(query: string, { query: rule }: Meaning): string {
  if (!rule) return query;
  const pairs = query.split('&').filter((pair) => !rule.without?.includes(nameOf(pair)));
  if (rule.as === 'fields') return fieldTexts(pairs).toSorted().join('&');
  return (rule.as === 'pairs' ? stableByName(pairs) : pairs).join('&');
}

/** Each with its `=`; what is empty is none. */
function fieldTexts(pairs: readonly string[]): readonly string[] {
  return pairs.flatMap((pair) => {
    const mark = pair.indexOf('=');
    const text = mark < 0 ? `${pair}=` : pair;
    return pair === '' ? [] : [`${nameOf(pair).length} ${unescaped(text)}`];
  });
}

/** Pairs of one name keep their order: a reader may take the first. */
function stableByName(pairs: readonly string[]): readonly string[] {
  return pairs.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}

function nameOf(pair: string): string {
  return unescaped(pair.split('=', 1)[0] as string);
}

/** `+` and escapes to bytes, as a byte string; what is no escape stays. */
function unescaped(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** All values of a header, as one value: RFC 9110 §5.2; a fold is a blank, RFC 9112 §2.2 and §5.2. */
export function headerMeaning(request: SignedRequest, name: string): string {
  return valuesOf(request, name)
    .map((value) => value.replace(/[ \t]*\r?\n[ \t]+/g, ' ').replace(/^[ \t]+|[ \t]+$/g, ''))
    .join(', ');
}

/** What a header says, where its scheme may read it as a list of names. */
export function coveredHeader(request: SignedRequest, name: string, { lists }: Meaning): string {
  const text = headerMeaning(request, name);
  if (!lists?.includes(name)) return text;
  return text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .toSorted()
    .join();
}

function valuesOf({ headers }: SignedRequest, name: string): readonly string[] {
  return [...headers].flatMap(([other, value]) =>
    other.toLowerCase() === name.toLowerCase() ? [value] : [],
  );
}

/** Begins what is compared of a body that is not of its scheme’s form. */
export const NO_FORM = 'bytes ';

/** What a body says; its bytes where it is not of the form that its scheme reads. */
export function bodyMeaning(request: SignedRequest, { body: rule }: Meaning): string {
  const bytes = Buffer.from(request.body).toString('latin1');
  if (!rule || rule.as === 'bytes') return bytes;
  if (rule.as === 'json') return jsonMeaning(request.body, rule.without ?? []) ?? NO_FORM + bytes;
  const fields = fieldsOf(request, bytes);
  if (!fields) return NO_FORM + bytes;
  const counted = fields.filter(
    ([name, value]) => !rule.without?.includes(name) && !(rule.blank === 'left-out' && value === ''),
  );
  const texts = counted.map(([name, value]) => (rule.as === 'form' ? `${name}=${value}` : name + value));
  return rule.as === 'form' ? texts.toSorted().join('\r\n') : [...new Set(texts)].toSorted().join('');
}

type Field = readonly [name: string, value: string];

/** Of a form, to the byte. */
function fieldsOf(request: SignedRequest, bytes: string): readonly Field[] | undefined {
  const type = headerMeaning(request, 'content-type');
  if (/^application\/x-www-form-urlencoded[ \t]*(;|$)/i.test(type)) {
    return bytes.split('&').flatMap((pair) => {
      const mark = pair.indexOf('=');
      const name = mark < 0 ? pair : pair.slice(0, mark);
      return pair === '' ? [] : [[unescaped(name), unescaped(mark < 0 ? '' : pair.slice(mark + 1))]];
    });
  }
  const boundary = /^multipart\/form-data[ \t]*;(?:.*;)?[ \t]*boundary=("?)([^";]+)\1[ \t]*(?:;|$)/i.exec(
    type,
  )?.[2];
  return boundary === undefined ? undefined : partsOf(`\r\n${bytes}`, `\r\n--${boundary}`);
}

/** RFC 7578: a part is what stands between two marks, a header, a blank line and a value. */
function partsOf(bytes: string, mark: string): readonly Field[] | undefined {
  const end = bytes.indexOf(`${mark}--`);
  if (end < 0) return undefined;
  const parts = bytes.slice(0, end).split(mark).slice(1);
  const fields = parts.map((part): Field | undefined => {
    const blank = part.indexOf('\r\n\r\n');
    const name = /^content-disposition:[^\r\n]*[; \t]name=(?:"([^"]*)"|([^";\r\n]*))/im.exec(
      part.slice(0, blank),
    );
    return blank < 0 || !name ? undefined : [name[1] ?? name[2] ?? '', part.slice(blank + 4)];
  });
  return fields.every((each) => each !== undefined) ? fields : undefined;
}

/** A text’s UTF-8 as a byte string. */
export function byteText(text: string): string {
  return Buffer.from(text).toString('latin1');
}
