/** How the gateway knows what one of the constructors of this folder made. */

/** Holds between two copies of this package, the gateway's and that of an actions module; no JSON can carry it. */
const RESULT = Symbol.for('countersign.result');

/** Marks a value as made by one of the constructors, apart from an object that happens to have such members. */
export function asResult<T extends object>(value: T): T {
  return Object.freeze(Object.defineProperty(value, RESULT, { value: true }));
}

/** Whether a value was made by one of the constructors, of this copy of the package or another. */
export function isMarked(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && RESULT in value;
}
