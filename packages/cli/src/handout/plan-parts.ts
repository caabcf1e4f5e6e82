/** What texts of a program are made of, and where they go. */
import type { RecipePlace } from '@countersign/core/internal/signing-recipe';

/** What a program holds under this name. All but `body`, `digestBytes` and the forms are text. */
export type PlanVariable =
  | 'url'
  | 'body'
  | 'timestamp'
  | 'id'
  | 'nonce'
  | 'signature'
  | 'target'
  | 'path'
  | 'query'
  | 'sortedQuery'
  | 'digest'
  | 'digestBytes'
  | 'formLines'
  | 'formText'
  | 'length'
  | 'jwk'
  | 'accessToken'
  | ComputedVariable;

/** Variables that are made of others, in this order. */
export type Derived = Exclude<
  PlanVariable,
  'url' | 'body' | 'timestamp' | 'id' | 'nonce' | 'signature' | ComputedVariable
>;

/** What is computed of texts that the plan names. */
export type ComputedVariable =
  | 'expires'
  | 'pay'
  | 'tokenHash'
  | 'header'
  | 'claims'
  | 'contentDigest'
  | 'digestText'
  | `bound${number}`;

/** A variable that is made of others. */
export type Computed = { readonly variable: ComputedVariable } & (
  | { readonly how: ComputedHow; readonly of: readonly Atom[] }
  /** So many seconds after `timestamp`, as a text. */
  | { readonly how: 'later'; readonly seconds: number }
);

/** `text`: the texts joined. Else their base64url, or their hash in base64 or base64url; none has padding in base64url. */
export type ComputedHow = 'text' | 'base64url' | 'sha256-base64' | 'sha512-base64' | 'sha256-base64url';

/** A literal text, or what a variable holds. */
export type Atom = { readonly text: string } | { readonly variable: PlanVariable };

/** A part that is put before the message is made, or with the signature. */
export interface PlacedPart {
  readonly place: RecipePlace;
  readonly value: readonly Atom[];
  /** Whether it is a JSON number where it is a member. */
  readonly isNumber?: boolean;
}

/** Texts beside each other are one. */
export function joined(atoms: readonly Atom[]): readonly Atom[] {
  const whole: Atom[] = [];
  for (const atom of atoms) {
    const last = whole.at(-1);
    if (last && 'text' in last && 'text' in atom) whole[whole.length - 1] = { text: last.text + atom.text };
    else whole.push(atom);
  }
  return whole;
}
