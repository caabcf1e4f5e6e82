/** How long claims are to be held, where repeats of them were fresh for longer than the first. */
import type { Claim } from './model.ts';

/**
 * Ends are remembered for this many ids. Somebody who has captured requests of more ids can make the guard write once
 * for each repeat that he sends, and no more than that.
 */
const MAX_ENDS = 1000;

/**
 * One signed id may come under several times (a redelivery is signed anew), each of which could be repeated until it is
 * stale: the claim of the id is held until the last of them.
 */
export class LaterEnds {
  readonly #ends = new Map<string, number>();

  /** Whether the claim ends later than any that was noted of its identity. */
  note({ identity, untilMs }: Claim): boolean {
    const key = String.fromCharCode(...identity);
    if ((this.#ends.get(key) ?? 0) >= untilMs) return false;
    this.#ends.delete(key);
    this.#ends.set(key, untilMs);
    if (this.#ends.size > MAX_ENDS) this.#ends.delete(this.#ends.keys().next().value ?? '');
    return true;
  }

  /** The claim, until the latest end that was noted of its identity. */
  longest(claim: Claim): Claim {
    if (this.#ends.size === 0) return claim;
    const untilMs = this.#ends.get(String.fromCharCode(...claim.identity)) ?? 0;
    return untilMs > claim.untilMs ? { ...claim, untilMs } : claim;
  }
}
