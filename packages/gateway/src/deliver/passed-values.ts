/**
 * Values of a message under names of one's own, in the words of adnanh/webhook's `pass-environment-to-command`
 * (its docs/Referencing-Request-Values.md): a list that works there works here. Its templates and XML are not read.
 */
import { isUtf8 } from 'node:buffer';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import type { PassedConfig, PassedSource } from '../config/delivery-config.ts';
import { isTooDeep } from '../input/find-hazard.ts';
import type { Message } from './destination.ts';
import { headersByName, isForm } from './header-text.ts';

/** Each value that is there, by the name that it is passed under. */
export function passedValues(passed: readonly PassedConfig[], message: Message): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (passed.length === 0) return values;
  const parts = new MessageParts(message);
  for (const { source, name = '', envname } of passed) {
    const value = parts.value(source, name);
    if (value !== undefined) values.set(envname ?? `HOOK_${name === '' ? ENTIRE[source] : name}`, value);
  }
  return values;
}

/** What the sources without a name are called there. */
const ENTIRE: Readonly<Partial<Record<PassedSource, string>>> = {
  'entire-payload': 'ENTIRE_PAYLOAD',
  'entire-headers': 'ENTIRE_HEADERS',
  'entire-query': 'ENTIRE_QUERY',
};

/** Read only as far as is asked for. */
class MessageParts {
  readonly #message: Message;
  #payload: { readonly value: unknown } | undefined;

  constructor(message: Message) {
    this.#message = message;
  }

  value(source: PassedSource, name: string): string | undefined {
    switch (source) {
      case 'string':
        return name;
      case 'request':
        return name === 'method' ? this.#message.method : undefined;
      case 'header':
        return headersByName(this.#message.headers).get(name.toLowerCase());
      case 'url':
        return this.#query().get(name) ?? undefined;
      case 'payload':
        return textOf(valueAt(this.#parsed(), name));
      case 'entire-payload':
        return textOf(this.#parsed());
      case 'entire-headers':
        return JSON.stringify(Object.fromEntries(headersByName(this.#message.headers)));
      case 'entire-query':
        return JSON.stringify(Object.fromEntries(this.#query()));
    }
  }

  #query(): URLSearchParams {
    const { url } = this.#message.event;
    const at = url.indexOf('?');
    return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  }

  #parsed(): unknown {
    this.#payload ??= { value: parsePayload(this.#message) };
    return this.#payload.value;
  }
}

/** A form or JSON; undefined where it is neither. */
function parsePayload({ headers, body }: Message): unknown {
  if (!isUtf8(body)) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  if (isForm(headers)) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = parseExactJson(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** A member whose name is the whole path goes before those that the path leads through. */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return value[path as keyof typeof value];
  const dot = path.indexOf('.');
  if (dot < 0) return undefined;
  const name = path.slice(0, dot);
  const inner = Object.hasOwn(value, name) ? value[name as keyof typeof value] : undefined;
  return valueAt(inner, path.slice(dot + 1));
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
