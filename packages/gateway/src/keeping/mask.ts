/** What a gate's views, lists and logs show in place of values that are nobody's business. What is stored and delivered is as it came. */
import { Buffer } from 'node:buffer';
import { memberNames } from '@countersign/core/json-reader';
import type { MaskConfig } from '../config/config.ts';
import type { OrderConfig } from '../config/delivery-config.ts';
import { maskedJson } from './masked-json.ts';

export const MASKED = '***';

/** The parts of a request as they may be shown: the rest of each is byte for byte as it came. */
export interface Mask {
  url(url: string): string;
  headers(headers: readonly string[]): readonly string[];
  /** Undefined where it cannot be told where the members stand: then none of it may be shown. */
  body(body: Uint8Array, headers: readonly string[]): Uint8Array | undefined;
  /** Whether what stands at a place of a request is masked. */
  hides(place: OrderConfig['by']): boolean;
}

export function createMask({ headers: names, members }: MaskConfig): Mask {
  const isMaskedHeader = new Set(names.map((name) => name.toLowerCase()));
  const paths = members.map((member) => member.split('.'));
  return {
    hides: (place) =>
      place.kind === 'header'
        ? isMaskedHeader.has(place.name.toLowerCase())
        : isMaskedMember(memberNames(place.path), paths),
    url: (url) => {
      const at = url.indexOf('?');
      return at === -1 ? url : `${url.slice(0, at + 1)}${maskedForm(url.slice(at + 1), paths)}`;
    },
    headers: (headers) =>
      headers.map((text, i) =>
        i % 2 === 1 && isMaskedHeader.has((headers[i - 1] ?? '').toLowerCase()) ? MASKED : text,
      ),
    body: (body, headers) => {
      if (paths.length === 0 || body.byteLength === 0) return body;
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      if (!isForm(headers)) return maskedJson(bytes, paths, Buffer.from(JSON.stringify(MASKED)));
      return Buffer.from(maskedForm(bytes.toString('latin1'), paths), 'latin1');
    },
  };
}

/** Also within what is masked. */
function isMaskedMember(names: readonly string[], paths: readonly (readonly string[])[]): boolean {
  return paths.some((path) =>
    path.length === 1
      ? names.includes(path[0] ?? '')
      : path.length <= names.length && path.every((name, i) => name === '*' || name === names[i]),
  );
}

function isForm(headers: readonly string[]): boolean {
  return headers.some(
    (text, i) =>
      i % 2 === 0 &&
      text.toLowerCase() === 'content-type' &&
      /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(headers[i + 1] ?? ''),
  );
}

/** Fields may be members of members, as frameworks read them: `email[]`, `user[email]`, `user.email`. */
function maskedForm(form: string, paths: readonly (readonly string[])[]): string {
  return form
    .split('&')
    .map((pair) => {
      const [written = ''] = pair.split('=', 1);
      return isMaskedMember(decoded(written).split(/[[\].]+/), paths) ? `${written}=${MASKED}` : pair;
    })
    .join('&');
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return written;
  }
}
