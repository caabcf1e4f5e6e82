/** Events: kept requests, and what a list shows of them. */
import type { Claim } from './claim-store.ts';

/** A kept request, byte-exact. */
export interface KeptEvent {
  /** Unique, ASCII, and in order of time, such as a UUIDv7; made by the caller. */
  readonly id: string;
  readonly gate: string;
  /** The provider’s id, or the scheme’s name. */
  readonly provider: string;
  /** The key that proved the request. */
  readonly keyId: string;
  /** Milliseconds since the epoch, a whole number. */
  readonly receivedMs: number;
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  /** Names and values in turn, as received: order, case and repeats kept. Values that are withheld are empty. */
  readonly headers: readonly string[];
  /** Absent where all values are in `headers`. */
  readonly withheld?: WithheldHeaders;
  readonly body: Uint8Array;
  /** Scheme and host that the client spoke to, where a trusted proxy named them. Absent: none did. */
  readonly forwarded?: Forwarded;
  /** Taken in the same transaction as the event. Absent where the scheme has no identity. */
  readonly claim?: EventClaim;
}

/** What a trusted proxy said, and the gate believed. */
export interface Forwarded {
  readonly scheme?: 'https' | 'http';
  /** With its port, if there is one. */
  readonly host?: string;
}

/** Values of headers that are secrets. */
export interface WithheldHeaders {
  /** Lower-case names of the fields, each once. */
  readonly names: readonly string[];
  /** The values, encrypted by the caller. Absent: they were not kept. */
  readonly sealed?: Uint8Array;
}

/** The claim of an event, on the event’s gate. */
export type EventClaim = Pick<Claim, 'identity' | 'untilMs' | 'freshUntilMs'>;

/** An event as a list shows it. */
export interface EventSummary
  extends Pick<KeptEvent, 'id' | 'gate' | 'provider' | 'keyId' | 'receivedMs' | 'method' | 'url'> {
  readonly bodyBytes: number;
}

export interface EventListOptions {
  /** Events of this gate only. */
  readonly gate?: string;
  /** Only events before (older than) the one with this id, which need not exist any more. */
  readonly before?: string;
  /** From 1 to 1,000. Default 100. */
  readonly limit?: number;
}

export type KeepResult =
  | { readonly kept: true }
  /** The claim is held; `repeatOf` is the event that holds it, absent where it was remembered without one. */
  | { readonly kept: false; readonly repeatOf?: string };

/**
 * Keeps events. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testEventStore` of `@countersign/gateway/testing`.
 */
export interface EventStore {
  /**
   * Keeps an event and takes its claim, both or neither. While the claim is held, the event is a repeat.
   * @param further claims of the same request on the same gate: held with the event, as `ClaimStore.remember` holds them
   */
  keep(event: KeptEvent, further?: readonly EventClaim[]): Promise<KeepResult>;
  get(id: string): Promise<KeptEvent | undefined>;
  /**
   * Newest first, by id, without headers and bodies.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  list(query?: EventListOptions): Promise<readonly EventSummary[]>;
}

/** @throws RangeError for a limit that is not a whole number from 1 to 1,000. */
export function checkedLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new RangeError(`limit must be a whole number from 1 to 1,000, not ${limit}`);
  }
  return limit;
}
