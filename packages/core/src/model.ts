/**
 * The nouns of Countersign, and the verbs that mean one thing. Read this file first: every other file speaks in these words.
 *
 * - **gate**: how requests to one path prove themselves, and with which keys.
 * - **scheme**: how a proof is carried, what it covers, how it is checked. **provider**: a named scheme. **declared scheme**: one that the
 *   operator writes down as data.
 * - **proof**: what the request carries (signature, token). **message**: the exact bytes that the proof covers; a scheme's `message` says of
 *   what they are made. **token claim**: a member of a token's payload, such as `exp`. RFC 7519 calls these `claims`, and so do a
 *   verdict, a draft and `sign --claims`: what they hold is a token's, never the replay guard's.
 * - **reading**: one way to read a request into a message; the first that matches wins and is named.
 * - **place**: where something stands: in a request, a file or a value; and in the store, as a number that grows with each event or delivery
 *   and never comes again.
 * - **key ring**: the keys a gate accepts: a list, or what is fetched for a request.
 * - **step**: one of the ten on a request's way, in the order of `STEPS`. **passage**: one request on its way through the steps, and the record
 *   of it. **trace**: what of that record is for the operator.
 * - **judge**: to hold what comes from outside, a request or a part of one, against what is demanded; it changes nothing. **verdict**: what the
 *   gate decided, with its **evidence**. **objection**: why a step refuses, before it is a verdict.
 * - **problem**: one sentence for the operator that says what is wrong; **remedy**: one that says what to do. A refusal is a value where
 *   others throw: it has the problem as `message`, as JavaScript's errors do, and so has its line in the log. In what the admin API
 *   refuses with it is `detail` (RFC 9457).
 * - **claim**: one request's identity in the replay guard: `begin` → `commit` or `abort`; what is called `claim` or `claimId` is of it.
 *   **lease**: how long one that was begun is held without a word of its holder; so is a delivery that was taken to be sent. **repeat**: a request whose claim is taken already.
 *   **give up**: to forget a committed claim before its end, for want of room; never while a copy of its request is fresh.
 * - **receive**: to take a request in and see it through all steps; the first step, which holds it against the bounds, has its name.
 * - **act**: what is done with an accepted request, at most once; the step before the last. **respond**: to send the answer; the last step.
 * - **engine**: this package: all that proves and signs, without a server.
 *
 * In what explains a refusal (`explain/`):
 *
 * - **hypothesis**: one thing that may have gone wrong. **trial**: a request with its gate and clock, as it is judged once more; **change**: what
 *   a hypothesis makes other in it. **finding**: a hypothesis that holds, for the operator, with its **certainty** and its **mend**: what
 *   a refusal calls its remedy, of a cause that is known.
 *
 * And in the gateway:
 *
 * - **endpoint**: what a path leads to: a gate, a route of a session, or an answer of the gateway's own.
 * - **core gate**: the part of a gateway's gate that proves requests: a gate of the engine. The gateway's gate has a path and an outcome besides.
 * - **outcome**: what a gate does with an accepted request: answer, forward, keep or respond (a fixed answer, and nothing else).
 *   **action**: a handler of the operator's that answers. **reply**: what an outcome came to.
 * - **event**: a request that was kept, byte-exact. **record**: a small value under a key, encrypted by its owner. **store**: what keeps events,
 *   deliveries, claims, records, refused requests and issues. **data key**: a random key under which the store's secrets are sealed; its data
 *   keys are in its **keyset**, one record, which is sealed under the `storeKey`. **seal**: to encrypt for one place; elsewhere it does not open.
 * - **destination**: where events go: a URL, a command, a file, a subject of NATS, an action. Its **condition** is what is kept of it: whether it is
 *   active, paused (by an operator) or disabled (by its failures), whether it is **muted**, so that what comes for it is noted and not sent, and
 *   since when it fails. **filter**: which events it gets. **transformation**: a function of the operator's that makes of an event what it gets.
 * - **delivery**: an event on its way to one destination. **attempt**: one try of a delivery (of a claim: one run of its request). **settlement**: what
 *   an attempt did to its delivery, as it is written: then the attempt is settled. **round**: all attempts from a delivery's beginning, or its
 *   last redrive, on. **dead**: said of a delivery that gets no further attempt by itself, a dead letter; these are the dead-letter queue.
 *   **redrive**: to begin a new round. **order key**: what events share that one destination gets one after the other.
 * - **drain**: to let what is there run out: what is under way, while a part that ends takes nothing new; what has waited for a destination that
 *   is resumed, so many a second.
 * - **upkeep**: what is done to a store as a whole: copied, verified, counted. **mask**: what of a kept request is shown to nobody. **erase**: to take
 *   an event out of every file of the store; its **tombstone** stays: the hash and the length of its body, and when it was erased.
 * - **issue**: the failures of one gate or destination for one reason, as one line; open, acknowledged or closed.
 * - **session**: routes that a front end and a vendor call, below one path. **broker**: a vendor's part of one: what the routes answer.
 * - **sandbox**: a simulated platform.
 */
import type { HeaderList } from './headers.ts';
import type { RefusalReason, Step } from './refusals.ts';

export type * from './coverage-model.ts';

/** A value that is there now, or a promise of it. On Node every verdict of an HMAC scheme is there now. */
export type MaybePromise<T> = T | Promise<T>;

