/** The keys of a store, opened with its storeKey: made where there are none, and put under another storeKey where that is new. */
import { SetupError } from '@countersign/core';
import type { Secret } from '../config/secret.ts';
import type { AuditHead, AuditReader } from '../stores/audit-store.ts';
import type { ChangeKeys } from '../stores/key-change.ts';
import type { RecordStore } from '../stores/record-store.ts';
import type { RefusedStore } from '../stores/refused-store.ts';
import { createKeysetSealer, type KeysetSealer } from './keyset-sealer.ts';
import { createSealer, readStoreKey } from './seal.ts';
import { refusedContext } from './sealed-refusals.ts';
import { auditKeyOf, NO_KEY, storeKeyId } from './store-key-uses.ts';
import {
  keysetKeyId,
  newDataKey,
  openKeyset,
  type PreviousAuditKey,
  type StoreKeyset,
  sealKeyset,
} from './store-keyset.ts';

export interface StoreKeysOptions {
  readonly store: {
    readonly records: Pick<RecordStore, 'get' | 'put'>;
    readonly audit: Pick<AuditReader, 'head'>;
    readonly refused: Pick<RefusedStore, 'list'>;
    readonly changeKeys?: ChangeKeys;
  };
  readonly storeKey: Secret;
  /** Those that it had before, of which it may still be under one. Default: none. */
  readonly previous?: readonly Secret[];
  /** The key of the store is lost: what is sealed under it stays, and is opened by nobody. Default false. */
  readonly isKeyLost?: boolean;
}

export interface StoreKeys {
  readonly sealer: KeysetSealer;
  readonly audit: AuditKeys;
  /** Names the storeKey. */
  readonly keyId: string;
  /** The id of the storeKey that they were under until now; undefined where that has not changed. */
  readonly rotatedFrom: string | undefined;
  readonly isResealing: boolean;
}

/** What the audit log is chained with. */
export interface AuditKeys {
  readonly storeKey: Uint8Array;
  /** Of a storeKey before. */
  readonly previous: readonly PreviousAuditKey[];
}

/** The record that holds them. */
const KEYSET_RECORD = { space: 'store-keys', key: 'keyset' } as const;

/** @throws SetupError for a storeKey that is another; nothing has changed then */
export async function openStoreKeys(options: StoreKeysOptions): Promise<StoreKeys> {
  const { store, isKeyLost = false } = options;
  const storeKeys = keysOf(options);
  const [storeKey] = storeKeys;
  for (;;) {
    const record = await store.records.get(KEYSET_RECORD.space, KEYSET_RECORD.key);
    const stored = record && !isKeyLost ? openWith(record.bytes, storeKeys) : undefined;
    if (stored?.storeKey === storeKey) return storeKeysOf(stored.keyset, storeKey, undefined);
    const keysetAt = stored
      ? (head: AuditHead | undefined) => ({
          ...stored,
          keyset: withEndedAuditKey(stored.keyset, stored.storeKey, head),
        })
      : await firstKeyset(options, storeKeys);
    const next = await putKeys(store, { version: record?.version ?? 0, storeKeys, keysetAt });
    // Another gateway may have been first.
    if (next === undefined) continue;
    const { keyset, storeKey: from } = next;
    return storeKeysOf(keyset, storeKey, from === storeKey ? undefined : storeKeyId(from));
  }
}

interface KeysPut {
  /** Of the record that is there. */
  readonly version: number;
  readonly storeKeys: Keys;
  readonly keysetAt: (head: AuditHead | undefined) => OpenedKeyset;
}

/** Puts them under the first storeKey. Undefined: somebody else has changed them meanwhile. */
async function putKeys(
  { records, audit, changeKeys }: StoreKeysOptions['store'],
  { version, storeKeys: [storeKey, ...previous], keysetAt }: KeysPut,
): Promise<OpenedKeyset | undefined> {
  let next: OpenedKeyset | undefined;
  const bytesOf = (head: AuditHead | undefined): Uint8Array => {
    next = keysetAt(head);
    return sealKeyset(next.keyset, storeKey);
  };
  const record = { ...KEYSET_RECORD, version };
  const put =
    changeKeys === undefined
      ? await records.put({ ...record, bytes: bytesOf(await audit.head()) })
      : await changeKeys({
          record,
          auditKeyId: auditKeyOf(storeKey).keyId,
          endedKeyIds: [NO_KEY, ...previous.map((key) => auditKeyOf(key).keyId)],
          bytesOf,
        });
  return put === undefined ? undefined : next;
}

