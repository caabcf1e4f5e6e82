/** What was sent, and what the sender was told: the truth that a store is held against. */
import type { GateName, SentRequest } from './sent-request.ts';

/** What the sender may rely on. */
export type Standing =
  /** Sent, and no answer came: it may be kept or not. */
  | 'unknown'
  /** A gate said 200: it must be kept, once. */
  | 'acknowledged'
  /** Answered otherwise: it must not be kept. */
  | 'refused';

export interface Entry {
  readonly n: number;
  readonly gate: GateName;
  readonly isForged: boolean;
  readonly signedAtS: number;
  readonly digest: string;
  readonly bodyDigest: string;
  /** How often it was sent. */
  sendings: number;
  /** Copies that are on their way, and that ever were. */
  inFlight: number;
  departures: number;
  standing: Standing;
}

export interface Ledger {
  readonly entries: ReadonlyMap<number, Entry>;
  /** Before each sending. */
  sent(request: SentRequest, signedAtS: number): Entry;
  /** A sender that was told once that its request is kept relies on it, whatever a repeat hears. */
  told(entry: Entry, standing: Standing): void;
  readonly acknowledged: number;
}

export function createLedger(): Ledger {
  const entries = new Map<number, Entry>();
  let acknowledged = 0;
  return {
    entries,
    sent({ n, gate, isForged, digest, bodyDigest }, signedAtS) {
      const entry = entries.get(n) ?? {
        n,
        gate,
        isForged,
        signedAtS,
        digest,
        bodyDigest,
        sendings: 0,
        inFlight: 0,
        departures: 0,
        standing: 'unknown',
      };
      entry.sendings++;
      // What was refused once is on its way again.
      if (entry.standing === 'refused') entry.standing = 'unknown';
      entries.set(n, entry);
      return entry;
    },
    told(entry, standing) {
      if (entry.standing === 'acknowledged') return;
      // Of two sendings one may have been kept, though nobody was told.
      if (standing === 'refused' && entry.sendings > 1) return;
      if (standing === 'acknowledged') acknowledged++;
      entry.standing = standing;
    },
    get acknowledged() {
      return acknowledged;
    },
  };
}
