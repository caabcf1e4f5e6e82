/** The gate: one provider or scheme, its keys, a clock and a replay guard, ready to judge and to sign. */
import type { Acted } from './acted.ts';
import type { ActionChoice, BoundActions } from './action-choice.ts';
import type { Draft } from './draft.ts';
import type { KeyFunction, KeyLookupOptions } from './keys/key-hint.ts';
import type { KeyInfo, KeyInput, KeyRing, KeySpec } from './keys.ts';
import type {
  Accepted,
  BegunClaim,
  Coverage,
  Handshake,
  MaybePromise,
  Refused,
  Repeats,
  RequestHead,
  SignedRequest,
  Verdict,
} from './model.ts';
import type { NoOptions, ProviderOptions, SchemeOptions } from './option-types.generated.ts';
import type { Provider, SetProvider } from './provider.ts';
import type { Step } from './refusals.ts';
import type { ReplayGuard } from './replay.ts';
import type { RequestSource } from './request-from.ts';
import type { Scheme } from './scheme.ts';
import type { TenantChoice } from './tenant-keys.ts';
import type { Trace } from './trace.ts';

/** The id of a provider. */
export type ProviderId = keyof ProviderOptions;

/** The id of a provider that needs no options. */
export type BareProviderId = {
  [Id in ProviderId]: NoOptions extends ProviderOptions[Id] ? Id : never;
}[ProviderId];

/** A provider's id, alone or with its options: `'github'`, `{ id: 'approov', binding: ['authorization'] }`. */
export type ProviderIdChoice =
  | BareProviderId
  | { [Id in ProviderId]: { readonly id: Id } & ProviderOptions[Id] }[ProviderId];

/** A provider that is imported: `github`, or with its options `withOptions(stripe, { toleranceMs: 60_000 })`. */
export type ImportedProvider = { [Id in BareProviderId]: Provider<Id> }[BareProviderId] | SetProvider;

/** A provider by its id, or one that is imported. */
export type ProviderChoice = ProviderIdChoice | ImportedProvider;

/** A declared scheme: what a provider would say of it, as data. Its type is `template`, a signature over a template, where it says none. */
export type SchemeDeclaration =
  | ({ readonly type?: 'template' } & SchemeOptions['template'])
  | { [Type in TypedScheme]: { readonly type: Type } & SchemeOptions[Type] }[TypedScheme];

type TypedScheme = Exclude<keyof SchemeOptions, 'template'>;

export interface GateOptions {
  /** A ready-made provider. Give this or `scheme`. */
  readonly provider?: ProviderChoice;
  /** A declared scheme: what a provider would say of it, as data. */
  readonly scheme?: SchemeDeclaration;
  /**
   * At least one, unless the scheme’s keys come from an address (`jwks`). A string stands for `{ secret }`, and undefined is refused. Or a function
   * that finds them by what a request names, whose every result is judged as a list is. Signing wants a list.
   */
  readonly keys?: readonly KeyInput[] | KeyFunction;
  /**
   * What of a request names its action, where keys are bound to actions (`for`): `actionFrom('path', …)`. A request is held against the keys
   * of that action alone, and claimed by action. Default: keys are bound to none.
   */
  readonly action?: ActionChoice;
  /** Takes secrets of less than 8 bytes, which a search finds. Default false: they are refused. */
  readonly allowShortKey?: boolean;
  /**
   * In place of `keys`, for a gate of many tenants, as `tenantsFrom` makes it: what of a request says whose it is, and what finds that tenant’s keys. A request is held
   * against the keys of that tenant alone, and claimed by tenant; the verdict’s `tenant` is whose key has proved it. Signing wants a list.
   */
  readonly tenants?: TenantChoice;
  /** Bounds of a function of keys, and of tenants’: how long a call may take, how long and for how many key ids or tenants its results are kept. */
  readonly keyLookup?: KeyLookupOptions;
  /**
   * Asked of a key that a platform hands over in a test of the address (Asana, Notion), and which nobody has proved: whoever knows the address can send
   * one. True: it was taken and is kept, and the test is answered. Default: none is taken, and such a test is refused.
   */
  readonly takeKey?: (key: string) => MaybePromise<boolean>;
  /** Keeps this gate's claims apart from other gates' claims in a shared guard. Default: the provider's id. */
  readonly id?: string;
  /** Default: a `MemoryReplayGuard` of the gate's own, where the scheme has an identity. */
  readonly replay?: ReplayGuard;
  /** How long a claim is held if the process ends while the action runs; renewed until it has ended. Default 60,000 ms. */
  readonly leaseMs?: number;
  /**
   * How long a committed claim is remembered where no time is signed, or where an id is: from its signed time on; less, but never less than
   * it is fresh, where the guard has no room. Default 24 h, or for as long as the provider’s sender sends again what was not taken.
   */
  readonly rememberMs?: number;
  /** What a sender hears of a repeat. Default: as the provider says; `refuse` for a declared scheme. */
  readonly repeats?: Repeats;
  /** Default 1,048,576. */
  readonly maxBodyBytes?: number;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** What fetches keys that have an address (`jwks`). Default: the runtime’s. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of problems that no verdict shows, e.g. that a key set could not be refreshed. Default: nobody. */
  readonly report?: (problem: string) => void;
}

