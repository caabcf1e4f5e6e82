/** What a scheme must say so that the pipeline can judge and sign with it; and what a passage through the pipeline holds. */
import type { Message } from './crypto/backend.ts';
import type { Draft } from './draft.ts';
import type { Origin } from './effective-request.ts';
import type { KeyForm, KeyRing, KeySpec, RingKey } from './keys.ts';
import type { Coverage, Handshake, MaybePromise, ReplayIdentity, SignedRequest } from './model.ts';
import type { Objection } from './objection.ts';
import type { FormFault, FormField } from './text/form.ts';
import type { JsonObjectText } from './text/json-text.ts';

/** What to do where a key proves that may not. */
export const UNUSABLE_KEY =
  'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if it is to be taken.';

/** One request on its way through the pipeline: what each step has read so far. Never leaves the engine. */
export class Passage {
  readonly request: SignedRequest;
  readonly nowMs: number;
  /** Decoded signatures or tokens, by the scheme's variants. */
  signatures: readonly (readonly Uint8Array[])[] = [];
  /** Signatures of the scheme's labels that do not decode, beside others that do. */
  signaturesSkipped = 0;
  namedKeyId: string | undefined;
  timestampText: string | undefined;
  timestampMs: number | undefined;
  json: JsonObjectText | undefined;
  /** The id, once it is read; null where it was looked for in the body and is none. */
  id: string | null | undefined;
  form: readonly FormField[] | undefined;
  /** The parameters of the URL’s query, once one is asked for. */
  query: readonly FormField[] | FormFault | undefined;
  /** A token's text before its signature. */
  signingInput: string | undefined;
  claims: Readonly<Record<string, unknown>> | undefined;
  /** What was found before the compare, and is judged after it. */
  late: MaybePromise<Objection | undefined>;
  key: RingKey | undefined;
  reading: Reading | undefined;
  message: Message | undefined;
  keysTried = 0;
  readingsTried = 0;

  constructor(request: SignedRequest, nowMs: number) {
    this.request = request;
    this.nowMs = nowMs;
  }
}

/** One way to read a request into a message. */
export interface Reading {
  /** Named in the verdict; empty where the scheme has one reading only. */
  readonly name: string;
  /** The message, or undefined where this reading does not apply, or an objection where a covered part is absent. */
  message(passage: Passage): Message | Objection | undefined;
  /** The id of the key that the message names as its own: no other is held against it. Absent: any key. */
  keyId?(passage: Passage): string | undefined;
}

/** What a proof covers, as claims tell it: without what only says which key or signature it is. */
export interface ProvedContent {
  /** The signed id, where the scheme goes by one. */
  readonly id: string | undefined;
  /** All that is signed; it counts where there is no id. */
  readonly content: Message;
  /** The first instant at which the proof is stale; undefined where time does not end it. */
  readonly untilMs: number | undefined;
}

/** How a scheme's proof is found, checked and made. The pipeline asks in this order. */
export interface Scheme {
  readonly name: string;
  readonly proof: 'signature' | 'token';
  readonly keyForms: readonly KeyForm[];
  /** Builds the key ring where keys are no plain forms (JWK, key sets, keys by address). Absent: by `keyForms`. */
  createKeys?(specs: readonly (string | KeySpec)[], context: KeyContext): KeyRing;
  readonly replay: ReplayIdentity;
  /** Whether the signed id has to be looked for in the body, which a verdict does when it is asked for it. */
  readonly isIdInBody?: boolean;
  /** How often one identity is taken. Default 1; at most 1000. */
  readonly uses?: number;
  /** Whether a proof is for one request, whatever becomes of it: a nonce that must be there, a token that is consumed. Default false. */
  readonly singleUse?: boolean;
  readonly coverage: Coverage;
  /** Lower-case names of the headers that carry the proof. */
  readonly proofHeaders: readonly string[];
  /** Lower-case names of the headers that carry a JSON Web Token: what it says of itself is shown to operators. Default none. */
  readonly tokenHeaders?: readonly string[];
  /** Lower-case names of further headers that the proof covers. */
  readonly coveredHeaders: readonly string[];
  /** Lower-case names of the headers that a proof covers, where its sender chooses them. */
  coveredBy?(passage: Passage): readonly string[];
  /** Whom every request was sent to, where the operator says so. Absent: what the request says. */
  readonly origin?: Origin;
  /** Lower-case names of the headers whose values the proof is bound to: as a rule a person’s credentials. Default none. */
  readonly boundHeaders?: readonly string[];
  readonly readings: readonly Reading[];
  /** Tests of the endpoint that a platform sends unsigned, or signed. */
  readonly handshakes: readonly HandshakeRule[];
  /**
   * Whether a verdict can depend on the body. False: the proof sits in the head and covers nothing else, so that the
   * body may be passed on while it comes.
   */
  readonly readsBody: boolean;
  /** extract, in the head: finds and decodes what of the proof is there. Must not look at the body, which may not have come. */
  extractHead(passage: Passage): Objection | undefined;
  /** extract, in the body: parses it where the proof is inside; and what has to know whether there is one. */
  extractBody(passage: Passage): MaybePromise<Objection | undefined>;
  /** compare, after a key has matched: what else the proof must hold (a token's claims and binding). */
  confirm(passage: Passage): MaybePromise<Objection | undefined>;
  /** fresh: judges time. */
  judgeTime(passage: Passage): Objection | undefined;
  /** replay: the signed id, where there is one. */
  signedId(passage: Passage): string | undefined;
  /** replay: all of the signed content. Absent: the message. */
  content?(passage: Passage): Message;
  /**
   * replay: what the request's other genuine proofs cover, if it carries several and they differ: each could come
   * alone. Absent: it carries one, or all cover the same.
   */
  further?(passage: Passage, keys: KeyRing): MaybePromise<readonly ProvedContent[]>;
  /** Until when a repeat would still be fresh, milliseconds since the epoch; undefined where time does not end it. */
  freshUntilMs(passage: Passage): number | undefined;
  /** sign: the draft with its proof. */
  sign(draft: SigningDraft): MaybePromise<SignedRequest>;
}

/** extract: head, then body. */
export function extract(scheme: Scheme, passage: Passage): MaybePromise<Objection | undefined> {
  return scheme.extractHead(passage) ?? scheme.extractBody(passage);
}

/** What a key ring that is fetched needs. */
export interface KeyContext {
  readonly fetch: typeof globalThis.fetch;
  /** Told of what an operator should know and no request shows. */
  readonly report: (problem: string) => void;
}

/** A draft with everything that signing needs. */
export interface SigningDraft extends Omit<Draft, keyof SignedRequest | 'timestampMs'>, SignedRequest {
  readonly timestampMs: number;
  readonly key: RingKey;
}

/** How a platform's test is told, and answered. Data on the provider. */
export interface HandshakeRule {
  /** Whether this rule reads proved requests, or those that carry no signature at all. */
  readonly signed: boolean;
  read(passage: Passage): Handshake | undefined;
}
