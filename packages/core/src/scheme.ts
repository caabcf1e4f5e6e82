/** What a scheme must say so that the pipeline can judge and sign with it; and what a passage through the pipeline holds. */
import type { Message } from './crypto/backend.ts';
import type { Draft } from './draft.ts';
import type { Origin } from './effective-request.ts';
import type { FoundKeys, KeyForm, KeyQuery, KeyRing, KeySpec, RingKey } from './keys.ts';
import type {
  Accepted,
  Coverage,
  Evidence,
  Handshake,
  MaybePromise,
  ReplayIdentity,
  SignedRequest,
} from './model.ts';
import type { Objection } from './objection.ts';
import type { Sliced } from './pause.ts';
import type { Step } from './refusals.ts';
import type { TracedMessage } from './trace.ts';

/** What to do when the key that proves the request may not be used. */
export const UNUSABLE_KEY =
  'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.';

const NO_SIGNATURES: readonly (readonly Uint8Array[])[] = [];
const NO_HINTS: readonly (string | undefined)[] = [];

/**
 * One request on its way through the pipeline, and the record of it: at which step it is, and what each step has read
 * so far. Never leaves the engine.
 */
export class Passage<Found = unknown> implements KeyQuery {
  readonly request: SignedRequest;
  readonly nowMs: number;
  /** What its scheme has found in it. */
  readonly found: Found;
  /** The step that it is at; of a refused request the one that refused it. */
  step: Step = 'receive';
  /** Decoded signatures or tokens that were found in it, by the scheme's variants. */
  signatures: readonly (readonly Uint8Array[])[] = NO_SIGNATURES;
  /** Signatures of the scheme's labels that do not decode, beside others that do. */
  signaturesSkipped = 0;
  namedKeyId: string | undefined;
  /**
   * Ids that it names and no key is left out for: of each of several signatures, undefined where one names none; the `kid`
   * of a token of secrets, of which all are tried. They can only say where keys are looked for.
   */
  keyHints: readonly (string | undefined)[] = NO_HINTS;
  /** The action that it asks for, where keys are bound to actions. */
  action: string | undefined;
  /** The keys that are held against it. */
  keys: FoundKeys | undefined;
  timestampText: string | undefined;
  timestampMs: number | undefined;
  key: RingKey | undefined;
  reading: Reading | undefined;
  message: Message | undefined;
  /** The one that is proved. */
  signature: Uint8Array | undefined;
  comparisons = 0;
  readingsTried = 0;
  /** Pairs of a public key and a signature that were tried. */
  slowTries = 0;
  /** Every message that was made; kept only where somebody asks for the whole way. */
  messages: TracedMessage[] | undefined;
  /** How long a body may be, and what it decompresses to. */
  maxBodyBytes: number = Number.POSITIVE_INFINITY;
  /** Why it was refused. */
  objection: Objection | undefined;

  constructor(request: SignedRequest, nowMs: number, initial: Found) {
    this.request = request;
    this.nowMs = nowMs;
    this.found = initial;
  }
}

/** Tells of each step of a passage as the request comes to it. Only a passage that is watched pays for it. */
export function watchSteps(passage: Passage, onStep: (step: Step) => void): void {
  let current = passage.step;
  Object.defineProperty(passage, 'step', {
    get: () => current,
    set(step: Step) {
      current = step;
      onStep(step);
    },
  });
}

/** One way to read a request into a message. */
export interface Reading<Found = unknown> {
  /** Named in the verdict; empty where the scheme has one reading only. */
  readonly name: string;
  /** The message, or undefined where this reading does not apply, or an objection where a covered part is absent. */
  message(passage: Passage<Found>): Message | Objection | undefined;
  /** The signatures that are of this message alone, by variant. Absent: all that were found. */
  signatures?(passage: Passage<Found>): Passage['signatures'];
  /** The id of the key that the message names as its own: no other is held against it. Absent: any key. */
  keyId?(passage: Passage<Found>): string | undefined;
}

/** What a proof covers, as claims tell it: without what only says which key or signature it is. */
export interface ProvedContent {
  /** The signed id, where the scheme goes by one. */
  readonly id: string | undefined;
  /** All that is signed; it counts where there is no id. */
  readonly content: Message;
  /** The first instant at which the proof is stale; undefined where time does not end it. */
  readonly untilMs: number | undefined;
  /** Within what it is one of its kind, where that is narrower than the gate: see `ReplayRules.scope`. */
  readonly scope?: string | undefined;
}

