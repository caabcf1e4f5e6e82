/** A promise that was broken. */

export type FaultCode =
  /** Acknowledged, and not in the store. */
  | 'lost'
  /** In the store, with other bytes than were sent. */
  | 'altered'
  /** In the store more than once. */
  | 'duplicate'
  /** In the store without a proof. */
  | 'unverified'
  /** In the store, and the sender was told that it is not taken. */
  | 'kept-though-refused'
  /** In the store, and nobody sent it. */
  | 'never-sent'
  /** Acknowledged, and no destination has it. */
  | 'not-delivered'
  /** Delivered with another body than was sent. */
  | 'delivered-altered'
  /** Delivered, though it was never sent, forged, or refused. */
  | 'delivered-wrongly'
  /** Attempts of one event have different ids. */
  | 'unstable-id'
  /** A credential stands in the store in the clear, or is delivered. */
  | 'secret-shown'
  /** A delivery is due, and nobody sees to it. */
  | 'overdue'
  /** A forged request was acknowledged. */
  | 'forged-acknowledged'
  /** A repeat of what was acknowledged was not. */
  | 'repeat-refused'
  /** An answer that no rule foresees. */
  | 'odd-answer'
  /** An open connection to a gateway that runs got no answer. */
  | 'no-answer'
  /** The gateway ended, or did not start, by itself. */
  | 'gateway-ended'
  /** SQLite finds the file damaged, or `store verify` the store. */
  | 'damaged'
  /** An answer stands on the wire before its event is on the disk. */
  | 'answered-early'
  /** It goes on, at a small part of its speed. */
  | 'slow'
  /** A trial did not do what it is for, so it proves nothing. */
  | 'nothing-tried'
  /** What the gateway says of itself is not so. */
  | 'wrong-health';

export interface Fault {
  readonly code: FaultCode;
  readonly sentence: string;
}

export interface Faults {
  readonly all: readonly Fault[];
  readonly count: number;
  /** Of all, in the order in which they were first found. */
  readonly codes: readonly FaultCode[];
  add(code: FaultCode, sentence: string): void;
}

/** As many are told; all are counted. */
const MOST_TOLD = 40;

export function createFaults(): Faults {
  const all: Fault[] = [];
  const codes = new Set<FaultCode>();
  let count = 0;
  return {
    all,
    get count() {
      return count;
    },
    get codes() {
      return [...codes];
    },
    add(code, sentence) {
      count++;
      codes.add(code);
      if (all.length < MOST_TOLD) all.push({ code, sentence });
    },
  };
}
