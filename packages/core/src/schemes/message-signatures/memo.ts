/** Remembers what was read of one request. */

/** The value of that key, made on first use. */
export type Memo = <T>(key: string, make: () => T) => T;

export function createMemo(): Memo {
  const values = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    if (!values.has(key)) values.set(key, make());
    return values.get(key) as T;
  };
}
