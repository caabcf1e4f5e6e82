/** What texts of a program are made of, and where they go. */
import type { RecipePlace } from '@countersign/core/internal/signing-recipe';

/** What a program holds under this name. All but `body`, `message` and `digestBytes` are text in ASCII. */
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
  | 'formText';

/** A literal text, or what a variable holds. */
export type Atom = { readonly text: string } | { readonly variable: PlanVariable };

/** A part that is put before the message is made, or with the signature. */
export interface PlacedPart {
  readonly place: RecipePlace;
  readonly value: readonly Atom[];
  /** Whether it is a JSON number where it is a member. */
  readonly isNumber?: boolean;
}
