/** Who may run: so many calls at once, of one action or to one upstream, and so many that wait for their turn. */

export interface TurnLimits {
  readonly concurrency: number;
  readonly queue: number;
}

/** Told once: true when it is this call's turn, false when it will not come. */
export type TurnListener = (isTurn: boolean) => void;

export interface Turns {
  /** How many calls wait. */
  readonly waiting: number;
  /** Whether the call may run now; a turn that is taken must be given back. */
  take(): boolean;
  /** Waits for a turn. False where as many wait as may. */
  wait(listener: TurnListener): boolean;
  /** Waits no more. */
  leave(listener: TurnListener): void;
  /** Gives a turn back: the call that waits longest has it. */
  give(): void;
  /** Tells all who wait that their turn will not come; from then on nobody waits. */
  close(): void;
}

export function createTurns({ concurrency, queue }: TurnLimits): Turns {
  let free = concurrency;
  let closed = false;
  /** A Set keeps the order of arrival, and whoever leaves leaves at once. */
  const waiting = new Set<TurnListener>();
  return {
    get waiting() {
      return waiting.size;
    },
    take() {
      if (free === 0) return false;
      free--;
      return true;
    },
    wait(listener) {
      if (closed || waiting.size >= queue) return false;
      waiting.add(listener);
      return true;
    },
    leave(listener) {
      waiting.delete(listener);
    },
    give() {
      const [next] = waiting;
      if (next === undefined) {
        free++;
        return;
      }
      waiting.delete(next);
      next(true);
    },
    close() {
      closed = true;
      const all = [...waiting];
      waiting.clear();
      for (const listener of all) listener(false);
    },
  };
}
