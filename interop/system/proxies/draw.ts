/** Random choices that are the same each time. */

/** A number below the given one. */
export type Draw = (below: number) => number;

/** A small generator of fixed seed (mulberry32). */
export function randomOf(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export const of = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T;
