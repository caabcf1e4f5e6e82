/** JSON Pointers (RFC 6901): where in an input something is. */

/** One part of a pointer, escaped (RFC 6901 §3). */
export function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The pointer to what a path of keys leads to; empty for the value itself. */
export function pointerTo(path: Iterable<PropertyKey>): string {
  let pointer = '';
  for (const key of path) pointer += `/${pointerPart(String(key))}`;
  return pointer;
}
