/** Wire types of events: kept requests. */
import type { DeliveryWithAttemptsView } from './delivery-types.ts';
import type { HeaderView } from './types.ts';

/** A kept request without its headers and body. */
export interface EventSummaryView {
  readonly id: string;
  /** Grows with each event that is kept, whatever the clock does: where a follower reads on. */
  readonly place: number;
  readonly gate: string;
  readonly provider: string;
  readonly receivedAt: string;
  readonly method: string;
  readonly url: string;
  /** The key that proved it; empty where the gate takes unsigned requests, and of an erased event. */
  readonly keyId: string;
  /** Whose key it is, where the gate looks keys up by tenant. Absent where it does not, and of an erased event. */
  readonly tenant?: string;
  /** What the sender calls this kind of event. Absent where its provider names none, and of an erased event. */
  readonly type?: string;
  readonly bodyBytes: number;
  /** How many destinations it matched. Absent where its gate had none. */
  readonly destinations?: number;
  /** Why it would have been refused: its gate monitored, and let it through. Absent: it was accepted. */
  readonly refused?: string;
  /** When it was erased. Absent where it is whole. */
  readonly erasedAt?: string;
}

/** A kept request, byte-exact. */
export interface EventView extends EventSummaryView {
  /** In the order received, case and repeats kept. */
  readonly headers: readonly HeaderView[];
  /** Scheme and host that the client spoke to, where a trusted proxy named them: they were believed before `url` and Host. */
  readonly forwarded?: { readonly scheme?: 'https' | 'http'; readonly host?: string };
  /** The claim that it took: 32 hex characters. Absent where its gate claims nothing. */
  readonly claimId?: string;
  readonly bodyBase64: string;
  /** In hex, where the gate keeps it in place of the body, which is empty then. */
  readonly bodySha256?: string;
  /** Something of it is not shown, by the gate’s `keep.mask`: it proves nothing as it stands here. */
  readonly masked?: true;
  /** How it was proved when it came. Absent where its gate takes unsigned requests. */
  readonly verdict?: KeptVerdictView;
  /** Of its body as received, in hex: what is left of an erased one. */
  readonly erasedSha256?: string;
  /** One of each destination, the last made first. */
  readonly deliveries: readonly DeliveryWithAttemptsView[];
}

/** What the gate said of an event when it came. Holds no secret. */
export interface KeptVerdictView {
  /** Its gate monitored: it was kept whatever the verdict was. Absent: the gate enforced. */
  readonly isMonitored?: true;
  /** Why it would have been refused. Absent: it was accepted. */
  readonly refused?: { readonly reason: string; readonly step: string; readonly message: string };
  /** Which of the gate’s proofs let it in. Absent: it had one. */
  readonly proof?: string;
  readonly reading?: string;
  /** The signed time. */
  readonly timestamp?: string;
  /** What was read at each step. */
  readonly evidence: Readonly<Record<string, string | number | boolean>>;
}

/** The newest events first. */
export interface EventPage {
  /** May be fewer than asked for, and none, while `next` is there: of each page so many are looked at. */
  readonly events: readonly EventSummaryView[];
  /** Give it as `before` to read on; absent on the last page. */
  readonly next?: string;
  /** Of a search that has looked through a part only, and goes on with `next`: when the last event was received that it has looked at. */
  readonly searchedUntil?: string;
  /** Of a search that reads events: ids of those that are damaged in the store, and could not be searched. Absent: none. */
  readonly damaged?: readonly string[];
  /** Of a search for words, while the index is being built: the gates of which not all events are found yet. */
  readonly indexing?: readonly string[];
}

/** What became of an event at its gate. `refused`: its gate monitored and let it through. */
export type EventVerdict = 'accepted' | 'refused' | 'unsigned';

export const EVENT_VERDICTS: readonly EventVerdict[] = ['accepted', 'refused', 'unsigned'];

/** Looks into requests. */
export interface ContentQuery {
  /** A member of a JSON body: names from the top with dots between them, `*` for each element or member. With `value`. */
  readonly member?: string | undefined;
  /** What that member is: a text as it is, numbers, booleans and null as JSON writes them. */
  readonly value?: string | undefined;
  /** Requests that have a header of this name, in any case. */
  readonly header?: string | undefined;
  /** With exactly this value. Values that are masked, withheld or credentials are not found. */
  readonly headerValue?: string | undefined;
}

