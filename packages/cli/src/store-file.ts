/** The file of a store, for commands that look into it where no gateway answers. */
import { existsSync } from 'node:fs';
import { type Config, isStoreHeld } from '@countersign/gateway';
import { UsageError } from './usage-error.ts';

/** There is no gateway, and no file of one. */
class NothingKept extends UsageError {
  readonly isNothingKept = true;
}

export function isNothingKept(error: unknown): boolean {
  return error instanceof UsageError && 'isNothingKept' in error;
}

/**
 * @param nobody why no gateway was asked
 * @throws UsageError where there is no file, or a gateway that runs holds it.
 */
export async function openStoreFile<File>(
  store: Config['store'],
  nobody: string,
  open: () => Promise<File>,
): Promise<File> {
  if (store.kind === 'memory') {
    throw new NothingKept(
      `${nobody}, and the store is in memory: what was kept is gone with the gateway`,
      'Start it, or say where it is: --admin URL.',
    );
  }
  if (!existsSync(store.file)) {
    throw new NothingKept(
      `${nobody}, and there is no store to look into`,
      'Start it, or say where it is: --admin URL.',
    );
  }
  return openUnlessHeld(store, nobody, open);
}

/** The same of a file that may be made. */
export async function openUnlessHeld<File>(
  store: Extract<Config['store'], { readonly kind: 'sqlite' }>,
  nobody: string,
  open: () => Promise<File>,
): Promise<File> {
  try {
    return await open();
  } catch (error) {
    if (!isStoreHeld(error)) throw error;
    throw new UsageError(
      `${nobody}, and a gateway that runs holds ${store.file}`,
      'Say where its admin listener is: --admin URL; where it has none, set listen.admin and start it again.',
    );
  }
}
