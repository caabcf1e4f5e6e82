/** A form, or the parameters of a URL, with other values in place of some fields’: every other byte stays. */
import { Buffer } from 'node:buffer';
import type { Sliced } from '../loop-slices.ts';
import type { FieldNames } from './field-names.ts';
import { SplicedBytes } from './spliced-bytes.ts';

/** What is looked at between two turns: names, and bytes, two of which may be a part of a name. */
const SLICE_NAMES = 2_000;
const SLICE_BYTES = 32 * 1024;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;

export function* maskedForm(bytes: Buffer, names: FieldNames, mask: string): Sliced<Buffer> {
  const shown = new SplicedBytes(bytes);
  const value = Buffer.from(mask);
  const valueWithSign = Buffer.from(`=${mask}`);
  let nameStart = 0;
  /** Where the value begins that is masked, and that of any; -1 for none. */
  let maskedStart = -1;
  let isInName = true;
  let looks = 0;
  for (let at = 0; ; at++) {
    const byte = at < bytes.length ? bytes[at] : AMPERSAND;
    if (isInName && (byte === EQUALS || byte === AMPERSAND)) {
      looks++;
      if (names.hides(bytes, nameStart, at)) {
        if (byte === EQUALS) maskedStart = at + 1;
        else shown.replace(at, at, valueWithSign);
      }
      isInName = false;
    }
    if (byte === AMPERSAND) {
      if (maskedStart >= 0) shown.replace(maskedStart, at, value);
      maskedStart = -1;
      isInName = true;
      nameStart = at + 1;
    }
    if (at >= bytes.length) break;
    if (looks < SLICE_NAMES && at % SLICE_BYTES !== SLICE_BYTES - 1) continue;
    looks = 0;
    shown.keepTo(maskedStart >= 0 ? maskedStart : at + 1);
    yield;
  }
  shown.keepTo(bytes.length);
  return yield* shown.joined();
}
