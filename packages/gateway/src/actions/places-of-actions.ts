/** Where in a module an action was declared, so that a complaint can name the file and line. */

/** Holds between two copies of this package: the gateway's, and that of an actions module. */
const PLACE = Symbol.for('countersign.place');

/** Notes the caller of `defineAction`. @param stack of an error made in it. */
export function rememberPlace(action: object, stack: string | undefined): void {
  // The first line is the error's own, the second defineAction's.
  const frame = /(?:\(|at )([^()\s][^()\n]*:\d+):\d+\)?$/.exec(stack?.split('\n')[2] ?? '')?.[1];
  if (frame === undefined) return;
  const place = frame.replace(/^file:\/\//, '').replace(/\?[^:]*(?=:\d+$)/, '');
  notePlace(action, place);
}

/** Notes where an action was found, unless it is known where it was declared. */
export function notePlace(action: object, place: string): void {
  if (placeOf(action) !== undefined || !Object.isExtensible(action)) return;
  Object.defineProperty(action, PLACE, { value: place, configurable: true });
}

/** `/path/to/actions.ts:12`; undefined where it is not known. */
export function placeOf(action: object): string | undefined {
  return PLACE in action && typeof action[PLACE] === 'string' ? action[PLACE] : undefined;
}
