/** Values that a token’s claims must have, as a gate lists them. */
import { describeGiven } from '../../given.ts';
import { type Objection, objection } from '../../objection.ts';
import type { OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { isObject } from '../../text/is-object.ts';
import { shownClaim } from '../../text/shown-text.ts';

export type ClaimValue = string | number | boolean;

/** By the claim’s name: what it may be. */
export type RequiredValues = Readonly<Record<string, readonly ClaimValue[]>>;

/** A value of another kind is another: `"true"` is not `true`. */
export function judgeRequiredValues(
  values: RequiredValues,
  claims: Readonly<Record<string, unknown>>,
): Objection | undefined {
  for (const [name, allowed] of Object.entries(values)) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined) return objection('missing-claim', `the token has no claim ${name}`);
    if (allowed.some((candidate) => candidate === value)) continue;
    return objection(
      'claim-mismatch',
      `the token’s ${name}, ${shownClaim(value)}, is none that the gate takes`,
      `Compare it with what the gate’s options say of ${name}: ${allowed.map((candidate) => JSON.stringify(candidate)).join(' or ')}.`,
    );
  }
  return undefined;
}

/** Reads `requiredValues`: by a claim’s name a text, a whole number, true or false, or a list of them. @throws SetupError for any other value. */
export function readRequiredValues(options: OptionReader): RequiredValues | undefined {
  const raw = options.raw('requiredValues');
  if (raw === undefined) return undefined;
  const path = options.path('requiredValues');
  if (!isObject(raw)) {
    throw new SetupError(
      path,
      `it is ${describeGiven(raw)}`,
      'Give an object of claims, e.g. { iss: shop }.',
    );
  }
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, claimValues(value, `${path}.${name}`)]),
  );
}

function claimValues(value: unknown, path: string): readonly ClaimValue[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > 0 && list.every(isClaimValue)) return list;
  throw new SetupError(
    path,
    `it is ${describeGiven(value)}`,
    'Give a text, a whole number, true or false, or a list of them.',
  );
}

function isClaimValue(value: unknown): value is ClaimValue {
  return typeof value === 'string' || typeof value === 'boolean' || isWholeNumber(value);
}

function isWholeNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
