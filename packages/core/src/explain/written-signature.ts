/** The text of a trial’s signature: as the request has it, and written otherwise. */
import { queryOf } from '../effective-request.ts';
import { memberNames } from '../schemes/member-path.ts';
import type { LiteralSource, PartSource } from '../schemes/part-source.ts';
import type { SignatureOptions, TemplateOptions } from '../schemes/template-options.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { isObject } from '../text/is-object.ts';
import { declaredAs } from './declared.ts';
import { withTemplate } from './other-options.ts';
import type { Change, Trial } from './trial.ts';

/** A longer one is none. */
const MAX_CHARS = 8 * 1024;

/** A word, and what stands between it and a signature. */
export const WORD: RegExp = /^[A-Za-z][A-Za-z0-9-]{0,24}(?:[=:,] ?| +)(?=.)/;

/** What is parsed takes its time. */
const MAX_BODY_BYTES = 128 * 1024;

/** The text at the place of the signature, once; undefined where there is none. */
export function signatureText(trial: Trial): string | undefined {
  const declared = declaredAs(trial.scheme, 'template');
  const text = declared && textAt(declared.options.signature, trial);
  return text === undefined || text.length > MAX_CHARS ? undefined : text;
}

/** The text at a place of the request, as far as it can be read. */
export function textAt(source: PartSource, { request }: Pick<Trial, 'request'>): string | undefined {
  if ('literal' in source) return source.literal;
  if ('header' in source) return request.headers.single(source.header) ?? undefined;
  if ('query' in source) return new URLSearchParams(queryOf(request.url)).get(source.query) ?? undefined;
  const body = request.body.length > MAX_BODY_BYTES ? undefined : decodeUtf8(request.body);
  if (body === undefined) return undefined;
  if ('member' in source) return memberText(body, memberNames(source.member));
  return 'field' in source ? (new URLSearchParams(body).get(source.field) ?? undefined) : undefined;
}

function memberText(body: string, names: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of names) value = isObject(value) ? value[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A signature’s text, and what is declared of it. */
export interface WrittenSignature {
  readonly text: string;
  readonly options: TemplateOptions;
}

/** The signature’s text as somebody meant it, and what else is declared of it then. */
export interface OtherSignature extends Partial<Pick<SignatureOptions, 'encoding' | 'prefix' | 'list'>> {
  readonly text?: string;
  /** Whether it is no list. */
  readonly isAlone?: boolean;
  readonly keyForms?: TemplateOptions['keyForms'];
  readonly detail?: string;
}

/** Each other way to write or to read the signature that a change gives. */
export function* withSignature(
  trial: Trial,
  change: (signature: WrittenSignature) => Iterable<OtherSignature>,
): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const text = signatureText(trial);
  if (!declared || text === undefined) return;
  for (const other of change({ text, options: declared.options })) {
    yield* withTemplate(trial, (options) => otherOptions(options, text, other), other.detail);
  }
}

function otherOptions(options: TemplateOptions, text: string, other: OtherSignature): TemplateOptions {
  const { encoding, prefix, list, ...place } = options.signature;
  const items = other.isAlone ? undefined : (other.list ?? list);
  return {
    ...options,
    ...(other.keyForms && { keyForms: other.keyForms }),
    signature: {
      ...(other.text === undefined || other.text === text ? place : placeWith(place, other.text)),
      encoding: other.encoding ?? encoding,
      prefix: other.prefix ?? prefix ?? '',
      ...(items && { list: items }),
    },
  };
}

/** The place, as if that text stood there. */
function placeWith(place: PartSource, text: string): PartSource {
  const other: LiteralSource = {
    literal: text,
    read: () => text,
    put: (request) => request,
    isWithin: () => false,
  };
  // What is read, or cut out, of a body or query beside the signature stays so.
  return 'header' in place || 'item' in place ? other : { ...place, literal: text, read: other.read };
}

/** The text with another value behind each label, or behind the prefix. */
export function mapValue({ text, options }: WrittenSignature, change: (value: string) => string): string {
  const { list, prefix = '' } = options.signature;
  if (!list) {
    return text.startsWith(prefix) ? prefix + change(text.slice(prefix.length)) : change(text);
  }
  const { separator, assign, labels } = list;
  const items = text.split(separator).map((item) => {
    const at = item.indexOf(assign);
    const isSignature = at >= 0 && labels.includes(item.slice(0, at).trim());
    return isSignature ? item.slice(0, at + assign.length) + change(item.slice(at + assign.length)) : item;
  });
  return items.join(separator);
}

/** The text with all that stands behind the first label changed: where the value itself holds what parts the list. */
export function mapRest({ text, options }: WrittenSignature, change: (value: string) => string): string {
  const { list } = options.signature;
  for (const label of list?.labels ?? []) {
    const head = `${label}${list?.assign}`;
    const at = text.startsWith(head) ? 0 : text.search(new RegExp(`(?<=[\\s,;])${escaped(head)}`));
    if (at >= 0) return text.slice(0, at + head.length) + change(text.slice(at + head.length));
  }
  return text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