/**
 * How a scheme's proof is found, checked and made: data first, then what it does at each step, in the order of the steps.
 * What it finds at one step and needs at a later one stands in `Passage.found`, for which it gives the type.
 */
export interface Scheme<Found = unknown> {
  readonly name: string;
  readonly proof: 'signature' | 'token';
  /** What the proof covers but for headers, which are in their roles. */
  readonly coverage: Omit<Coverage, 'headers'>;
  readonly keys: KeyRules;
  readonly headers: HeaderRoles;
  /** Whom every request was sent to, where the operator says so. Absent: what the request says. */
  readonly origin?: Origin;
  /** Tests of the endpoint that a platform sends unsigned, or signed. */
  readonly handshakes: readonly HandshakeRule<Found>[];
  /** What its sender wants to read where a request was taken; it sends again what was answered otherwise. Absent: the status is enough. */
  readonly acknowledgement?: string;
  /**
   * Whether a verdict can depend on the body. False: the proof sits in the head and covers nothing else, so that the
   * body may be passed on while it comes.
   */
  readonly readsBody: boolean;
  /** Makes `Passage.found` for a new request, with nothing found yet. */
  open(): Found;
  /** extract, in the head: finds and decodes what of the proof is there. Must not look at the body, which may not have come. */
  extractHead(passage: Passage<Found>): Objection | undefined;
  /** extract, in the body: parses it where the proof is inside; and what has to know whether there is one. */
  extractBody?(passage: Passage<Found>): MaybePromise<Objection | undefined>;
  /** canonical: how the message may be read, in this order. */
  readonly readings: readonly Reading<Found>[];
  /** compare, after a key has matched: what else the proof must hold (a token's claims and binding). */
  confirm?(passage: Passage<Found>): MaybePromise<Objection | undefined>;
  /** fresh: judges time. Absent: nothing of it says a time. */
  judgeTime?(passage: Passage<Found>): Objection | undefined;
  /** What else the verdict tells of a request that is proved. */
  tell?(passage: Passage<Found>): Told;
  /** replay. Absent: requests of one proof cannot be told apart, and nothing is claimed. */
  readonly replay?: ReplayRules<Found>;
  /** sign: the draft with its proof. */
  sign(draft: SigningDraft): MaybePromise<SignedRequest>;
  /** What it was built of, for `explain`, which builds it otherwise. */
  readonly declared: Declared;
}

/** The options of a scheme, and what builds another of them. */
export interface Declared<Options = unknown> {
  /** Says what the options are: one of `explain/declared.ts`. */
  readonly type: string;
  readonly options: Options;
  build(options: Options): Scheme;
  /** Of what proves the request besides: a message signature beside a token. */
  readonly beside?: Declared;
}

/** What a scheme takes as keys. */
export interface KeyRules {
  readonly forms: readonly KeyForm[];
  /** Whether the scheme says itself from which address they come. */
  readonly fromAddress: boolean;
  /** Where a request names its key by the id, e.g. `header x-key-id`: it is read byte by byte. Absent: nowhere, or where the scheme reads text. */
  readonly idPlace?: string;
  /** Builds the ring, a key a slice, where keys are no plain forms (JWK, key sets, keys by address). Absent: by `forms`. */
  create?(specs: readonly (string | KeySpec)[], context: KeyContext): Sliced<KeyRing>;
}

/** Lower-case names of headers, by what they are to a scheme. */
export interface HeaderRoles {
  /** They carry the proof. */
  readonly proof: readonly string[];
  /** They carry a JSON Web Token: what it says of itself is shown to operators. */
  readonly token: readonly string[];
  /** The proof covers them besides. */
  readonly covered: readonly string[];
  /** The proof is bound to their values: as a rule a person’s credentials. */
  readonly bound: readonly string[];
}

/** Members of the verdict that a scheme fills. */
export type Told = Pick<Accepted, 'claims' | 'fields' | 'coveredHeaders' | 'confirmUrl'>;

