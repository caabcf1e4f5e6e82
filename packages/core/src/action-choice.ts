/** What a gate goes by whose keys are bound to actions (`keys[].for`). Types alone: `action-from.ts`, which makes it, is loaded by those who use it. */
import type { CoverageWarning, CoveredPart } from './coverage-model.ts';
import type { Message } from './crypto/backend.ts';
import type { FoundKeys, KeyInfo, KeyRing, KeySpec, RingKey } from './keys.ts';
import type { SignedRequest } from './model.ts';
import type { Objection } from './objection.ts';
import type { Passage, Scheme } from './scheme.ts';

/** What of a request names the action that it asks for, as `actionFrom` makes it. */
export interface ActionChoice {
  /** Where the name stands. */
  readonly part: CoveredPart;
  /** For the engine. */
  bind(scheme: Scheme): BoundActions;
}

/** The choice beside a scheme: whose keys count for a request, and what is said of the others. */
export interface BoundActions {
  readonly part: CoveredPart;
  /** What a gate’s coverage says of it besides. */
  readonly warnings: readonly CoverageWarning[];
  /** The action that a request asks for; undefined where it names none, or where that cannot be read. */
  asked(request: SignedRequest): string | undefined;
  /** Whether a key may prove requests for that action. */
  isFor(key: Pick<KeyInfo, 'for'>, action: string | undefined): boolean;
  /** @throws SetupError for a key that is bound to no action where whoever captures a request could choose, and for too many */
  checkSpecs(specs: readonly (string | KeySpec)[]): void;
  /** @throws SetupError where two actions have one secret */
  checkRing(ring: Pick<KeyRing, 'list'>): void;
  /** The ring, which finds for a request the keys of its action, and the others among those that may not prove it. */
  ring(ring: KeyRing): KeyRing;
  /** The first active key of the action that is asked for. @throws SetupError where there is none */
  signing(ring: KeyRing, request: SignedRequest, nowMs: number): RingKey;
  /** Why a request is refused whose action has no key, whatever its state; undefined where it has one. */
  noKey(keys: FoundKeys, action: string | undefined): Objection | undefined;
  /** Of the keys that may not prove a request, revoked or another action’s, those that are tried for the words of its refusal. */
  tried(unusable: readonly RingKey[], nowMs: number): readonly RingKey[];
  /** Why a request is refused that a key of another action proves. */
  ofAnother(key: KeyInfo, action: string | undefined, refused: Objection): Objection;
  /** What goes first in a claim’s identity: equal content for two actions is two requests, where the key alone tells them apart. */
  scope(gateId: string, passage: Passage): Message;
}
