/** What kind of answer an action gave, told by its headers and its bytes. */
import type { PassedView } from '@countersign/api';
import { bytesOfBase64, utf8Text } from '../request/bytes.ts';
import { type Json, readJson } from '../request/json-rows.ts';

export type Answer =
  | { readonly kind: 'empty' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'page'; readonly text: string }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: 'json'; readonly value: Json; readonly error: string }
  | { readonly kind: 'text'; readonly text: string; readonly error: string };

export type Row = { readonly [name: string]: Json };

type Answered = Pick<PassedView, 'headers' | 'bodyBase64' | 'status'>;

export function answerOf(passed: Answered): Answer {
  const bytes = bytesOfBase64(passed.bodyBase64);
  const location = headerOf(passed, 'location');
  if (passed.status >= 300 && passed.status < 400 && location !== '')
    return { kind: 'redirect', to: location };
  if (bytes.length === 0) return { kind: 'empty' };
  const disposition = headerOf(passed, 'content-disposition');
  const text = utf8Text(bytes);
  if (text === undefined || /^attachment/i.test(disposition))
    return { kind: 'file', name: fileNameOf(disposition), bytes };
  const type = headerOf(passed, 'content-type').toLowerCase();
  if (type.startsWith('text/html')) return { kind: 'page', text };
  if (!/[/+]json\b/.test(type)) return { kind: 'text', text, error: '' };
  return jsonAnswer(text);
}

/** Platforms that take texts get `{ result, error }`: the text is looked into once more. */
function jsonAnswer(text: string): Answer {
  const value = readJson(text);
  if (value === undefined) return { kind: 'text', text, error: '' };
  if (!isRow(value) || !isWrapped(value)) return valueAnswer(value, '');
  const { error, result } = value;
  const said = typeof error === 'string' ? error : '';
  if (result === undefined) return { kind: 'text', text: '', error: said };
  if (typeof result !== 'string') return valueAnswer(result, said);
  const inner = /^\s*[[{]/.test(result) ? readJson(result) : undefined;
  return inner === undefined ? { kind: 'text', text: result, error: said } : valueAnswer(inner, said);
}

function isWrapped(value: Row): boolean {
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => ['result', 'error', 'issues'].includes(name));
}

/** A list of objects is a table. */
function valueAnswer(value: Json, error: string): Answer {
  const rows = Array.isArray(value) ? value.filter(isRow) : [];
  if (error !== '' || !Array.isArray(value) || rows.length === 0 || rows.length < value.length)
    return { kind: 'json', value, error };
  return { kind: 'table', columns: [...new Set(rows.flatMap((row) => Object.keys(row)))], rows };
}

function headerOf({ headers }: Answered, name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
}

/** A name that leads nowhere, whatever the answer says. */
function fileNameOf(disposition: string): string {
  const name =
    /filename="([^"]*)"/.exec(disposition)?.[1] ?? /filename=([^;\s]+)/.exec(disposition)?.[1] ?? '';
  const plain = name
    .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120);
  return plain === '' ? 'result.bin' : plain;
}

function isRow(value: Json): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
