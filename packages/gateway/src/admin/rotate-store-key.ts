/** Rotates the key of a store while no gateway runs. Killed at any moment, it leaves a store that opens, and is begun again. */
import { SetupError } from '@countersign/core';
import { fileCaller, openFileAudit } from '../audit/file-audit.ts';
import type { Config, StoreConfig } from '../config/config.ts';
import type { KeysetSealer } from '../sealed/keyset-sealer.ts';
import { beginReseal, endReseal, openStoreKeys, type StoreKeysOptions } from '../sealed/store-keys.ts';
import type { AuditStore } from '../stores/audit-store.ts';
import { isDiskFull, isStoreFull, StoreFullError } from '../stores/disk-full.ts';
import { openStore } from '../stores/open-store.ts';
import { shownStore } from '../stores/shown-store.ts';
import { openSealedFile, type SealedFile } from '../stores/sqlite-sealed.ts';
import { type Store, StoreError } from '../stores/store.ts';
import { isWhole, type Resealed, type ResealOptions, resealAll } from './reseal.ts';

export interface RotateOptions {
  /** All that is sealed is sealed anew, under a new data key. */
  readonly isReseal: boolean;
  /** The storeKey that the store is under is lost. */
  readonly isKeyLost: boolean;
  /** Is told of how many rows were looked at. */
  readonly onProgress: (rows: number) => void;
  readonly now: () => number;
}

export interface RotatedStoreKey {
  /** Names the storeKey that the store is under now. */
  readonly keyId: string;
  /** Names the one before; undefined where it has not changed. */
  readonly rotatedFrom: string | undefined;
  /** Undefined where nothing was to be sealed anew. */
  readonly resealed: Resealed | undefined;
}

/** Of sealing all anew; the second finds what was written before the first ended. */
const TRIES = 3;

/** @throws SetupError where the storeKey is not the store’s, or a gateway has it open; nothing has changed then. StoreFullError where the disk is full */
export async function rotateStoreKey(config: Config, options: RotateOptions): Promise<RotatedStoreKey> {
  try {
    return await rotate(config, options);
  } catch (error) {
    if (!isDiskFull(error) || isStoreFull(error)) throw error;
    throw new StoreFullError(
      `the disk of ${shownStore(config.store)} is full: the rotation is not done, and everything in the store can still be read`,
      'Make room on the disk, then run the same command again: it goes on where it stopped. Keep previousStoreKey until then.',
    );
  }
}

async function rotate(
  { store: address, storeKey, previousStoreKeys = [], gates }: Config,
  { isReseal, isKeyLost, onProgress, now }: RotateOptions,
): Promise<RotatedStoreKey> {
  if (storeKey === undefined)
    throw new SetupError(
      'storeKey',
      'is not set: there is no key to rotate',
      'Name the configuration that has the storeKey of the store, with --config FILE.',
    );
  if (address.kind === 'memory')
    throw new SetupError(
      'store',
      'is in memory: its keys are gone with the process, and there is none to rotate',
      'Name the configuration of a store that stays, with --config FILE.',
    );
  if (address.kind === 'postgres') {
    const { refuseWhileOpen } = await import('../stores/postgres/sealed.ts');
    await refuseWhileOpen(address.address);
  }
  let store: Store = await openStore(address, { now });
  const options = (): StoreKeysOptions => ({ store, storeKey, previous: previousStoreKeys });
  try {
    const { keyId, rotatedFrom, audit: auditKeys } = await openStoreKeys({ ...options(), isKeyLost });
    const audit = openFileAudit(
      delegated(() => store.audit),
      auditKeys,
      now,
    );
    const end = await audit.begin({
      kind: 'change',
      who: fileCaller(),
      from: undefined,
      route: 'rotateStoreKey',
      target: {},
      input: { reseal: isReseal, keyLost: isKeyLost },
    });
    let resealed: Resealed | undefined;
    if (isReseal) {
      const { sealer } = await beginReseal(options());
      // The rows are changed past what the store holds in memory.
      await store.close();
      resealed = await resealStore(address, sealer, {
        gates: gates.map(({ name }) => name),
        onProgress,
      });
      store = await openStore(address, { now });
      if (isWhole(resealed)) await endReseal(options());
    }
    end({ status: 200, code: undefined });
    await audit.settled();
    return { keyId, rotatedFrom, resealed };
  } finally {
    await store.close();
  }
}

async function resealStore(
  store: Exclude<StoreConfig, { readonly kind: 'memory' }>,
  sealer: KeysetSealer,
  options: ResealOptions,
): Promise<Resealed> {
  const file = await openSealed(store);
  try {
    let rows = 0;
    for (let tries = 0; tries < TRIES; tries++) {
      const resealed = await resealAll(file, sealer, options);
      rows += resealed.rows;
      // Another gateway may have sealed under a key that is to be forgotten: from the first refusal on none can.
      if (!isWhole(resealed) || (await file.refuseKeys(sealer.previousHeads))) return { ...resealed, rows };
    }
    throw new StoreError(
      'failed',
      'Something in the store stays under the old data key, which is kept for it. Look for damage with: countersign store verify.',
    );
  } finally {
    await file.close();
  }
}

async function openSealed(store: Exclude<StoreConfig, { readonly kind: 'memory' }>): Promise<SealedFile> {
  if (store.kind === 'sqlite') return openSealedFile(store.file);
  const { openSealedDatabase } = await import('../stores/postgres/sealed.ts');
  return openSealedDatabase(store.address);
}

/** The audit log of a store that is closed and opened again meanwhile. */
function delegated(audit: () => AuditStore): AuditStore {
  return {
    head: () => audit().head(),
    list: (options) => audit().list(options),
    follow: (after, limit) => audit().follow(after, limit),
    lastPruning: () => audit().lastPruning(),
    append: (entry, seal) => audit().append(entry, seal),
    prune: (beforeMs, entryOf, seal) => audit().prune(beforeMs, entryOf, seal),
  };
}
