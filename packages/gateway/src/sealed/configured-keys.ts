/** Opens the keys of a store by the storeKey of the configuration, and says in the log what became of a rotation. */
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Store } from '../stores/store.ts';
import { openStoreKeys, type StoreKeys } from './store-keys.ts';

export interface ConfiguredKeysOptions {
  readonly config: Pick<Config, 'storeKey' | 'previousStoreKeys'>;
  readonly store: Store;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Undefined without a storeKey. @throws SetupError for a storeKey that is not the store’s */
export async function openConfiguredKeys({
  config: { storeKey, previousStoreKeys: previous = [] },
  store,
  log,
}: ConfiguredKeysOptions): Promise<StoreKeys | undefined> {
  if (storeKey === undefined) return undefined;
  const keys = await openStoreKeys({ store, storeKey, previous });
  const { keyId, rotatedFrom, isResealing } = keys;
  if (rotatedFrom !== undefined) log.info({ storeKey: keyId, before: rotatedFrom }, KEY_ROTATED);
  else if (previous.length > 0) log.info({ storeKey: keyId }, KEY_IS_NEW);
  if (isResealing) log.warn({}, RESEAL_BEGUN);
  return keys;
}

const KEY_ROTATED = 'the store is under another storeKey now: previousStoreKey can be removed';
const KEY_IS_NEW = 'the store is under its storeKey already: previousStoreKey can be removed';
const RESEAL_BEGUN =
  'a rotation of the store’s data key was interrupted: what is encrypted under the old one can be read; run countersign store rotate-key --reseal again';
