/** What a transformation gave, held against what a delivery can be: untyped code writes them as well. */
import { nearMiss } from '@countersign/core';
import { describeGiven } from '@countersign/core/internal/check-options';
import { callsOf } from '../config/stack-frame.ts';
import { bytesOfText } from './header-text.ts';
import { headerNameFault, isHeaderValue } from './sendable-headers.ts';

/** What is sent in place of what was received. */
export interface MessageChange {
  readonly body?: Uint8Array;
  /** By name: a new value as a byte string, or null where the header is left out. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly method?: string;
}

/** 16 MB: what a destination’s attempts hold in memory. */
export const MAX_TRANSFORMED_BYTES: number = 16 * 1024 * 1024;

const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 64 * 1024;
const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];
const MEMBERS = ['body', 'headers', 'method'];

/** Why a result is none: a part of a sentence that begins with the transformation, and what to do. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

/** The change; undefined where there is none. @throws WrongResult, and whatever a getter or `toJSON` of it throws */
export function readResult(result: unknown): MessageChange | 'skip' | undefined {
  if (result === undefined || result === 'skip') return result;
  if (
    typeof result !== 'object' ||
    result === null ||
    Array.isArray(result) ||
    result instanceof Uint8Array
  ) {
    throw new WrongResult(
      `gave ${describeGiven(result)}; give { body, headers, method }, undefined to send the event as received, or 'skip'`,
    );
  }
  for (const name of Object.keys(result)) {
    if (MEMBERS.includes(name)) continue;
    const meant = nearMiss(name, MEMBERS);
    throw new WrongResult(
      `gave a member ${shown(name)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}; give body, headers and method`,
    );
  }
  const { body, headers, method } = result as Readonly<Record<string, unknown>>;
  const sent = readBody(body);
  const changes = readHeaders(headers);
  const names = Object.keys(changes).map((name) => name.toLowerCase());
  const isJson = sent?.isJson === true && !names.includes('content-type');
  return {
    ...(sent && { body: sent.bytes }),
    headers: isJson ? { ...changes, 'content-type': 'application/json' } : changes,
    ...(method !== undefined && { method: readMethod(method) }),
  };
}

function readBody(body: unknown): { readonly bytes: Uint8Array; readonly isJson: boolean } | undefined {
  if (body === undefined) return undefined;
  const isBytes = body instanceof Uint8Array;
  const isJson = !isBytes && typeof body !== 'string';
  const content = isJson ? jsonText(body) : body;
  // A text has at most three bytes a char: one that is too long by its chars need not be encoded.
  if (content.length <= MAX_TRANSFORMED_BYTES) {
    // A copy: the function may go on writing into its own.
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);
    if (bytes.length <= MAX_TRANSFORMED_BYTES) return { bytes, isJson };
  }
  throw new WrongResult('gave a body of more than 16 MB; send less, or a link to it');
}

function jsonText(value: unknown): string {
  const isPlain =
    value === null || typeof value === 'boolean' || Number.isFinite(value) || isPlainObject(value);
  const text = isPlain ? writtenJson(value) : undefined;
  if (text !== undefined) return text;
  throw new WrongResult(
    `gave a body that is ${describeGiven(value)}; give a text, bytes, or an object, a list or a value that JSON has`,
  );
}

/** @throws WrongResult for what JSON has no text for; what a `toJSON` or a getter throws has its own place */
function writtenJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    if (!isOfRuntime(error)) throw error;
    throw new WrongResult(
      'gave a body that JSON cannot say: it holds itself, a BigInt, or too much nesting; give what JSON has, such as a BigInt’s text',
    );
  }
}

/** Raised by `JSON.stringify` itself: the innermost call on the stack is none of the operator’s functions. */
function isOfRuntime(error: unknown): boolean {
  if (!(error instanceof TypeError || error instanceof RangeError)) return false;
  const [call = ''] = callsOf(error.stack ?? '', error.message);
  return call.includes('JSON.stringify');
}

/** A list, an object as braces make it, or what says itself how it looks as JSON; not a Map, which would be `{}`. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return true;
  return Object.prototype.toString.call(value) === '[object Object]';
}

function readHeaders(headers: unknown): Readonly<Record<string, string | null>> {
  if (headers === undefined) return {};
  if (
    typeof headers !== 'object' ||
    headers === null ||
    Array.isArray(headers) ||
    Symbol.iterator in headers
  ) {
    throw new WrongResult(
      `gave headers that are ${describeGiven(headers)}; give an object of names and values`,
    );
  }
  const entries = Object.entries(headers);
  const changes = new Map<string, readonly [string, string | null]>();
  let bytes = 0;
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    const fault = headerNameFault(lower);
    if (fault === 'no-name') {
      throw new WrongResult(`gave a header named ${shown(name)}, which is no header’s name`);
    }
    if (fault === 'of-gateway') {
      throw new WrongResult(
        `gave the header ${lower}, which the gateway makes for each attempt; leave it out`,
      );
    }
    if (changes.has(lower)) throw new WrongResult(`gave the header ${lower} twice; give it once`);
    const text = readValue(lower, value);
    bytes += lower.length + (text ?? '').length;
    changes.set(lower, [name, text]);
  }
  if (changes.size > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
    throw new WrongResult(`gave more headers than are sent: at most ${MAX_HEADERS}, of 64 KB together`);
  }
  return Object.fromEntries(changes.values());
}

/** As HTTP carries it. */
function readValue(name: string, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== 'string') {
    throw new WrongResult(
      `gave the header ${name} a value that is ${describeGiven(value)}; give a text, or null to leave it out`,
    );
  }
  if (!isHeaderValue(value)) {
    throw new WrongResult(
      `gave the header ${name} a value with a line end, another control character, or white space around it`,
    );
  }
  return bytesOfText(value);
}

function readMethod(method: unknown): string {
  if (typeof method === 'string' && METHODS.includes(method)) return method;
  throw new WrongResult(
    `gave the method ${typeof method === 'string' ? shown(method) : describeGiven(method)}; give one of ${METHODS.join(', ')}`,
  );
}

/** At most so much of what may be anything. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
