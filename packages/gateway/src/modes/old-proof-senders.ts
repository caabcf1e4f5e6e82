/** Who still uses a gate's older proofs: a count and the last time of each sender, of so many senders at most. */
import type { Accepted } from '@countersign/core';

/** One sender that an older proof has let in. */
export interface OldProofSender {
  /** The proof's label. */
  readonly proof: string;
  readonly keyId: string;
  /** Whom a token says that it is of (its claim `sub`). Absent: the key says all. */
  readonly subject?: string;
  readonly requests: number;
  /** Milliseconds since the epoch. */
  readonly firstMs: number;
  /** Milliseconds since the epoch. */
  readonly lastMs: number;
}

/** Of one gate; beyond, the one that was seen least recently is forgotten. */
export const MAX_SENDERS = 1_000;
const MAX_NAME_CHARS = 100;

export class OldProofSenders {
  /** The least recently seen first. */
  readonly #byName = new Map<string, OldProofSender>();
  /** What of them was counted since `takeFresh`. */
  readonly #fresh = new Map<string, OldProofSender>();
  /** Forgotten since the start, for want of room. */
  forgotten = 0;
  count(proof: string, { keyId, claims }: Pick<Accepted, 'keyId' | 'claims'>, nowMs: number): void {
    const subject = claims?.['sub'];
    const seenMs = Math.floor(nowMs);
    const sender: OldProofSender = {
      proof,
      keyId: cut(keyId),
      ...(typeof subject === 'string' && { subject: cut(subject) }),
      requests: 1,
      firstMs: seenMs,
      lastMs: seenMs,
    };
    if (addTo(this.#byName, sender)) this.forgotten++;
    addTo(this.#fresh, sender);
  }

  /** The last seen first. */
  list(): readonly OldProofSender[] {
    return [...this.#byName.values()].reverse();
  }

  /** Takes over what all gateways have counted, to which what is fresh here is added. @param senders the last seen first */
  restore(senders: readonly OldProofSender[]): void {
    const fresh = [...this.#fresh.values()];
    this.#byName.clear();
    for (const sender of [...senders.toReversed(), ...fresh]) addTo(this.#byName, sender);
  }

  /** What was counted here since the last time, the last seen first. */
  takeFresh(): readonly OldProofSender[] {
    const fresh = [...this.#fresh.values()].reverse();
    this.#fresh.clear();
    return fresh;
  }

  /** What was taken could not be kept. */
  giveBack(taken: readonly OldProofSender[]): void {
    const since = this.takeFresh();
    for (const sender of [...taken.toReversed(), ...since.toReversed()]) addTo(this.#fresh, sender);
  }
}

/** The list with others added. @param senders both the last seen first */
export function addSenders(
  senders: readonly OldProofSender[],
  others: readonly OldProofSender[],
): readonly OldProofSender[] {
  const byName = new Map<string, OldProofSender>();
  const all = [...senders.toReversed(), ...others.toReversed()].toSorted((a, b) => a.lastMs - b.lastMs);
  for (const sender of all) addTo(byName, sender);
  return [...byName.values()].reverse();
}

/** Whether the one that was seen least recently had to make room. */
function addTo(byName: Map<string, OldProofSender>, sender: OldProofSender): boolean {
  const { proof, keyId, subject } = sender;
  const name = JSON.stringify([proof, keyId, subject]);
  const before = byName.get(name);
  byName.delete(name);
  const { requests = 0, firstMs = sender.firstMs } = before ?? {};
  byName.set(
    name,
    Object.assign({}, sender, {
      requests: requests + sender.requests,
      firstMs: Math.min(firstMs, sender.firstMs),
    }),
  );
  const [oldest] = byName.keys();
  if (byName.size <= MAX_SENDERS || oldest === undefined) return false;
  byName.delete(oldest);
  return true;
}

function cut(text: string): string {
  return text.length <= MAX_NAME_CHARS ? text : `${text.slice(0, MAX_NAME_CHARS)}…`;
}
