/** Remembers what was read of one request. */

/** The value of that key, made on first use. */
export type Memo = <T>(key: string, make: () => T) => T;

export function createMemo(): Memo {
  const known = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key) as T;
  };
}