/** A request as it came off the wire. Nothing in it has been parsed, decoded or normalised. */
export interface SignedRequest {
  /** As received, e.g. `POST`. */
  readonly method: string;
  /** Absolute (`https://host/path?query`) or as in the request line (`/path?query`). What is neither is refused. */
  readonly url: string;
  readonly headers: HeaderList;
  /** The bytes as received, never decompressed or re-encoded. */
  readonly body: Uint8Array;
  /** The client’s IP address, behind listed proxies the one that they name. Absent: not known. */
  readonly remoteAddress?: string;
  /** What a proxy that the receiver trusts says of whom the client spoke to: believed before the URL and the Host field. */
  readonly forwarded?: { readonly scheme?: 'https' | 'http'; readonly host?: string };
}

/** What of a request is there before its body. */
export type RequestHead = Omit<SignedRequest, 'body'>;

/** What each step read. Safe to log: holds no secret, no token, no signature and no body. */
export interface Evidence {
  /** The provider's id, or the scheme's name where no provider is named. */
  readonly provider: string;
  readonly bodyBytes: number;
  /** Signatures or tokens found in the request, proved or not; 0 when none was found. */
  readonly signatures: number;
  /** Signatures that did not decode and were passed over, since others did. Absent where there are none. */
  readonly signaturesSkipped?: number;
  /** Keys that were held against its messages: each key counts once for each reading that it was tried under. */
  readonly comparisons: number;
  readonly readingsTried: number;
  /** The key id that the request names, where the scheme has one. Not proved by itself. */
  readonly namedKeyId?: string;
  /** The timestamp's text as received. */
  readonly timestampText?: string;
  readonly timestampMs?: number;
  /** When the request was judged. */
  readonly nowMs: number;
}

/** The request is genuine, unchanged and fresh. */
export interface Accepted {
  readonly ok: true;
  readonly provider: string;
  /** The id of the key that matched. */
  readonly keyId: string;
  /** Whose key it is, as whoever keeps the keys says: not what the request says of itself. Absent: keys are of no tenant. */
  readonly tenant?: string;
  /** The action that this key is bound to, and so the one that the request asks for. Absent: the key is bound to none. */
  readonly action?: string;
  /** The reading that matched, where the scheme has more than one. */
  readonly reading?: string;
  /**
   * The sender's id of the event, where the signature covers it. Where it is a member of the body, the body is parsed
   * when this is first read: before that a spread copy lacks it.
   */
  readonly id?: string | undefined;
  /** The signed timestamp, milliseconds since the epoch. */
  readonly timestampMs?: number;
  /** A token's claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Fields of a form, or members of a JSON body, that the signature covers, as received (schemes that sign these); blank ones, which a sender may leave unsigned, are left out. */
  readonly fields?: ReadonlyMap<string, string>;
  /** Lower-case names of the headers that the proof covers, where its sender chooses them (HTTP message signatures). */
  readonly coveredHeaders?: readonly string[];
  /**
   * The request asks for a subscription to be confirmed: the sender wants this address called, once, by GET, before it sends more. It is proved, over
   * https and at a host of the sender’s own. A gateway calls it; a program does so where it wants the subscription, without following redirects.
   */
  readonly confirmUrl?: string;
  readonly evidence: Evidence;
}

/** The request is refused. `reason` is for the operator; the sender learns a status only. */
export interface Refused {
  readonly ok: false;
  readonly provider: string;
  readonly reason: RefusalReason;
  readonly step: Step;
  /** One sentence: what happened. Holds no secret. */
  readonly message: string;
  /** For the operator: what to do about it. */
  readonly remedy: string;
  /**
   * It looks like what the platform sends with a wrong signature to see that it is refused. Nobody has proved that: it is refused as any other, and
   * only whoever is alarmed by refusals may take it for less, for a few of them.
   */
  readonly isProbe?: true;
  /** For `replayed`: whether the first request has ended, and what it was answered. */
  readonly repeat?: Repeat;
  /** For `replayed`: the claim that is held; an operator can release it. */
  readonly claim?: Claim;
  readonly evidence: Evidence;
}

export type Verdict = Accepted | Refused;

/** A request's identity in the replay guard, made of signed content only, and until when it is remembered. */
export interface Claim {
  /** 16 bytes. */
  readonly identity: Uint8Array;
  /** Until when a repeat is known: milliseconds since the epoch, a whole number. */
  readonly untilMs: number;
  /**
   * Where an id is remembered for longer than a copy of these very bytes is fresh: until when a copy would be, a whole number. The guard
   * must not forget the claim before, and may where it needs room from then on. Absent: it may not before `untilMs`.
   */
  readonly freshUntilMs?: number;
  /** Where a request carries several genuine proofs of different content, the claims of the others: held with this one. */
  readonly further?: readonly Claim[];
}

/** A claim that its request holds: the caller of `receive` acts on it. */
export interface BegunClaim extends Claim {
  /** 1, and one more for each time that the same request ran before and came to nothing, as far as the replay guard knows. */
  readonly attempt: number;
}

/** A request that was seen before. */
export type Repeat =
  | { readonly state: 'in-flight'; readonly retryAfterMs: number }
  | {
      readonly state: 'committed';
      /** Whether the sender is to hear that it was received (2xx), rather than that it is refused (409). */
      readonly acknowledge: boolean;
      readonly answer?: Uint8Array;
    };

/**
 * What a sender hears of a repeat whose first request has ended well. `acknowledge`: 2xx with an empty body, since a webhook
 * sender counts 409 as a failure, tries for days and then disables the endpoint. `refuse`: 409. `by-id`: acknowledged
 * where the request carries its signed id, refused where it has none.
 */
export type Repeats = 'acknowledge' | 'refuse' | 'by-id';

/** A platform's test of the endpoint: answered as it says; never runs an action. */
export interface Handshake {
  /** The action that the platform tests; answer only if there is one of this name. Absent: always answer. */
  readonly action?: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** What the platform wants to see of headers besides, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}