/** What events, and refused requests, are found by. */
export interface KeptQuery extends ContentQuery {
  /** Of an event: why its gate would have refused it, had it not monitored. */
  readonly reason?: string | undefined;
  /** An id, or how it begins. Events that match are in the order of their ids. */
  readonly id?: string | undefined;
  /** Received at this time or later. Events that match are in the order in which they were received. */
  readonly since?: string | undefined;
  /** Received before this time. */
  readonly until?: string | undefined;
}

export interface EventQuery extends KeptQuery {
  /** Only this gate's, which may have left the configuration since. */
  readonly gate?: string | undefined;
  /** Only what the sender calls so. */
  readonly type?: string | undefined;
  /** Only what a key of this tenant has proved. */
  readonly tenant?: string | undefined;
  readonly verdict?: EventVerdict | undefined;
  /** Words that the event has, all of them, and "phrases" in quotes, in any case: of gates with `keep.fullText`. */
  readonly words?: string | undefined;
  /** Only those that matched no destination, though their gate had some. */
  readonly unmatched?: boolean | undefined;
  /** Where to read on: the `next` of the page before. Events that are kept meanwhile shift nothing. */
  readonly before?: string | undefined;
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined;
}

/** The oldest events first. */
export interface FollowPage {
  readonly events: readonly EventSummaryView[];
  /** The `place` to go on from: of the last event that was looked at, else the one that was asked for. */
  readonly cursor: number;
  /** The id of the event at `cursor`. Absent where it is kept no longer. */
  readonly cursorId?: string;
  /** The id of the event at the place that was asked for: another than it was where the store is another, or an older one. */
  readonly placeId?: string;
  /** Whether there were more when it was asked for. */
  readonly hasMore: boolean;
}

export interface FollowQuery {
  /** Only events kept after the one at this place, which need not exist any more; 0: from the first. */
  readonly place: number;
  readonly gate?: string | undefined;
  readonly type?: string | undefined;
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined;
}

export interface SearchQuery {
  /** Looked for byte for byte in the body, the URL, and names and values of headers. */
  readonly text: string;
  readonly gate?: string | undefined;
  /** Where to go on: the `next` of the answer before. */
  readonly before?: string | undefined;
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined;
}

/** The newest events first. */
export interface SearchPage {
  readonly events: readonly EventMatchView[];
  /** Events looked at. */
  readonly searched: number;
  /** Ids of those among them that are damaged in the store, and could not be searched. */
  readonly damaged: readonly string[];
  /** Give it as `before` to go on; absent where all were looked at. A page may be empty and have one. */
  readonly next?: string;
}

/** An event, and where the text stands in it first. */
export interface EventMatchView extends EventSummaryView {
  readonly matches: 'body' | 'url' | 'header';
  /** The name of the header, where it is one. */
  readonly header?: string;
}

/** An event as it is exported: a line of JSON. */
export interface ExportedEventView {
  readonly id: string;
  readonly gate: string;
  readonly receivedAtMs: number;
  readonly method: string;
  readonly url: string;
  /** As received; in the Latin-1 letters of their bytes. Values that are withheld are empty. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyBase64: string;
  /** Of the body as received, in hex. */
  readonly bodySha256: string;
  /** How long it was, where its gate keeps the SHA-256 in its place; it is empty then. */
  readonly hashedBytes?: number;
  readonly provider: string;
  readonly keyId: string;
  /** Whose key it is, where the gate looks keys up by tenant. Absent where it does not, and of an erased event. */
  readonly tenant?: string;
  readonly type?: string;
  /** Lower-case names of headers whose values are withheld. */
  readonly withheld?: readonly string[];
  /** Their values under the storeKey. */
  readonly sealedBase64?: string;
  readonly forwarded?: { readonly scheme?: 'https' | 'http'; readonly host?: string };
  readonly verdict?: { readonly reading?: string; readonly timestampMs?: number; readonly evidence: object };
  /** What is left of it once it was erased. */
  readonly erased?: { readonly sha256: string; readonly bodyBytes: number; readonly erasedMs: number };
  readonly deliveries: readonly {
    readonly destination: string;
    readonly state: string;
    readonly attempts: number;
  }[];
}

/** The oldest events first. */
export interface ExportPage {
  readonly events: readonly ExportedEventView[];
  /** Ids of events before `cursor` that are damaged in the store, and could not be exported. */
  readonly damaged: readonly string[];
  /** The `place` to go on from. */
  readonly cursor: number;
  readonly hasMore: boolean;
}

export interface ExportQuery {
  /** As of `follow`. */
  readonly place: number;
  readonly gate?: string | undefined;
}
