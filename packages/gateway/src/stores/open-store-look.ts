/** Looks into a store, whatever it is kept in, and leaves it as it is. */
import type { StoreConfig } from '../config/config.ts';
import { openFileLook, type StoreLook } from './store-look.ts';

/**
 * Opens a store to look into it. No gateway may have a file; of a database any may.
 * @throws SetupError where it is no store of this build, cannot be read, or is held by another process
 */
export async function openStoreLook(store: StoreConfig): Promise<StoreLook> {
  if (store.kind !== 'postgres') return openFileLook(store.kind === 'memory' ? ':memory:' : store.file);
  const { openPostgresLook } = await import('./postgres/postgres-look.ts');
  return openPostgresLook(store.address);
}