/** Of a file that a command has opened, which is closed where its keys do not open. Undefined without a storeKey. */
export async function keysOfFile(
  store: StoreKeysOptions['store'] & { close(): Promise<void> },
  {
    storeKey,
    previousStoreKeys: previous = [],
  }: { readonly storeKey?: Secret | undefined; readonly previousStoreKeys?: readonly Secret[] | undefined },
): Promise<StoreKeys | undefined> {
  if (storeKey === undefined) return undefined;
  try {
    return await openStoreKeys({ store, storeKey, previous });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** For who only looks: the keys as they are, and of a storeKey that is another none but its own. */
export async function lookAtAuditKeys(
  records: Pick<RecordStore, 'get'>,
  options: Pick<StoreKeysOptions, 'storeKey' | 'previous'>,
): Promise<AuditKeys> {
  const storeKeys = keysOf(options);
  const record = await records.get(KEYSET_RECORD.space, KEYSET_RECORD.key);
  const keyId = record && keysetKeyId(record.bytes);
  const storeKey = storeKeys.find((key) => storeKeyId(key) === keyId) ?? storeKeys[0];
  return { storeKey, previous: (record && openKeyset(record.bytes, storeKey)?.audit) ?? [] };
}

/** For who only looks: why the storeKeys do not open what the store has encrypted. Undefined where one does, or nothing is encrypted. */
export async function storeKeyFault(
  {
    records,
    audit,
  }: Pick<StoreKeysOptions['store'], 'audit'> & { readonly records: Pick<RecordStore, 'get'> },
  options: Pick<StoreKeysOptions, 'storeKey' | 'previous'>,
): Promise<SetupError | undefined> {
  const storeKeys = keysOf(options);
  const record = await records.get(KEYSET_RECORD.space, KEYSET_RECORD.key);
  try {
    if (record === undefined) chainedKey(await audit.head(), storeKeys);
    else openWith(record.bytes, storeKeys);
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
}

/** The id of the storeKey that the store is under; undefined where nothing is encrypted in it. */
export async function storedKeyId(records: Pick<RecordStore, 'get'>): Promise<string | undefined> {
  const record = await records.get(KEYSET_RECORD.space, KEYSET_RECORD.key);
  return record && keysetKeyId(record.bytes);
}

/** Begins a rotation of the data key, or goes on with one that was begun: from now on all is sealed under the new one. */
export async function beginReseal(options: StoreKeysOptions): Promise<StoreKeys> {
  return changeKeyset(options, (keyset) =>
    keyset.isResealing
      ? keyset
      : {
          ...keyset,
          current: newDataKey(),
          previous: [keyset.current, ...keyset.previous],
          isResealing: true,
        },
  );
}

/** All that is sealed is under the current key: those before are forgotten. */
export async function endReseal(options: StoreKeysOptions): Promise<StoreKeys> {
  return changeKeyset(options, (keyset) => ({ ...keyset, previous: [], withoutId: [], isResealing: false }));
}

async function changeKeyset(
  options: StoreKeysOptions,
  change: (keyset: StoreKeyset) => StoreKeyset,
): Promise<StoreKeys> {
  const { records } = options.store;
  await openStoreKeys(options);
  const storeKeys = keysOf(options);
  const record = await records.get(KEYSET_RECORD.space, KEYSET_RECORD.key);
  const stored = record && openWith(record.bytes, storeKeys);
  if (record === undefined || stored === undefined) throw new Error('the keys of the store have gone');
  const keyset = change(stored.keyset);
  const bytes = sealKeyset(keyset, storeKeys[0]);
  if ((await records.put({ ...KEYSET_RECORD, version: record.version, bytes })) === undefined)
    throw new Error('somebody else has changed the keys of the store');
  return storeKeysOf(keyset, storeKeys[0], undefined);
}

type Keys = readonly [Uint8Array, ...Uint8Array[]];

function keysOf({ storeKey, previous = [] }: Pick<StoreKeysOptions, 'storeKey' | 'previous'>): Keys {
  return [readStoreKey(storeKey.reveal()), ...previous.map((key) => readStoreKey(key.reveal()))];
}

interface OpenedKeyset {
  readonly keyset: StoreKeyset;
  readonly storeKey: Uint8Array;
}

/** @throws SetupError where it is under none of them */
function openWith(bytes: Uint8Array, storeKeys: Keys): OpenedKeyset {
  const keyId = keysetKeyId(bytes);
  const storeKey = storeKeys.find((key) => storeKeyId(key) === keyId);
  if (keyId !== undefined && storeKey === undefined)
    throw otherKey(`the store is under the storeKey with the id ${keyId}`, storeKeys);
  const keyset = storeKey && openKeyset(bytes, storeKey);
  if (keyset !== undefined && storeKey !== undefined) return { keyset, storeKey };
  throw new SetupError(
    'storeKey',
    'is right, and the keys of the store, which it opens, are damaged in the file: nothing was changed',
    'Put back the store from a backup.',
  );
}

function otherKey(under: string, storeKeys: Keys): SetupError {
  const [id, ...previous] = storeKeys.map(storeKeyId);
  const others = previous.length === 0 ? '' : `, previousStoreKey ${previous.join(' and ')}`;
  return new SetupError(
    'storeKey',
    `is not the one of this store: ${under}, and the one that is given has the id ${id}${others}. Nothing was changed`,
    'Set the storeKey that the store had. To change it, set the new one as storeKey and the old one as previousStoreKey. If the old one is lost: countersign store rotate-key --key-lost.',
  );
}

function storeKeysOf(keyset: StoreKeyset, storeKey: Uint8Array, rotatedFrom: string | undefined): StoreKeys {
  return {
    sealer: createKeysetSealer(keyset),
    audit: { storeKey, previous: keyset.audit },
    keyId: storeKeyId(storeKey),
    rotatedFrom,
    isResealing: keyset.isResealing,
  };
}

/** The same keys, and that of the audit log, whose entries end under it here. */
function withEndedAuditKey(
  keyset: StoreKeyset,
  storeKey: Uint8Array,
  head: AuditHead | undefined,
): StoreKeyset {
  if (head === undefined) return keyset;
  const previous = { ...auditKeyOf(storeKey), through: head.seq, mac: Buffer.from(head.mac).toString('hex') };
  return { ...keyset, audit: [...keyset.audit, previous] };
}

/** Of a store that has none: a new one, or one of a version that sealed under the storeKey itself. */
async function firstKeyset(
  { store, isKeyLost = false }: StoreKeysOptions,
  storeKeys: Keys,
): Promise<KeysPut['keysetAt']> {
  const [storeKey] = storeKeys;
  const keyset = {
    current: newDataKey(),
    previous: [],
    withoutId: storeKeys,
    audit: [],
    isResealing: false,
  };
  if (isKeyLost) return () => ({ keyset: { ...keyset, withoutId: [] }, storeKey });
  chainedKey(await store.audit.head(), storeKeys);
  const [refused] = await store.refused.list({ limit: 1 });
  if (refused !== undefined && !storeKeys.some((key) => opensRefused(key, refused)))
    throw otherKey('its refused requests are encrypted under another', storeKeys);
  return (head) => {
    const chained = chainedKey(head, storeKeys);
    if (chained === undefined || chained === storeKey) return { keyset, storeKey };
    return { keyset: withEndedAuditKey(keyset, chained, head), storeKey: chained };
  };
}

/** That under which the audit log ends; undefined where it has no entry, or none under a key. @throws SetupError where it is another */
function chainedKey(head: AuditHead | undefined, storeKeys: Keys): Uint8Array | undefined {
  const chained = storeKeys.find((key) => auditKeyOf(key).keyId === head?.keyId);
  if (head !== undefined && head.keyId !== NO_KEY && chained === undefined)
    throw otherKey('its audit log is chained under another', storeKeys);
  return chained;
}

function opensRefused(
  key: Uint8Array,
  { id, head }: { readonly id: string; readonly head: Uint8Array },
): boolean {
  return createSealer(key).openBytes(head, refusedContext(id, 'head')) !== undefined;
}
