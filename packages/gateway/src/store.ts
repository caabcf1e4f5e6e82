/** The store: what the gateway keeps so that nothing is lost. One interface; implementations are in `stores/`. */

/** A request’s claim, held until a time. Identities are unique within a gate. */
export interface Claim {
  readonly gate: string;
  /** 16 bytes, made of signed content only. */
  readonly identity: Uint8Array;
  /** Milliseconds since the epoch, a whole number; the claim is free from then on. */
  readonly untilMs: number;
}

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
export type EventClaim = Omit<Claim, 'gate'>;

/** An event as a list shows it. */
export interface EventSummary {
  readonly id: string;
  readonly gate: string;
  readonly provider: string;
  readonly keyId: string;
  readonly receivedMs: number;
  readonly method: string;
  readonly url: string;
  readonly bodyBytes: number;
}

export interface EventQuery {
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

/** A small state that several gateways read and change, such as a session or a lease. */
export interface StoredRecord {
  readonly key: string;
  /** Another one after each write; never comes again. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

export interface RecordWrite {
  /** Keys are unique within a space. Both have from 1 to 200 characters. */
  readonly space: string;
  readonly key: string;
  /** What the writer has read; 0 where there was no record. */
  readonly version: number;
  /** At most 64 KiB; encrypted by the caller, where they are secret. */
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch, a whole number; from then on there is no record. */
  readonly untilMs: number;
}

/**
 * Keeps events and claims. A promise that resolves is a promise kept: what it stands for survives a crash and,
 * as far as the disk tells the truth, a power cut. One that rejects, with a `StoreError`, left nothing that the
 * caller may rely on: the sender must send again.
 *
 * What is passed in must not be changed until the promise settles.
 *
 * Passes `testStore` of `@countersign/gateway/testing`.
 */
export interface Store {
  /** Keeps an event and takes its claim, both or neither. While the claim is held, the event is a repeat. */
  keep(event: KeptEvent): Promise<KeepResult>;
  /** Holds a claim that has no event. Of two times for one claim the later holds. */
  remember(claim: Claim): Promise<void>;
  /** Frees a claim, at an operator’s word; its event stays. False where nobody holds it. */
  release(gate: string, identity: Uint8Array): Promise<boolean>;
  /** The claims held at `nowMs`, in no particular order; read page by page, for the replay guard at start. */
  claims(nowMs: number): AsyncIterable<Claim>;
  event(id: string): Promise<KeptEvent | undefined>;
  /**
   * Newest first, by id, without headers and bodies.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  events(query?: EventQuery): Promise<readonly EventSummary[]>;
  /** What `putSecret` was last given under the name; undefined where there is nothing. */
  secret(name: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps bytes that the caller has encrypted, in place of those before: a store sees no secret in the clear.
   * @throws RangeError for a name that is empty or longer than 200 characters, and for more than 64 KiB.
   */
  putSecret(name: string, sealed: Uint8Array): Promise<void>;
  /** The record, unless it has expired. */
  record(space: string, key: string): Promise<StoredRecord | undefined>;
  /** All records of a space that have not expired, in no particular order, read page by page. */
  records(space: string): AsyncIterable<StoredRecord>;
  /**
   * Writes a record if nobody has written it since the writer read it; of concurrent writers one succeeds.
   * @returns the new version; undefined where another write came first, and nothing was changed.
   * @throws RangeError for a space, key or bytes that are too long, and for a space or key that is empty.
   */
  putRecord(write: RecordWrite): Promise<number | undefined>;
  /** Finishes what is queued, then lets go of the storage. What comes after is rejected. May be called twice. */
  close(): Promise<void>;
}

/** Why a store did not do it: the queue is full, the id is taken, the store is closed, or the storage failed. */
export type StoreErrorCode = 'queue-full' | 'duplicate-event' | 'closed' | 'failed';

/** The store did not do it. Says why and what to do; holds nothing of the event. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws RangeError for a limit that is not a whole number from 1 to 1,000. */
export function checkedLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new RangeError(`limit must be a whole number from 1 to 1,000, not ${limit}`);
  }
  return limit;
}

const MAX_SECRET_NAME_CHARS = 200;
const MAX_SECRET_BYTES = 64 * 1024;

/** @throws RangeError for a name or bytes that `putSecret` refuses. */
export function checkSecret(name: string, sealed: Uint8Array): void {
  if (name === '' || name.length > MAX_SECRET_NAME_CHARS) {
    throw new RangeError(
      `a secret’s name must have from 1 to ${MAX_SECRET_NAME_CHARS} characters, not ${name.length}`,
    );
  }
  if (sealed.byteLength > MAX_SECRET_BYTES) {
    throw new RangeError(
      `a secret must have at most ${MAX_SECRET_BYTES} bytes when sealed, not ${sealed.byteLength}`,
    );
  }
}

/** @throws RangeError for what `putRecord` refuses. */
export function checkRecord({ space, key, bytes }: RecordWrite): void {
  for (const text of [space, key]) {
    if (text !== '' && text.length <= MAX_SECRET_NAME_CHARS) continue;
    throw new RangeError(
      `a record’s space and key must have from 1 to ${MAX_SECRET_NAME_CHARS} characters, not ${text.length}`,
    );
  }
  if (bytes.byteLength > MAX_SECRET_BYTES) {
    throw new RangeError(`a record must have at most ${MAX_SECRET_BYTES} bytes, not ${bytes.byteLength}`);
  }
}
