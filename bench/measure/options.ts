/** Chooses what a run measures. What would measure nothing ends it with 2: no target is missed where nothing is measured. */

/** What `--only` chooses: whatever has one of its parts in its name; all where it is not given. */
export function chosenBy<T extends { readonly name: string }>(
  all: readonly T[],
  only: string | undefined,
): readonly T[] {
  const parts = only === undefined || only === '' ? [''] : only.split(',');
  for (const part of parts) {
    if (!all.some(({ name }) => name.includes(part)))
      stop(`nothing is named like "${part}".\n  → ${all.map(({ name }) => name).join('; ')}`);
  }
  return all.filter(({ name }) => parts.some((part) => name.includes(part)));
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
