/** What a person writes of a key; see `config-input.ts`. */
import type { KeyEncoding, KeyState } from '@countersign/core';
import type { DateText } from './units.ts';

export interface KeyInput {
  /** The key’s name in logs. Default: key-1, key-2, … by position. */
  readonly id?: string;
  /** The secret: "${env:NAME}" or "${file:path}". */
  readonly secret: string;
  /** How the secret’s text becomes bytes. Default: the provider’s. */
  readonly encoding?: KeyEncoding;
  /** active signs and verifies, next and retiring verify only, revoked does neither. Default: active. */
  readonly state?: KeyState;
  /** The key is not accepted before this time. Default: from the start. */
  readonly from?: DateText;
  /** The key is not accepted from this time on. Default: no end. */
  readonly until?: DateText;
  /**
   * What the key’s requests may ask for: a key that is bound to one action is not accepted for another. If the signature does not cover the action’s name,
   * every key of the gate must be bound. Default: any action.
   */
  readonly for?: KeyPurposeInput;
}

export interface KeyPurposeInput {
  /** The action’s name, as the path’s :action gives it. */
  readonly action: string;
}
