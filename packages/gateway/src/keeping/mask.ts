/** What a gate's views, lists and logs show in place of values that are nobody's business. What is stored and delivered is as it came. */
import { Buffer } from 'node:buffer';
import { memberNames } from '@countersign/core/json-reader';
import type { MaskConfig } from '../config/config.ts';
import type { OrderConfig } from '../config/delivery-config.ts';
import { inTurns } from '../loop-slices.ts';
import type { JsonPlaces } from '../stores/json-places.ts';
import { FieldNames } from './field-names.ts';
import { maskedForm } from './masked-form.ts';
import { maskedJson } from './masked-json.ts';

export const MASKED = '***';

/** The parts of a request as they may be shown: the rest of each is byte for byte as it came. */
export interface Mask {
  url(url: string): Promise<string>;
  headers(headers: readonly string[]): readonly string[];
  /** Undefined where it cannot be told where the members stand: then none of it may be shown. */
  body(body: Uint8Array, headers: readonly string[]): Promise<Uint8Array | undefined>;
  /** Whether what stands at a place of a request is masked. */
  hides(place: OrderConfig['by']): boolean;
}

export function createMask({ headers: names, members }: MaskConfig): Mask {
  const isMaskedHeader = new Set(names.map((name) => name.toLowerCase()));
  const paths = members.map((member) => member.split('.'));
  const places: JsonPlaces = {
    names: paths.flatMap((path) => (path.length === 1 ? path : [])),
    paths: paths.filter(({ length }) => length > 1),
  };
  const fields = new FieldNames(places);
  return {
    hides: (place) =>
      place.kind === 'header'
        ? isMaskedHeader.has(place.name.toLowerCase())
        : isMaskedMember(memberNames(place.path), places),
    url: async (url) => {
      const at = url.indexOf('?');
      if (at === -1 || paths.length === 0) return url;
      const query = Buffer.from(url.slice(at + 1), 'latin1');
      const shown = await inTurns(maskedForm(query, fields, MASKED));
      return shown === query ? url : `${url.slice(0, at + 1)}${shown.toString('latin1')}`;
    },
    headers: (headers) =>
      headers.map((text, i) =>
        i % 2 === 1 && isMaskedHeader.has((headers[i - 1] ?? '').toLowerCase()) ? MASKED : text,
      ),
    body: async (body, headers) => {
      if (paths.length === 0 || body.byteLength === 0) return body;
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      return inTurns(
        isForm(headers)
          ? maskedForm(bytes, fields, MASKED)
          : maskedJson(bytes, places, Buffer.from(JSON.stringify(MASKED))),
      );
    },
  };
}

/** Also within what is masked. */
function isMaskedMember(written: readonly string[], { names, paths }: JsonPlaces): boolean {
  return (
    names.some((name) => written.includes(name)) ||
    paths.some(
      (path) => path.length <= written.length && path.every((name, i) => name === '*' || name === written[i]),
    )
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
