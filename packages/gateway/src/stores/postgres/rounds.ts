/** Writes of a batch that touch the same: one after the other, and all others at once. */

/** In turn: of a round no two have a key in common, and of two that have the earlier is in an earlier round. */
export function rounds<Write>(
  batch: readonly Write[],
  keysOf: (write: Write) => readonly string[],
): readonly (readonly Write[])[] {
  const all: Write[][] = [];
  /** The first round that is free of a key. */
  const free = new Map<string, number>();
  for (const write of batch) {
    const keys = keysOf(write);
    const at = Math.max(0, ...keys.map((key) => free.get(key) ?? 0));
    for (const key of keys) free.set(key, at + 1);
    const round = all[at];
    if (round === undefined) all.push([write]);
    else round.push(write);
  }
  return all;
}