/** What `receive` came to. */
export type Received<T> =
  | {
      readonly kind: 'done' | 'failed';
      readonly verdict: Accepted;
      readonly value: T;
      /** What the sender wants to read where its request was taken. Absent: the status is enough. */
      readonly acknowledgement?: string;
    }
  | { readonly kind: 'handshake'; readonly handshake: Handshake }
  | { readonly kind: 'refused'; readonly verdict: Refused };

export interface Gate {
  readonly id: string;
  /** The provider's id, or the scheme's name. */
  readonly provider: string;
  readonly keys: KeyRing;
  /** What tells which action a request asks for, where keys are bound to actions. */
  readonly action: BoundActions | undefined;
  readonly coverage: Coverage;
  /** Lower-case names of the headers that carry the proof; a forwarder may strip them. */
  readonly proofHeaders: readonly string[];
  /** The scheme behind the gate. */
  readonly scheme: Scheme;
  /** A longer body is refused: whoever reads one for the gate need not read on. */
  readonly maxBodyBytes: number;
  /**
   * Judges a request before its body is there: what `verify` would refuse whatever the body is, for the same reason and
   * at the same step (no proof, one that is malformed, names another algorithm). Compares nothing and claims nothing.
   * Undefined where the body has to be read; always where the proof sits inside the body.
   */
  refuseHead(head: RequestHead): Refused | undefined;
  /**
   * Judges a request: receive → extract → canonical → compare → fresh. Claims nothing.
   * @throws SetupError for what is no request; see `requestFrom`.
   */
  verify(request: RequestSource): MaybePromise<Verdict>;
  /** Judges a request as `verify` does, and keeps what was read and made on the way. For `explain`; not for the sender. */
  trace(request: RequestSource): MaybePromise<Trace>;
  /**
   * Judges a request, claims its identity, and runs `act` once. `done(value)` commits the claim, `done(value, answer)` with an answer for
   * repeats; `failed(value)` frees it, so that the sender's retry runs; so does an error, which is thrown on.
   * Where a proof is good for one request (`scheme.replay.singleUse`), an error commits the claim as well.
   * The third argument is the request as it was judged: the bytes of its body are the proved ones.
   * @param onStep told of each step of the request as it comes to it, for who measures how long each takes. May not throw.
   * @throws SetupError for what is no request; see `requestFrom`.
   */
  receive<T>(
    request: RequestSource,
    act: (
      accepted: Accepted,
      claim: BegunClaim | undefined,
      request: SignedRequest,
    ) => MaybePromise<Acted<T>>,
    onStep?: (step: Step) => void,
  ): MaybePromise<Received<T>>;
  /** Signs with the first active key, of the action that the draft asks for where keys are bound. @throws SetupError where the ring has none that can sign, and for what is no request. */
  sign(draft: Draft | Request): MaybePromise<SignedRequest>;
  /** What it was built of, for `explain`, which judges a request as gates would that are built a little otherwise. */
  readonly parts: GateParts;
}

/** What is otherwise in the other gate; the rest stays. */
export interface OtherParts {
  readonly scheme?: Scheme;
  /** In place of the gate's keys, whatever these are: bound to no action, and tried for every request. */
  readonly keys?: readonly KeySpec[];
  /** Finds keys where `keys` are not given. */
  readonly ring?: KeyRing;
  /** What its clock shows, in milliseconds since the epoch. */
  readonly nowMs?: number;
}

/** @throws SetupError where no gate can be built so */
type Rebuild = (other: OtherParts) => Gate;

/** @throws SetupError as `createGate` does */
type Rekey = (keys: readonly KeySpec[]) => PreparedKeys;

/** Keys that a gate would take, and does not go by yet. */
export interface PreparedKeys {
  readonly list: readonly KeyInfo[];
  /** From now on. */
  take(): void;
}

let rebuildOf: (parts: GateParts) => Rebuild;
let rekeyOf: (parts: GateParts) => Rekey;

/** Opaque: shows nothing, neither to JSON nor to an inspection. */
export class GateParts {
  static {
    rebuildOf = (parts) => parts.#rebuild;
    rekeyOf = (parts) => parts.#rekey;
  }

  readonly #rebuild: Rebuild;
  readonly #rekey: Rekey;

  constructor(rebuild: Rebuild, rekey: Rekey) {
    this.#rebuild = rebuild;
    this.#rekey = rekey;
  }
}

/**
 * Reads other keys for a gate of listed ones. Once they are taken, a request that comes is held against them alone, and one that is on its
 * way goes on with those that it has found: never with some of both. Hits begin anew.
 * @throws SetupError for what `createGate` refuses of keys, and for a gate whose keys come from a function or an address
 */
export function prepareKeys({ parts }: Gate, keys: readonly KeySpec[]): PreparedKeys {
  return rekeyOf(parts)(keys);
}

/** The same gate but for these parts. It claims nothing of its own and counts no hits of the first. @throws SetupError where there can be none */
export function rebuilt({ parts }: Gate, other: OtherParts): Gate {
  return rebuildOf(parts)(other);
}
