/** Assertions of the contract suites: plain errors, so that they work in any test runner. */

/** @throws Error if the condition does not hold. */
export function assert(condition: boolean, expected: string): asserts condition {
  if (!condition) throw new Error(`expected ${expected}`);
}

/** @throws Error if the two are not the same value. */
export function assertEqual<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
  }
}

/** @throws Error naming the first byte that differs. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assertEqual(actual.length, expected.length, `length of ${what}`);
  for (let i = 0; i < expected.length; i++) assertEqual(actual[i], expected[i], `${what}[${i}]`);
}
