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
  /** Forgotten since the start, for want of room. */
  forgotten = 0;
  /** Grows with each change. */
  revision = 0;

  count(proof: string, { keyId, claims }: Pick<Accepted, 'keyId' | 'claims'>, nowMs: number): void {
    const subject = claims?.['sub'];
    const seenMs = Math.floor(nowMs);
    this.#add({
      proof,
      keyId: cut(keyId),
      ...(typeof subject === 'string' && { subject: cut(subject) }),
      requests: 1,
      firstMs: seenMs,
      lastMs: seenMs,
    });
  }

  /** The last seen first. */
  list(): readonly OldProofSender[] {
    return [...this.#byName.values()].reverse();
  }

  /** Adds what was counted before a start. @param senders the last seen first */
  restore(senders: readonly OldProofSender[]): void {
    for (const sender of senders.toReversed()) this.#add(sender);
  }

  #add(sender: OldProofSender): void {
    const { proof, keyId, subject } = sender;
    const name = JSON.stringify([proof, keyId, subject]);
    const before = this.#byName.get(name);
    this.#byName.delete(name);
    const { requests = 0, firstMs = sender.firstMs } = before ?? {};
    this.#byName.set(name, {
      ...sender,
      requests: requests + sender.requests,
      firstMs: Math.min(firstMs, sender.firstMs),
    });
    this.revision++;
    if (this.#byName.size <= MAX_SENDERS) return;
    const [oldest] = this.#byName.keys();
    if (oldest !== undefined) this.#byName.delete(oldest);
    this.forgotten++;
  }
}

function cut(text: string): string {
  return text.length <= MAX_NAME_CHARS ? text : `${text.slice(0, MAX_NAME_CHARS)}…`;
}
