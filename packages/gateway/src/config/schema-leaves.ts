// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The leaves of the configuration's schema: texts, numbers, flags and words, and what they are read as. */
import { nearMiss } from '@countersign/core';
import type { AddressRange } from '../client-address.ts';
import { MAX_TIMER_MS } from '../timer-delay.ts';
import { originOf } from './origin.ts';
import { INTERPOLATED } from './proof-json-schema.ts';
import { isMisfit, type Misfit, readAddressRange, readUpstream } from './read-text.ts';
import { Secret } from './secret.ts';
import { either, list, misread, type Schema } from './shape.ts';
import {
  type BooleanInput,
  DURATION_PATTERN,
  formatDuration,
  formatSize,
  type NumberInput,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
  suggestDuration,
  suggestSize,
} from './units.ts';

/** How a leaf is told to people. */
export interface LeafText {
  /** Completes "expected: …". */
  readonly expected: string;
  /** One or two sentences for the editor's hover. */
  readonly description: string;
  /** For the editor: what the text looks like. */
  readonly pattern?: RegExp;
}

/** A text that is read into something else. */
export function readable<T>(
  { expected, description, pattern }: LeafText,
  read: (text: string) => T | Misfit,
): Schema<T, string> {
  return {
    read(value, place) {
      if (typeof value !== 'string') return misread(place, { expected });
      const reading = read(value);
      if (!isMisfit(reading)) return reading;
      const { misfit: _, ...why } = reading;
      return misread(place, { expected, ...why });
    },
    json: () => ({
      type: 'string',
      description,
      ...(pattern !== undefined && { pattern: `${pattern.source}|${INTERPOLATED}` }),
    }),
  };
}

/** A text that is taken as it is, and is not empty. */
export function plainText(description: string, expected = 'a text'): Schema<string, string> {
  return readable<string>({ expected, description, pattern: /\S/ }, (text) =>
    text.trim() === '' ? { misfit: true, problem: 'is empty' } : text,
  );
}

/** A secret's text; what only has white space is refused. */
export function secretText(description: string): Schema<Secret, string> {
  const expected = 'a secret as a text, such as "${env:NAME}" or "${file:path}"';
  const read = (text: string) =>
    text.trim() === '' ? ({ misfit: true, problem: 'is empty' } as const) : new Secret(text);
  return secret(readable<Secret>({ expected, description, pattern: /\S/ }, read));
}

/** Marks a leaf whose text is a secret: no error shows it, editors are told, and one that stands in the file is warned of. */
export function secret<Output, Input>(schema: Schema<Output, Input>): Schema<Output, Input> {
  return { ...schema, isSecret: true, json: () => ({ ...schema.json(), writeOnly: true }) };
}

/** A duration of at least 1 ms. @param maxMs default: what a timer can hold. */
export function duration(description: string, maxMs: number = MAX_TIMER_MS): Schema<number, string> {
  const longest = maxMs === MAX_TIMER_MS ? '24d' : formatDuration(maxMs);
  const expected = `a duration with its unit, such as 250ms, 10s, 5m, 24h or 7d; at most ${longest}`;
  return readable<number>({ expected, description, pattern: DURATION_PATTERN }, (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= 1 && ms <= maxMs) return ms;
    const suggestion = ms === undefined ? suggestDuration(text) : undefined;
    return { misfit: true, ...(suggestion === undefined ? {} : { suggestion }) };
  });
}

/** A size of at least 1 byte. @param maxBytes default 1 GB */
export function size(description: string, maxBytes: number = 1_073_741_824): Schema<number, string> {
  const expected = `a size with its unit, such as 64KiB, 512KB or 1MB; at most ${formatSize(maxBytes)}`;
  return readable<number>({ expected, description, pattern: SIZE_PATTERN }, (text) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes >= 1 && bytes <= maxBytes) return bytes;
    const suggestion = bytes === undefined ? suggestSize(text) : undefined;
    return { misfit: true, ...(suggestion === undefined ? {} : { suggestion }) };
  });
}

