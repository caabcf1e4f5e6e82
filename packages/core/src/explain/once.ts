/** What is read of one body, or of one list of headers, however many hypotheses ask for it. */

/** What `read` makes of the key, made once. The key is all that decides it. */
export type Once = <Key extends object, Value>(read: (key: Key) => Value, key: Key) => Value;

/** For one search: after it the bytes of a body may be others. */
export function createOnce(): Once {
  const values = new Map<unknown, WeakMap<object, unknown>>();
  return <Key extends object, Value>(read: (key: Key) => Value, key: Key): Value => {
    const own = values.get(read) ?? new WeakMap<object, unknown>();
    values.set(read, own);
    if (!own.has(key)) own.set(key, read(key));
    return own.get(key) as Value;
  };
}
