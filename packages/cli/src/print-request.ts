/** Prints a request in the forms that `verify` reads again. */
import { isUtf8 } from 'node:buffer';
import type { SignedRequest } from '@countersign/core';
import { shellWord } from './shell-word.ts';
import { actsOnTerminal, visibleJson } from './visible-text.ts';

export const REQUEST_PRINTS = ['curl', 'http', 'json'] as const;
export type RequestPrint = (typeof REQUEST_PRINTS)[number];

/**
 * The request's bytes, or text in UTF-8, with a line end where the form is text.
 * @param namesScheme whether a raw message has the whole URL in its first line: one of `http` is taken for `https` else
 */
export function printRequest(request: SignedRequest, as: RequestPrint, namesScheme = false): Uint8Array {
  switch (as) {
    case 'curl':
      return Buffer.from(`${curlLine(request)}\n`, 'latin1');
    case 'http':
      return rawHttp(request, namesScheme);
    case 'json':
      return Buffer.from(`${visibleJson(JSON.stringify(requestJson(request)))}\n`, 'utf8');
  }
}

/** A line for a POSIX shell, as a byte string; without `-i` and its like, so that scripts can use it. */
export function curlLine({ method, url, headers, body }: SignedRequest): string {
  const words = ['curl', '-sS', '-i'];
  const isPlain = method === (body.length > 0 ? 'POST' : 'GET');
  if (!isPlain) words.push(method === 'HEAD' && body.length === 0 ? '-I' : `-X ${shellWord(method)}`);
  words.push(...urlOptions(url), shellWord(url));
  for (const [name, value] of headers) {
    words.push(`-H ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  // curl would call any body a form.
  if (body.length > 0 && headers.get('content-type') === undefined) words.push("-H 'content-type:'");
  if (body.length === 0) return words.join(' ');
  const isText = isUtf8(body) && !actsOnTerminal(body);
  if (isText) return [...words, '--data-raw', shellWord(Buffer.from(body).toString('latin1'))].join(' ');
  const base64 = Buffer.from(body).toString('base64');
  return `printf %s ${base64} | base64 -d | ${words.join(' ')} --data-binary @-`;
}

/** Without these curl makes several URLs of one, or another path. */
function urlOptions(url: string): readonly string[] {
  const rest = url.replace(/^https?:\/\/[^/?#]*/i, '');
  const path = rest.replace(/\?.*$/s, '');
  return [
    ...(/[[\]{}]/.test(rest) ? ['-g'] : []),
    ...(/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path) ? ['--path-as-is'] : []),
  ];
}

function rawHttp({ method, url, headers, body }: SignedRequest, namesScheme: boolean): Uint8Array {
  const lines = [`${method} ${namesScheme ? url : targetOf(url, headers)} HTTP/1.1`];
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1];
  if (headers.get('host') === undefined && authority !== undefined) lines.push(`Host: ${authority}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (headers.get('content-length') === undefined) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** Path and query, where Host says the rest; else the whole URL (RFC 9112 §3.2.2). */
function targetOf(url: string, headers: SignedRequest['headers']): string {
  const parsed = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url);
  if (parsed === null) return url;
  const [, scheme = '', authority = '', rest = ''] = parsed;
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  const host = headers.single('host');
  const isSaid = host === undefined || host?.toLowerCase() === authority.toLowerCase();
  return isSaid ? target : `${scheme}://${authority}${target}`;
}

function requestJson({ method, url, headers, body }: SignedRequest): object {
  const pairs = [...headers].map(headerJson);
  return { method, url, headers: pairs, bodyBase64: Buffer.from(body).toString('base64') };
}

/** A header's bytes as text; those that are no UTF-8 in base64. */
function headerJson([name, value]: readonly [string, string]): object {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? [name, bytes.toString('utf8')] : { name, valueBase64: bytes.toString('base64') };
}
