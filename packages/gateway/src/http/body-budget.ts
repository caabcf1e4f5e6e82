/** The memory that the bodies of all requests in flight may take together. */

export interface BodyBudget {
  /** What they take now. */
  readonly heldBytes: number;
  /** One body takes `to` bytes instead of `from`. False, and nothing changes, where there is no room for more. */
  resize(from: number, to: number): boolean;
}

/** The share that larger bodies leave to those of up to `SMALL_BYTES`: who fills the rest shuts no webhook out. */
const RESERVE = 1 / 4;
const SMALL_BYTES = 16_384;

/** Makes a budget of `maxBytes`. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  const maxLargeBytes = maxBytes - Math.floor(maxBytes * RESERVE);
  let heldBytes = 0;
  return {
    get heldBytes() {
      return heldBytes;
    },
    resize(from, to) {
      const after = heldBytes - from + to;
      if (to > from && after > (to <= SMALL_BYTES ? maxBytes : maxLargeBytes)) return false;
      heldBytes = after;
      return true;
    },
  };
}
