/** Writes what an action returned as JSON. */

/** @throws TypeError where it is no JSON; its text is for the log. */
export function jsonText(value: unknown, indent?: number): string {
  if (value instanceof Uint8Array)
    throw new TypeError('the action returned bytes: return file() or stream() of them');
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
    throw new TypeError('the action returned an async iterable: return stream() or progress() of it');
  let text: string | undefined;
  try {
    text = JSON.stringify(value, null, indent);
  } catch (error) {
    // A circle, a BigInt, a toJSON that throws.
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(`the action returned what cannot be written as JSON: ${why}`, { cause: error });
  }
  if (text === undefined) throw new TypeError('the action returned nothing that can be sent');
  return text;
}
