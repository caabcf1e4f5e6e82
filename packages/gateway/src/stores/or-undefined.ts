/** What the work gives; undefined where it fails, and nobody has to hear why. */
export function orUndefined<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
