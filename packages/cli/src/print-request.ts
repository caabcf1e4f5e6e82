/** Prints a request in the forms that `verify` reads again. */
import { isUtf8 } from 'node:buffer';
import type { SignedRequest } from '@countersign/core';

export const REQUEST_PRINTS = ['curl', 'http', 'json'] as const;
export type RequestPrint = (typeof REQUEST_PRINTS)[number];

/** The request's bytes, or text in UTF-8, with a line end where the form is text. */
export function printRequest(request: SignedRequest, as: RequestPrint): Uint8Array {
  switch (as) {
    case 'curl':
      return Buffer.from(`${curlLine(request)}\n`, 'latin1');
    case 'http':
      return rawHttp(request);
    case 'json':
      return Buffer.from(`${JSON.stringify(requestJson(request))}\n`, 'utf8');
  }
}

/** A line for a POSIX shell, as a byte string; without `-i` and its like, so that scripts can use it. */
export function curlLine({ method, url, headers, body }: SignedRequest): string {
  const words = ['curl', '-sS', '-i'];
  const isPlain = method === (body.length > 0 ? 'POST' : 'GET');
  if (!isPlain) words.push(method === 'HEAD' ? '-I' : `-X ${shellWord(method)}`);
  words.push(shellWord(url));
  for (const [name, value] of headers) {
    words.push(`-H ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  // curl would call any body a form.
  if (body.length > 0 && headers.get('content-type') === undefined) words.push("-H 'content-type:'");
  if (body.length === 0) return words.join(' ');
  const isText = isUtf8(body) && !body.includes(0);
  if (isText) return [...words, '--data-raw', shellWord(Buffer.from(body).toString('latin1'))].join(' ');
  const base64 = Buffer.from(body).toString('base64');
  return `printf %s ${base64} | base64 -d | ${words.join(' ')} --data-binary @-`;
}

function rawHttp({ method, url, headers, body }: SignedRequest): Uint8Array {
  const parsed = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(url);
  const target = parsed === null ? url : parsed[2]?.startsWith('/') ? parsed[2] : `/${parsed[2] ?? ''}`;
  const lines = [`${method} ${target} HTTP/1.1`];
  if (headers.get('host') === undefined && parsed !== null) lines.push(`Host: ${parsed[1]}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (headers.get('content-length') === undefined) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

function requestJson({ method, url, headers, body }: SignedRequest): object {
  const pairs = [...headers].map(([name, value]) => [name, fromByteString(value)]);
  return { method, url, headers: pairs, bodyBase64: Buffer.from(body).toString('base64') };
}

/** A header's bytes as text; bytes that are no UTF-8 stay one char each. */
function fromByteString(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

/** Quoted where a shell could read it otherwise. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_\-./:=@%+,]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
