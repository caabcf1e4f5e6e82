/** The store's keys as one record: sealed under a storeKey, and so written for another one in one step. */
import { randomBytes } from 'node:crypto';
import { isObject } from '@countersign/core/internal/is-object';
import type { DataKey, DataKeys } from './keyset-sealer.ts';
import { createSealer } from './seal.ts';
import { type AuditKey, storeKeyId, wrappingKeyOf } from './store-key-uses.ts';

/** A key of the audit log's chain that another has followed. */
export interface PreviousAuditKey extends AuditKey {
  /** The last entry under it. Whoever has the key cannot write another one that counts, or change those. */
  readonly through: number;
  /** Of that entry: 64 hex characters. */
  readonly mac: string;
}

export interface StoreKeyset extends DataKeys {
  /** Oldest first. */
  readonly audit: readonly PreviousAuditKey[];
  /** The current key is to be that of all that is sealed, and is not yet. */
  readonly isResealing: boolean;
}

/** Which storeKey a keyset is under, which says nothing of it. */
export function keysetKeyId(bytes: Uint8Array): string | undefined {
  const record = jsonOf(bytes);
  return isObject(record) && record['v'] === 1 && typeof record['keyId'] === 'string'
    ? record['keyId']
    : undefined;
}

export function sealKeyset(keyset: StoreKeyset, storeKey: Uint8Array): Uint8Array {
  const keyId = storeKeyId(storeKey);
  const text = JSON.stringify({
    current: dataText(keyset.current),
    previous: keyset.previous.map(dataText),
    withoutId: keyset.withoutId.map(base64),
    audit: keyset.audit.map(({ key, ...rest }) => ({ ...rest, key: base64(key) })),
    isResealing: keyset.isResealing,
  });
  const sealed = base64(createSealer(wrappingKeyOf(storeKey)).seal(text, contextOf(keyId)));
  return Buffer.from(JSON.stringify({ v: 1, keyId, sealed }));
}

/** Undefined for another storeKey, and for what is not as it was written. */
export function openKeyset(bytes: Uint8Array, storeKey: Uint8Array): StoreKeyset | undefined {
  const record = jsonOf(bytes);
  const sealed = isObject(record) && typeof record['sealed'] === 'string' ? record['sealed'] : '';
  const sealer = createSealer(wrappingKeyOf(storeKey));
  const text = sealer.open(Buffer.from(sealed, 'base64'), contextOf(storeKeyId(storeKey)));
  // What opens is what `sealKeyset` has written.
  if (text === undefined) return undefined;
  const keyset = JSON.parse(text) as KeysetText;
  return {
    current: dataKey(keyset.current),
    previous: keyset.previous.map(dataKey),
    withoutId: keyset.withoutId.map(bytesOf),
    audit: keyset.audit.map(({ key, ...rest }) => ({ ...rest, key: bytesOf(key) })),
    isResealing: keyset.isResealing,
  };
}

export function newDataKey(): DataKey {
  return { id: randomBytes(8).toString('hex'), key: randomBytes(32) };
}

interface DataText {
  readonly id: string;
  readonly key: string;
}

interface KeysetText {
  readonly current: DataText;
  readonly previous: readonly DataText[];
  readonly withoutId: readonly string[];
  readonly audit: readonly (Omit<PreviousAuditKey, 'key'> & { readonly key: string })[];
  readonly isResealing: boolean;
}

function dataText({ id, key }: DataKey): DataText {
  return { id, key: base64(key) };
}

function dataKey({ id, key }: DataText): DataKey {
  return { id, key: bytesOf(key) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function contextOf(keyId: string): string {
  return `keys of the store under ${keyId}`;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
