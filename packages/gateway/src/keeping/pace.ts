/** How many steps of retention go into one commit. */

/** In two milliseconds each; a commit takes 512 writes, which the steps together can follow. */
const MAX_STEPS = 8;
/** So much more goes than comes, until there is no more than there may be. */
const SURPLUS = 1.25;

export interface LastRound {
  /** Steps that went into the commit before. */
  readonly steps: number;
  /** Events that they have dropped. */
  readonly dropped: number;
  /** Events of the same gate that came meanwhile. */
  readonly came: number;
}

/** One where little comes; as many as drop what comes, and a quarter more, where a gate is saturated. */
export function nextPace({ steps, dropped, came }: LastRound): number {
  // All that they have seen waits to be delivered: more of them would see the same.
  if (dropped === 0) return 1;
  const droppedPerStep = dropped / steps;
  return Math.min(MAX_STEPS, Math.max(1, Math.ceil((SURPLUS * came) / droppedPerStep)));
}
