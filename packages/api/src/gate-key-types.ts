/** What the admin API shows of a gate's keys, and takes. Never a secret, nor anything that is made of one. */
import type { KeyView, WarningView } from './key-types.ts';

export const KEY_STATES = ['active', 'next', 'retiring', 'revoked'] as const;
export const KEY_CHANGES = ['activate', 'make-next', 'retire', 'revoke', 'remove'] as const;
export const KEY_ENCODINGS = [
  'utf8',
  'base64',
  'base64url',
  'hex',
  'base32',
  'pem',
  'jwk',
  'jwks',
  'prefixed',
] as const;

export type KeyEncodingWord = (typeof KEY_ENCODINGS)[number];
export type KeyChange = (typeof KEY_CHANGES)[number];

/** A gate's keys, in the order in which they are tried. */
export interface GateKeysView {
  readonly gate: string;
  /** `fetched`: they come from an address, and cannot be changed here. */
  readonly kind: 'listed' | 'fetched' | 'by-tenant';
  /** What any gateway on the store has counted by then is in it, and what this one has counted since. Absent: what others have counted cannot be read. */
  readonly asOf?: string;
  /** Whether a key can be added: not without a storeKey, nor where keys are fetched. */
  readonly canAdd: boolean;
  readonly keys: readonly GateKeyView[];
  /** Of the keys together: that none is valid, that another gate has one of them, that what was changed earlier does not count. */
  readonly warnings: readonly WarningView[];
}

export interface GateKeyView extends Omit<KeyView, 'hits'> {
  /** `added`: by this API; it is in the store. */
  readonly source: 'configuration' | 'added' | 'fetched';
  /** What the configuration says, where that was changed by this API. */
  readonly configured?: { readonly state: KeyView['state']; readonly from?: string; readonly until?: string };
  /** It was added under another storeKey, or does not go with the configuration’s keys any more: it proves nothing. */
  readonly leftOut?: true;
  /** Requests that it proved since `countedSince`, over restarts and by all gateways on the store; a kill loses the last ten seconds. */
  readonly hits: number;
  readonly countedSince: string;
  /** Absent: none. */
  readonly lastUsedAt?: string;
  /** Of the last 60 minutes. */
  readonly hitsLastHour: number;
  /** Of the last 24 hours. */
  readonly hitsLastDay: number;
  /** By how requests were proved; 16 at most. */
  readonly uses: readonly KeyUseView[];
  readonly safeToRetire: SafeToRetireView;
}

export interface KeyUseView {
  /** Which reading of the scheme. Absent: it has one. */
  readonly reading?: string;
  readonly hits: number;
  readonly lastUsedAt: string;
}

/** Whether senders have left a key. */
export interface SafeToRetireView {
  readonly isSafe: boolean;
  readonly code:
    | 'unused'
    | 'not-usable'
    | 'in-use'
    | 'last-usable'
    | 'no-other-in-use'
    | 'counted-too-briefly'
    | 'counts-unread'
    | 'fetched';
  readonly sentence: string;
}

export interface AddKeyInput {
  readonly id: string;
  /** The key’s text. Give this, or `generate`. */
  readonly secret?: string | undefined;
  /** The gateway makes a random secret, and answers it, once. */
  readonly generate?: boolean | undefined;
  /** Default: the scheme’s. */
  readonly encoding?: KeyEncodingWord | undefined;
  /** Default: `next`, which proves requests and signs nothing. */
  readonly state?: KeyView['state'] | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** The one action that its requests may ask for. */
  readonly action?: string | undefined;
}

export interface AddedKeyView {
  readonly keys: GateKeysView;
  /** The one that was generated: it is shown here and never again. */
  readonly secret?: string;
}

/** How a gate takes the key that its platform hands over in a test without a proof. */
export interface KeyDeliveryView {
  readonly gate: string;
  /** Until then the next key that is handed over is taken. Absent: none is. */
  readonly openUntil?: string;
  /** The key that came while the gate was open last, as long as `revealHandedKey` answers it. */
  readonly takenKeyId?: string;
}

export interface OpenKeyDeliveryInput {
  /** 0: the gate is closed again. Default 10. */
  readonly minutes?: number | undefined;
}

export interface HandedKeyView {
  readonly keyId: string;
  /** It is shown here and never again. */
  readonly secret: string;
}

export interface ChangeKeyInput {
  readonly change: KeyChange;
  /** When the key begins; a time that is past: at once. Absent: as it was. */
  readonly from?: string | undefined;
  /** When the key ends. Absent: as it was. */
  readonly until?: string | undefined;
  /** Also where no key is left that proves requests, or a revoked key comes back. */
  readonly force?: boolean | undefined;
}
