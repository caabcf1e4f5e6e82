/** What a sender's request must hold for its scheme to sign it, made up: see `signing-recipe.ts`. */

import type { Draft } from './draft.ts';
import { declaredAs } from './explain/declared.ts';
import { OF_TIME } from './explain/trial-headers.ts';
import type { Scheme } from './scheme.ts';
import { alternatives } from './schemes/certificate/certificate-options.ts';
import { memberNames } from './schemes/member-path.ts';
import type { MessageField } from './schemes/message-part.ts';
import { isTemplateForm } from './schemes/message-template.ts';
import type { PartSource } from './schemes/part-source.ts';
import type { MessageForm, TemplateOptions } from './schemes/template-options.ts';
import { isObject, type JsonObject } from './text/is-object.ts';

/** What happened, as a sender tells it. A new id makes it another event, also where no id is signed. */
export interface SampleEvent {
  readonly id: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface SampleContent {
  readonly contentType: string;
  readonly body: string;
}

/** What `sign` is given for a sample, beside method and address. */
export interface SampleParts {
  /** The likelier first: what the scheme reads no signature of is refused by `sign`. */
  readonly contents: readonly SampleContent[];
  /** Without a question mark; empty where the scheme demands none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface SampleValue {
  readonly source: PartSource;
  readonly text: string;
}

/** An event as JSON and as a form, with all that the message is made of. */
export function sampleParts(scheme: Scheme, event: SampleEvent): SampleParts {
  const options = declaredAs(scheme, 'template')?.options;
  if (options === undefined) {
    const plain = withoutOtherSpellings(event, certifiedNames(scheme));
    return { contents: [jsonOf(plain, []), formOf(plain, [])], query: '', headers: {} };
  }
  const { signature, message } = options;
  const parts = partsOf(message);
  const values = valuesOf(options, parts, event);
  const plain = withoutOtherSpellings(event, [...values.flatMap(namesOf), message.each?.path ?? '']);
  const isForm = 'jsonField' in signature || parts.some(({ inBody }) => inBody && !('member' in inBody));
  const json = jsonOf(
    plain,
    values,
    message.each && { path: message.each.path, values: bodyValues(partsOf(message.each.form), event) },
  );
  const form = formOf(plain, values);
  return {
    contents: isForm ? [form] : [json, form],
    query: queryOf(options, parts, event),
    headers: headersOf(options, parts, event),
  };
}

/** Without members that many readers would take for a signed one: gates refuse what has both. */
function withoutOtherSpellings(event: SampleEvent, paths: readonly string[]): JsonObject {
  const own = new Map(
    paths.map((path) => memberNames(path)[0] ?? '').map((name) => [name.toLowerCase(), name]),
  );
  return Object.fromEntries(
    Object.entries(event).filter(([name]) => (own.get(name.toLowerCase()) ?? name) === name),
  );
}

function namesOf({ source }: SampleValue): readonly string[] {
  if ('member' in source) return [source.member];
  if ('field' in source) return [source.field];
  return 'jsonField' in source ? [source.jsonField] : [];
}

function certifiedNames(scheme: Scheme): readonly string[] {
  const certified = declaredAs(scheme, 'certificate')?.options;
  if (certified === undefined) return [];
  return alternatives(certified.message).flatMap((members) => members.map(({ name }) => name));
}

/** The nonce of a draft, where the scheme signs one. @param nonce another for each request: two of one nonce are repeats */
export function sampleNonce(scheme: Scheme, nonce: string): Pick<Draft, 'nonce'> {
  return declaredAs(scheme, 'template')?.options.nonce ? { nonce } : {};
}

function partsOf(message: MessageForm): readonly MessageField[] {
  const [parts = []] = isTemplateForm(message) ? message.parts : [];
  return parts.filter((part) => typeof part !== 'string');
}

function valuesOf(
  { id, type }: TemplateOptions,
  parts: readonly MessageField[],
  event: SampleEvent,
): readonly SampleValue[] {
  return [
    ...(id ? [{ source: id, text: event.id }] : []),
    ...(type ? [{ source: type, text: event.type }] : []),
    ...bodyValues(parts, event),
  ];
}

function bodyValues(parts: readonly MessageField[], { id }: SampleEvent): readonly SampleValue[] {
  return parts.flatMap(({ inBody }) => (inBody ? [{ source: inBody, text: id }] : []));
}

function jsonOf(
  event: JsonObject,
  values: readonly SampleValue[],
  items?: { readonly path: string; readonly values: readonly SampleValue[] },
): SampleContent {
  let object = withMembers(event, values);
  if (items) object = withItem(object, memberNames(items.path), withMembers({}, items.values));
  return { contentType: 'application/json', body: JSON.stringify(object) };
}

function withMembers(object: JsonObject, values: readonly SampleValue[]): JsonObject {
  return values.reduce(
    (all, { source, text }) => ('member' in source ? placed(all, memberNames(source.member), text) : all),
    object,
  );
}

function withItem(object: JsonObject, names: readonly string[], item: JsonObject): JsonObject {
  const at = names.indexOf('*');
  const inner = names.slice(at + 1);
  return placed(object, names.slice(0, at), [inner.length > 0 ? placed({}, inner, item) : item]);
}

function placed(object: JsonObject, [name = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const before = object[name];
  return {
    ...object,
    [name]: rest.length === 0 ? value : placed(isObject(before) ? before : {}, rest, value),
  };
}

function formOf(event: JsonObject, values: readonly SampleValue[]): SampleContent {
  const fields = new URLSearchParams(Object.entries(event).map(([name, value]) => [name, String(value)]));
  const documents = new Map<string, JsonObject>();
  for (const { source, text } of values) {
    if ('field' in source) fields.set(source.field, text);
    if (!('jsonField' in source)) continue;
    const document = documents.get(source.jsonField) ?? {};
    documents.set(source.jsonField, placed(document, memberNames(source.path), text));
  }
  for (const [name, document] of documents) fields.set(name, JSON.stringify(document));
  return { contentType: 'application/x-www-form-urlencoded', body: fields.toString() };
}

/** A query that is signed in place of a body tells one request from another. */
function queryOf({ type }: TemplateOptions, parts: readonly MessageField[], event: SampleEvent): string {
  const query = new URLSearchParams();
  if (type && 'query' in type) query.set(type.query, event.type);
  for (const { parameter } of parts) if (parameter) query.set(parameter.name, event.id);
  if (parts.length > 0 && parts.every(({ field }) => field === 'query')) query.set('id', event.id);
  return query.toString();
}

/** Of headers that are signed in the place of a body. */
function headersOf(
  { id, type }: TemplateOptions,
  parts: readonly MessageField[],
  event: SampleEvent,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (type && 'header' in type) headers[type.header] = event.type;
  if (id && 'header' in id && parts.some(({ header }) => header === id.header.toLowerCase()))
    headers[id.header] = event.id;
  return headers;
}

/** In which part of a request the signature is, and what stands before it there. */
export interface SignaturePlace {
  readonly part: 'header' | 'url' | 'body';
  readonly name: string;
}

/** @param proofHeaders the gate’s */
export function signaturePlace(scheme: Scheme, proofHeaders: readonly string[]): SignaturePlace {
  const certified = declaredAs(scheme, 'certificate')?.options;
  if (certified) return { part: 'body', name: certified.signature };
  const source = declaredAs(scheme, 'template')?.options.signature;
  if (source === undefined || 'header' in source) {
    const last = proofHeaders.findLast((name) => !OF_TIME.test(name));
    return { part: 'header', name: source?.header ?? last ?? '' };
  }
  if ('query' in source) return { part: 'url', name: source.query };
  if ('field' in source) return { part: 'body', name: source.field };
  const path = 'member' in source ? source.member : 'path' in source ? source.path : '';
  return { part: 'body', name: memberNames(path).at(-1) ?? '' };
}
