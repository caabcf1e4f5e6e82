/** Wire types of refused requests, and of the claims that repeats make. */
import type { ContentQuery } from './event-types.ts';
import type { HeaderView } from './types.ts';

/** A refused request without its headers and body. */
export interface RefusedSummaryView {
  /** The request’s id, as its answer and the log have it. */
  readonly id: string;
  readonly gate: string;
  /** When it was refused. */
  readonly receivedAt: string;
  readonly method: string;
  readonly url: string;
  /** Of the table of refusals. */
  readonly reason: string;
  /** The step in which it was refused. */
  readonly step: string;
  readonly message?: string;
  /** The client’s. */
  readonly remoteAddress: string;
  /** Of the body as it came, or was announced. */
  readonly bodyBytes: number;
}

/** A refused request, byte-exact: with its proof, a token too. */
export interface RefusedView extends RefusedSummaryView {
  /** In the order received, case and repeats kept. */
  readonly headers: readonly HeaderView[];
  /** Scheme and host that the client spoke to, where a trusted proxy named them. */
  readonly forwarded?: { readonly scheme?: 'https' | 'http'; readonly host?: string };
  /** Empty where it was left out. */
  readonly bodyBase64: string;
  /** Why it was: nobody read it, since the head was reason enough or it was passed on as it came; or it is longer than what is kept. */
  readonly bodyLeftOut?: 'not-read' | 'too-long';
  /** Of a repeat: what it repeats. */
  readonly repeat?: RepeatView;
  /** Something of it is not shown, by the gate’s `keep.mask`: why it was refused cannot be told from what is shown. */
  readonly masked?: true;
}

/** What a repeat was refused for. */
export interface RepeatView {
  /** Whether the first was still being answered, or had ended. */
  readonly state: 'in-flight' | 'committed';
  /** Of the first that was still being answered: when its lease would end. */
  readonly retryAfterMs?: number;
  /** The claim that both make: 32 hex characters. */
  readonly claimId: string;
}

/** The last refused requests first. */
export interface RefusedPage {
  readonly refused: readonly RefusedSummaryView[];
  /** Give it as `before` to read on; absent on the last page. */
  readonly next?: number;
  /** Of this page: those that were stored under another storeKey, and do not open. Absent where there are none. */
  readonly unreadable?: number;
  /** Of a search that has looked through a part only, and goes on with `next`: when the last request was refused that it has looked at. */
  readonly searchedUntil?: string;
}

export interface RefusedQuery extends ContentQuery {
  /** Only this gate's. */
  readonly gate?: string | undefined;
  /** Why it was refused. */
  readonly reason?: string | undefined;
  /** A request's id, or how it begins. */
  readonly id?: string | undefined;
  /** Refused at this time or later. */
  readonly since?: string | undefined;
  /** Refused before this time. */
  readonly until?: string | undefined;
  /** Stands in the method, the URL, the reason, the message or the client's address, in any case. */
  readonly text?: string | undefined;
  /** Where to read on: the `next` of the page before. */
  readonly before?: number | undefined;
  /** 1 to 50. Default 20. */
  readonly limit?: number | undefined;
}

/** `GET /api/gates/:gate/claims/:claim`: a request that was taken, of which repeats are known. */
export interface ClaimView {
  readonly gate: string;
  /** 32 hex characters. */
  readonly claimId: string;
  /** When it was taken. Absent: by a version that did not note it. */
  readonly takenAt?: string;
  /** Until when it is remembered. */
  readonly heldUntil: string;
  /** The kept event that it became. */
  readonly eventId?: string;
}

/** `DELETE /api/gates/:gate/claims/:claim`. */
export interface ReleasedView {
  readonly released: true;
}
