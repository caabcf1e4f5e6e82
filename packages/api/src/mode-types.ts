/** What the admin API shows of a gate that does not just enforce one proof. */
import type { KeyView } from './key-types.ts';

/** A gate that monitors: what it refuses is let through with a label. */
export interface MonitorView {
  /** Whether it monitors now. False: the date has come, and it enforces. */
  readonly now: boolean;
  /** From then on it enforces. Absent: it never does. */
  readonly until?: string;
  /** Requests since the start that were refused and let through, by reason. */
  readonly letThrough: Readonly<Record<string, number>>;
}

/** An older proof that the gate takes besides its own. */
export interface OlderProofView {
  /** What verdicts call it; unique at its gate. */
  readonly proof: string;
  /** The provider's id or the scheme's name. */
  readonly provider: string;
  /** From then on it is not taken. */
  readonly until: string;
  /** Whether it is taken now. */
  readonly isTaken: boolean;
  readonly keys: readonly KeyView[];
}

/** Who was let in by an older proof. */
export interface OlderProofSenderView {
  readonly proof: string;
  readonly keyId: string;
  /** Whom the token says that it is of. Absent: the key says all. */
  readonly subject?: string;
  readonly requests: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface OlderProofSendersView {
  /** The last seen first; at most 1,000. */
  readonly senders: readonly OlderProofSenderView[];
  /** Senders that are not in the list any more, for want of room. */
  readonly forgotten: number;
}

/** A proof that is verified after the answer, and decides nothing. */
export interface ShadowView {
  /** The provider's id or the scheme's name. */
  readonly provider: string;
  readonly keys: readonly KeyView[];
  /** Requests since the start that the gate and the shadow proof accept; and so on. */
  readonly bothAccept: number;
  readonly bothRefuse: number;
  readonly onlyFirst: number;
  readonly onlyShadow: number;
  /** Requests that were not compared: too many came at once, or a refused one’s body was not read. */
  readonly dropped: number;
  /** The last 20, the newest first. */
  readonly disagreements: readonly DisagreementView[];
}

/** A request on which the gate and its shadow proof disagreed. */
export interface DisagreementView {
  readonly requestId: string;
  readonly at: string;
  /** Why the gate refused it. Absent: it accepted. */
  readonly first?: string;
  /** Why the shadow proof does. Absent: it accepts. */
  readonly shadow?: string;
}
