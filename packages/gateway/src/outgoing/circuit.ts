/** A circuit: an upstream that fails again and again is left alone for a while, then tried with one call. */

export interface Circuit {
  /** 0 where a call may be made, and has to be followed by `report`; else after how many milliseconds one may. */
  enter(): number;
  /** What became of the call: `neither` where it says nothing about the upstream, such as a caller that gave up. */
  report(outcome: 'well' | 'ill' | 'neither'): void;
  /** Somebody has mended the upstream: calls are made again. */
  close(): void;
}

export interface CircuitOptions {
  /** Milliseconds, best of a clock that only goes on. One that is set has a call made early, never late. */
  readonly now: () => number;
  readonly onChange: (isOpen: boolean) => void;
}

/** Failures in a row that open it. */
const FAILURES = 5;
/** How long it stays open before a probe. */
const OPEN_MS = 10_000;

export function createCircuit({ now, onChange }: CircuitOptions): Circuit {
  let ill = 0;
  let openedMs: number | undefined;
  let isProbing = false;
  return {
    enter() {
      if (openedMs === undefined) return 0;
      const passedMs = now() - openedMs;
      // A clock that was set back must not keep it open.
      if (!isProbing && (passedMs >= OPEN_MS || passedMs < 0)) {
        isProbing = true;
        return 0;
      }
      return Math.max(1, OPEN_MS - Math.max(0, passedMs));
    },
    report(outcome) {
      isProbing = false;
      if (outcome === 'neither') return;
      ill = outcome === 'ill' ? ill + 1 : 0;
      const wasOpen = openedMs !== undefined;
      if (outcome === 'ill' && (wasOpen || ill >= FAILURES)) openedMs = now();
      else if (outcome === 'well') openedMs = undefined;
      if (wasOpen !== (openedMs !== undefined)) onChange(openedMs !== undefined);
    },
    close() {
      const wasOpen = openedMs !== undefined;
      ill = 0;
      openedMs = undefined;
      if (wasOpen) onChange(false);
    },
  };
}

/** How a call through a circuit is read. */
export interface CircuitReading<T> {
  /** What the call came to says about the upstream. */
  readonly outcomeOf: (result: T) => 'well' | 'ill' | 'neither';
  /** What there is instead where the circuit is open. */
  readonly whenOpen: (retryAfterMs: number) => T;
}

/** Does the work where the circuit lets it, and reports what became of it; work that throws went ill. */
export async function throughCircuit<T>(
  circuit: Circuit,
  work: () => Promise<T>,
  { outcomeOf, whenOpen }: CircuitReading<T>,
): Promise<T> {
  const retryAfterMs = circuit.enter();
  if (retryAfterMs > 0) return whenOpen(retryAfterMs);
  let outcome: 'well' | 'ill' | 'neither' = 'ill';
  try {
    const result = await work();
    outcome = outcomeOf(result);
    return result;
  } finally {
    circuit.report(outcome);
  }
}
