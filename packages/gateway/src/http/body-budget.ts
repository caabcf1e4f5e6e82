/** The memory that the bodies of all requests in flight may take together. */

export interface BodyBudget {
  /** What they take now. */
  readonly heldBytes: number;
  /** One body takes `to` bytes instead of `from`. False, and nothing changes, where there is no room for more. */
  resize(from: number, to: number): boolean;
  /** Changes what they may take. What is held beyond it stays, and leaves room for nothing more. */
  bound(maxBytes: number): void;
}

/** The share that larger bodies leave to those of up to `SMALL_BYTES`: who fills the rest shuts no webhook out. */
const RESERVE = 1 / 4;
const SMALL_BYTES = 16_384;

/** Makes a budget of `maxBytes`. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let most = maxBytes;
  let mostLarge = withoutReserve(maxBytes);
  let heldBytes = 0;
  return {
    get heldBytes() {
      return heldBytes;
    },
    resize(from, to) {
      const after = heldBytes - from + to;
      if (to > from && after > (to <= SMALL_BYTES ? most : mostLarge)) return false;
      heldBytes = after;
      return true;
    },
    bound(bytes) {
      most = bytes;
      mostLarge = withoutReserve(bytes);
    },
  };
}

function withoutReserve(maxBytes: number): number {
  return maxBytes - Math.floor(maxBytes * RESERVE);
}
