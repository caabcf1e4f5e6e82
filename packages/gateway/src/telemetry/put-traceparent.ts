/** A message's own place in a trace, in place of its sender's. */

const NAMES: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

/**
 * Changes the headers, names and values in turn. What the sender's proof covers stays: whoever verifies it again needs it as it was.
 * @param covered lower-case names
 */
export function putTraceparent(headers: string[], traceparent: string, covered: readonly string[]): void {
  if (covered.includes('traceparent')) return;
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    const lower = (headers[i] ?? '').toLowerCase();
    if (NAMES.has(lower) && !covered.includes(lower)) headers.splice(i, 2);
  }
  headers.push('traceparent', traceparent);
}
