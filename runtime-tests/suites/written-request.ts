/** Requests as JSON, without anything of Node's. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import type { WrittenRequest } from './suite-data.ts';

export function writeRequest({ method, url, headers, body }: SignedRequest): WrittenRequest {
  return {
    method,
    url,
    headers: [...headers].map(([name, value]) => [name, value]),
    bodyBase64: btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join('')),
  };
}

export function readRequest({ method, url, headers, bodyBase64 }: WrittenRequest): SignedRequest {
  return { method, url, headers: new HeaderList(headers.flat()), body: bytesOf(bodyBase64) };
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
