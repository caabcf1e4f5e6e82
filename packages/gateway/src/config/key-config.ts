/** A gate's key, resolved. */
import type { KeyEncoding, KeyPurpose, KeyState } from '@countersign/core';
import type { Secret } from './secret.ts';

export interface KeyConfig {
  readonly id: string;
  readonly secret: Secret;
  /** Absent: the scheme's default. */
  readonly encoding?: KeyEncoding;
  readonly state: KeyState;
  /** Milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Milliseconds since the epoch. */
  readonly untilMs?: number;
  /** The action that its requests may ask for; absent: any. */
  readonly for?: KeyPurpose;
}
