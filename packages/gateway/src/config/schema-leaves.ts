// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * The leaves of the configuration's schema. In each, zod's message is the text that says what is expected,
 * and its metadata is what the JSON Schema says beyond the type.
 */
import * as z from 'zod/mini';
import type { AddressRange } from './config.ts';
import type { BooleanInput, NumberInput } from './config-input.ts';
import { isMisfit, type Misfit, readAddressRange } from './read-text.ts';
import { Secret } from './secret.ts';
import {
  DURATION_PATTERN,
  formatDuration,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
  suggestDuration,
  suggestSize,
} from './units.ts';

/** What a custom issue carries beside its message; see `issues.ts`. */
export interface IssueParams {
  readonly problem?: string;
  readonly suggestion?: string;
  /** Set for an unknown key: the keys that are known here. */
  readonly knownKeys?: readonly string[];
}

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
): z.ZodMiniType<T, string> {
  const meta = pattern === undefined ? { description } : { description, pattern: pattern.source };
  return z.pipe(
    z.string(expected).check(z.meta(meta)),
    z.transform<string, T>((text, ctx) => {
      const reading = read(text);
      if (!isMisfit(reading)) return reading;
      const { misfit: _, ...params } = reading;
      ctx.issues.push({ code: 'custom', input: text, message: expected, params });
      return z.NEVER;
    }),
  );
}

/** A text that is taken as it is, and is not empty. */
export function plainText(description: string, expected = 'a text'): z.ZodMiniType<string, string> {
  return readable<string>({ expected, description, pattern: /\S/ }, (text) =>
    text.trim() === '' ? { misfit: true, problem: 'is empty' } : text,
  );
}

/** A secret's text; what only has white space is refused. */
export function secretText(description: string): z.ZodMiniType<Secret, string> {
  const expected = 'a secret as a text, such as "${env:NAME}" or "${file:path}"';
  return readable<Secret>({ expected, description, pattern: /\S/ }, (text) =>
    text.trim() === '' ? { misfit: true, problem: 'is empty' } : new Secret(text),
  );
}

/** The longest wait that a timer can hold: 2^31 − 1 ms; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** A duration of at least 1 ms. @param maxMs default: what a timer can hold. */
export function duration(description: string, maxMs: number = MAX_TIMER_MS): z.ZodMiniType<number, string> {
  const longest = maxMs === MAX_TIMER_MS ? '24d' : formatDuration(maxMs);
  const expected = `a duration with its unit, such as 250ms, 10s, 5m, 24h or 7d; at most ${longest}`;
  return readable<number>({ expected, description, pattern: DURATION_PATTERN }, (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= 1 && ms <= maxMs) return ms;
    const suggestion = ms === undefined ? suggestDuration(text) : undefined;
    return { misfit: true, ...(suggestion === undefined ? {} : { suggestion }) };
  });
}

/** A size of at least 1 byte and at most 1 GB. */
export function size(description: string): z.ZodMiniType<number, string> {
  const expected = 'a size with its unit, such as 64KiB, 512KB or 1MB; at most 1GB';
  return readable<number>({ expected, description, pattern: SIZE_PATTERN }, (text) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes >= 1 && bytes <= 1_073_741_824) return bytes;
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
): z.ZodMiniType<number, NumberInput> {
  const { min, max, unit = '' } = bounds;
  const expected = `a whole number${unit} from ${min} to ${max}`;
  const toNumber = z.transform<NumberInput, number>((value) => {
    if (typeof value !== 'string') return value;
    // What is neither stays a text, which the next schema refuses.
    return /^\d{1,15}$/.test(value) ? Number(value) : (readUnit(value) ?? (value as unknown as number));
  });
  const bounded = z.int(expected).check(z.minimum(min, expected), z.maximum(max, expected));
  return z.pipe(toNumber, bounded.check(z.meta({ description })));
}

/** True or false. Their names as a text do as well: an interpolated value is a text. */
export function flag(description: string): z.ZodMiniType<boolean, BooleanInput> {
  const toBoolean = z.transform<BooleanInput, boolean>((value) => {
    if (value === 'true') return true;
    return value === 'false' ? false : (value as boolean);
  });
  return z.pipe(toBoolean, z.boolean('true or false').check(z.meta({ description })));
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], description: string): z.ZodMiniType<T, T> {
  return z.enum(words, `one of ${words.join(', ')}`).check(z.meta({ description })) as z.ZodMiniType<T, T>;
}

/**
 * A mapping that knows all its keys. An unknown one is an issue of its own, at its own path; a key of `notYet` is
 * told why it is refused.
 */
export function mapping<const S extends z.core.$ZodLooseShape>(
  description: string,
  shape: S,
  notYet: Readonly<Record<string, string>> = {},
): z.ZodMiniObject<S, z.core.$strict> {
  const knownKeys = Object.keys(shape);
  const unknown = z.custom<never>().check(
    z.check((payload) => {
      const params: IssueParams = { knownKeys };
      payload.issues.push({ code: 'custom', input: payload.value, params: { ...params, notYet } });
    }),
  );
  const expected =
    knownKeys.length === 0 ? 'a mapping without keys: {}' : `a mapping of ${knownKeys.join(', ')}`;
  const object = z.object(shape, expected).check(z.meta({ description }));
  // The catch-all takes nothing, so the output has no other keys than the shape's.
  return z.catchall(object, unknown) as unknown as z.ZodMiniObject<S, z.core.$strict>;
}

/** An IP address or a range of them. */
export function addressRange(): z.ZodMiniType<AddressRange, string> {
  return readable<AddressRange>(
    {
      expected: 'an IP address or a CIDR range, such as 127.0.0.1, 10.0.0.0/8 or ::1',
      pattern: /^[0-9A-Fa-f:.]+(\/[0-9]{1,3})?$/,
      description: 'An IP address or a CIDR range.',
    },
    readAddressRange,
  );
}
