/** What a route takes, as data: the server judges by it, the types hold it to what callers write. */

/** A text. */
export interface TextField {
  readonly kind: 'text';
  /** What a value matches. Holds its bound, so that no longer one is read on. */
  readonly pattern: RegExp;
  /** What a value must be, e.g. `32 hex characters`. */
  readonly mustBe: string;
}

/** A whole number, from `min` to `max`. */
export interface WholeNumberField {
  readonly kind: 'whole-number';
  readonly min: number;
  readonly max: number;
}

/** `true` or `false`. */
export interface FlagField {
  readonly kind: 'flag';
}

export type Field = TextField | WholeNumberField | FlagField;

/** One field, and whether it may be left out. */
export type Declared = Field & {
  readonly optional: boolean;
  /** The audit log holds none of its value: a secret, a body, what names a person. */
  readonly secret?: true;
  /** Whoever may ask for any value finds out by it what requests hold. */
  readonly reveals?: true;
};

/** Of each member of a type its field: none too few, none misspelt, optional where the member is. */
export type FieldsOf<Values> = {
  readonly [Name in keyof Values]-?: Declared &
    FieldFor<Exclude<Values[Name], undefined>> & {
      readonly optional: Record<never, never> extends Pick<Values, Name> ? true : false;
    };
};

type FieldFor<Value> = Value extends number
  ? WholeNumberField
  : Value extends string
    ? TextField
    : Value extends boolean
      ? FlagField
      : never;

/** Of a request. */
export const HEADER_NAME: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;

/** An identifier of ours or an operator's, of which no more is known. */
export const ID_TEXT: TextField = {
  kind: 'text',
  pattern: /^[\x20-\x7e]{1,200}$/,
  mustBe: '1 to 200 printable characters',
};

/** What a sender calls a kind of event. */
export const TYPE_TEXT: TextField = {
  kind: 'text',
  pattern: /^[^\p{Cc}]{1,200}$/u,
  mustBe: '1 to 200 characters without control characters',
};

/** Whose keys a gate looks up. */
export const TENANT_TEXT: TextField = {
  kind: 'text',
  pattern: /^[^\p{Cc}]{1,200}$/u,
  mustBe: '1 to 200 characters without control characters',
};

/** A point in time. */
export const TIME_TEXT: TextField = {
  kind: 'text',
  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/,
  mustBe: 'a time such as 2026-11-27T09:00:00Z',
};

/** One of a few words. */
export function wordField(words: readonly string[]): TextField {
  return {
    kind: 'text',
    pattern: new RegExp(`^(?:${words.join('|')})$`),
    mustBe: `one of ${words.join(', ')}`,
  };
}