/** A whole number. Its digits as a text do as well: an interpolated value is a text. */
export function integer(
  description: string,
  bounds: { readonly min: number; readonly max: number; readonly unit?: string },
  /** Reads a text with a unit, where the name carries that unit. */
  readUnit: (text: string) => number | undefined = () => undefined,
): Schema<number, NumberInput> {
  const { min, max, unit = '' } = bounds;
  const expected = `a whole number${unit} from ${min} to ${max}`;
  const toNumber = (text: string): number | undefined =>
    /^\d{1,15}$/.test(text) ? Number(text) : readUnit(text);
  return {
    read(value, place) {
      const number = typeof value === 'string' ? toNumber(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) return misread(place, { expected });
      return number >= min && number <= max ? number : misread(place, { expected, isNear: true });
    },
    json: () => ({
      type: ['integer', 'string'],
      minimum: min,
      maximum: max,
      description,
      pattern: `^\\d+|${INTERPOLATED}`,
    }),
  };
}

/** True or false. Their names as a text do as well: an interpolated value is a text. */
export function flag(description: string): Schema<boolean, BooleanInput> {
  return {
    read(value, place) {
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      return misread(place, { expected: 'true or false' });
    },
    json: () => ({
      type: ['boolean', 'string'],
      description,
      pattern: `^(true|false)$|${INTERPOLATED}`,
    }),
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], description?: string): Schema<T, T> {
  return {
    words,
    read(value, place) {
      const word = words.find((candidate) => candidate === value);
      if (word !== undefined) return word;
      const suggestion = typeof value === 'string' ? nearMiss(value, words) : undefined;
      const expected = `one of ${words.join(', ')}`;
      return misread(place, { expected, ...(suggestion !== undefined && { suggestion }) });
    },
    json: () => ({
      anyOf: [{ enum: words }, { type: 'string', pattern: INTERPOLATED }],
      ...(description !== undefined && { description }),
    }),
  };
}

/** Where a server is reached: its URL, without its final slash. @param example for people */
export function serverAddress(description: string, example: string): Schema<string, string> {
  return readable<string>(
    {
      expected: `an http or https URL without query, such as ${example}`,
      description,
      pattern: /^https?:\/\//,
    },
    readUpstream,
  );
}

/** An IP address or a range of them. */
export function addressRange(): Schema<AddressRange, string> {
  return readable<AddressRange>(
    {
      expected: 'an IP address or a CIDR range, such as 127.0.0.1, 10.0.0.0/8 or ::1',
      pattern: /^[0-9A-Fa-f:.]+(\/[0-9]{1,3})?$/,
      description: 'An IP address or a CIDR range.',
    },
    readAddressRange,
  );
}

const ORIGIN: string = 'an origin such as https://example.com, without a path';

/** Origins as browsers write them, or as people do: with a slash at the end. */
export function originList(description: string): Schema<readonly string[], string | readonly string[]> {
  const readOne = (text: string): string | Misfit => {
    const origin = originOf(text.trim());
    if (origin === undefined) return { misfit: true };
    return text.trim().replace(/\/$/, '').length <= origin.length
      ? origin
      : { misfit: true, suggestion: origin };
  };
  const single = readable<string>(
    { expected: ORIGIN, description: 'An origin.', pattern: /^https?:\/\// },
    readOne,
  );
  const text = readable<readonly string[]>(
    { expected: `${ORIGIN}; several with commas between`, description: 'Origins with commas between.' },
    (all) => {
      const origins = all
        .split(',')
        .filter((part) => part.trim() !== '')
        .map(readOne);
      return origins.find((origin) => typeof origin !== 'string') ?? (origins as readonly string[]);
    },
  );
  return either(list(single, { expected: 'a list of origins' }), text, {
    expected: `a list of origins, or a text: ${ORIGIN}`,
    description,
  });
}
