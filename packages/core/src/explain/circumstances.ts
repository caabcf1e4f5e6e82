/** What is told of a request beside its gate: what only a store, or other requests of the gate, could tell. */

/** When a request was signed, and when it came: milliseconds since the epoch. */
export interface Arrival {
  readonly signedMs: number;
  readonly receivedMs: number;
}

/** The request that a repeat repeats, as a store has it. */
export interface EarlierRequest {
  /** When its claim was taken, in milliseconds since the epoch. */
  readonly takenMs?: number;
  /** The kept event that it became. */
  readonly eventId?: string;
}

export interface Circumstances {
  /** Where the request was refused as a repeat: the one that came before. */
  readonly earlier?: EarlierRequest;
  /** Whether its body was not kept: nothing is said of it then. Default false. */
  readonly lacksBody?: boolean;
  /** Other requests of the same gate whose proofs held, taken or not. Default: none. */
  readonly neighbours?: readonly Arrival[];
}
