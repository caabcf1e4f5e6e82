/** What a caller handed over, in words: untyped code reaches every public function. */

/** `a text`, `an array`, `a plain object`, `an instance of Blob`. Holds nothing of the value’s content; never throws. */
export function describeGiven(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : 'a text';
    case 'object':
      return describeObject(value);
    default:
      return `a ${typeof value}`;
  }
}

/** The same where a number is due: one is shown, for it is no secret. */
export function describeNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeGiven(value);
}

/** As `Array.isArray`, which throws for a proxy that was revoked. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function describeObject(value: object): string {
  try {
    if (Array.isArray(value)) return 'an array';
    if (isPlain(value)) return 'a plain object';
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && /^\w{1,40}$/.test(name) ? `an instance of ${name}` : 'an object';
  } catch {
    // A proxy that was revoked, a getter that throws.
    return 'an object that cannot be read';
  }
}

/** What was thrown, in its own words where it has any: anything can be thrown, and anything can be its message. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = memberOf(error, 'message');
  return typeof message === 'string' ? message : describeGiven(error);
}

/** An object as braces make it, of this realm or another: no class’s instance, no array. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    if (Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}

/** A member of whatever was handed over; undefined where there is none, or where looking throws (a revoked proxy). */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}
