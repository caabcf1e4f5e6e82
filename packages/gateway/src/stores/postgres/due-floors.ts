/**
 * From which due time on a destination may have something that nobody has. Before it stand the remains of what was delivered: as long as any
 * transaction on the server is older than these, no vacuum takes them away, and each look would pass all of them.
 */
export interface DueFloors {
  /** Milliseconds since the epoch. Now and then, and where the clock was set back, the lowest of all. */
  floorOf(destination: string, nowMs: number): number;
  /** What a look has shown, from a floor up to a time. */
  looked(destination: string, look: Look): void;
  /** One was given back that is due then. Undefined: when it was due before. */
  lower(destination: string, dueMs: number | undefined): void;
}

export interface Look {
  readonly floorMs: number;
  readonly nowMs: number;
  /** When the first was due that nobody had. Undefined: there was none. */
  readonly firstMs: number | undefined;
  /** How long the look took. */
  readonly tookMs: number;
}

const LOWEST_MS = Number.MIN_SAFE_INTEGER;
/** Other gateways make deliveries by clocks of their own. */
const CLOCK_GRACE_MS = 1_000;
/** Of all that is due one looks after that time, or later where it takes long: it is a twentieth of all looking at most. */
const FRESH_MS = 1_000;
const REST_PER_LOOK = 20;
const MAX_NAMES = 4_096;

interface Floor {
  ms: number;
  /** By the runtime's clock that only goes on. */
  readonly untilMs: number;
}

export function createDueFloors(): DueFloors {
  const floors = new Map<string, Floor>();
  return {
    floorOf(destination, nowMs) {
      const floor = floors.get(destination);
      const isFresh = floor !== undefined && performance.now() < floor.untilMs && floor.ms <= nowMs;
      return isFresh ? floor.ms : LOWEST_MS;
    },
    looked(destination, { floorMs, nowMs, firstMs = nowMs, tookMs }) {
      const ms = Math.floor(firstMs) - CLOCK_GRACE_MS;
      const floor = floors.get(destination);
      if (floorMs === LOWEST_MS) {
        if (floors.size >= MAX_NAMES) floors.clear();
        const untilMs = performance.now() + Math.max(FRESH_MS, tookMs * REST_PER_LOOK);
        floors.set(destination, { ms, untilMs });
      } else if (floor !== undefined) floor.ms = Math.max(floor.ms, ms);
    },
    lower(destination, dueMs = LOWEST_MS) {
      const floor = floors.get(destination);
      if (floor !== undefined) floor.ms = Math.min(floor.ms, dueMs);
    },
  };
}