/** @param readId called once, when the verdict’s id is read */
export type LateVerdict = (
  provider: string,
  keyId: string,
  evidence: Evidence,
  readId: () => string | undefined,
) => Accepted;

/** By what requests of a scheme are told apart, and for how long. */
export interface ReplayRules<Found> {
  readonly by: Exclude<ReplayIdentity, 'none'>;
  /** How often one identity is taken; at most 1000. */
  readonly uses: number;
  /** Whether a proof is for one request, whatever becomes of it: a nonce that must be there, a token that is consumed. */
  readonly singleUse: boolean;
  /** Makes a verdict that looks for the signed id in the body only when its `id` is read. */
  readonly lateVerdict?: LateVerdict;
  /** The signed id, where there is one. */
  id(passage: Passage<Found>): string | undefined;
  /** All of the signed content. */
  content(passage: Passage<Found>): Message;
  /** Whose request it is, or what it is for, where ids and contents are told apart within that alone. Absent, or undefined: the gate. */
  scope?(passage: Passage<Found>): string | undefined;
  /** What a repeat of an id must have in common with the first: a request of that id that is another is refused, and never answered as the first was. Absent: the id decides. */
  restOfId?(passage: Passage<Found>): Uint8Array;
  /**
   * What the request's other genuine proofs cover, if it carries several and they differ: each could come alone.
   * Absent: it carries one, or all cover the same. An objection where that cannot be told, for their keys are not to be had.
   */
  further?(passage: Passage<Found>, keys: KeyRing): MaybePromise<readonly ProvedContent[] | Objection>;
  /**
   * Whether these are parts of what the request tells, each proved by itself: where one of them came before, the others may not have, and no
   * sender hears that all was received. Default false: each says the whole again.
   */
  readonly areParts?: boolean;
  /** Until when a repeat would still be fresh, milliseconds since the epoch; undefined where time does not end it. */
  untilMs(passage: Passage<Found>): number | undefined;
  /**
   * The signed time from which a signed id is remembered, milliseconds since the epoch, where a sender signs anew what it sends
   * again. Undefined: the id is of one proof, and goes with it.
   */
  signedMs(passage: Passage<Found>): number | undefined;
}

/** The content of a scheme whose message is all that is signed. */
export function messageOf({ message }: Passage): Message {
  return message as Message;
}

/** What a key ring that is fetched needs. */
export interface KeyContext {
  /** What a request names all of these keys by, where a function finds them by it: the id of those that have none. */
  readonly name: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Told of what an operator should know and no request shows. */
  readonly report: (problem: string) => void;
}

/** A draft with everything that signing needs. */
export interface SigningDraft extends Omit<Draft, keyof SignedRequest | 'timestampMs'>, SignedRequest {
  readonly timestampMs: number;
  readonly key: RingKey;
}

/** How a key is handed over. */
export interface DeliveryRule<Found> {
  /** Undefined: what came is none. */
  key(passage: Passage<Found>): string | undefined;
  /** The header that holds it, in lower case: whoever keeps such a request must not keep that. Absent: it is in the body. */
  readonly header?: string;
  /** Of a gate before it has one. */
  ringBefore(): KeyRing;
}

/** How a platform's test is told, and answered. Data on the provider. */
export interface HandshakeRule<Found = unknown> {
  /** Whether this rule reads proved requests, or those that carry no signature at all. */
  readonly isSigned: boolean;
  /** A method of tests alone: no request of it is taken for anything else. Absent: tests have the method of all requests. */
  readonly method?: 'GET' | 'HEAD';
  /** Of one that signs what an unsigned request holds: refuses a proved request that such a text could be. */
  refuses?(passage: Passage<Found>): Objection | undefined;
  /** Whether a request that is refused is this test, as the platform sends it with wrong signatures to see that it is refused. */
  isProbe?(passage: Passage<Found>): boolean;
  /** The test hands over a key: it is answered where the gate takes that. */
  readonly delivery?: DeliveryRule<Found>;
  /**
   * Undefined, also as a promise: the request is no such test.
   * @param signingKey the key that proved the request, else the one that signs; undefined where none can sign now
   */
  read(passage: Passage<Found>, signingKey: () => RingKey | undefined): MaybePromise<Handshake | undefined>;
}
