/** Gives up what a store has sealed: its storeKey is lost. */
import { join } from 'node:path';
import { Secret } from '../../src/config/secret.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { openStore } from '../../src/stores/open-store.ts';

/** @param dir of a gateway that has stopped @param storeKey the one from now on */
export async function giveUpKey(dir: string, storeKey: string): Promise<void> {
  const store = await openStore({ kind: 'sqlite', file: join(dir, 'test.db') });
  await openStoreKeys({ store, storeKey: new Secret(storeKey), isKeyLost: true });
  await store.close();
}
