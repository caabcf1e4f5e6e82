/** The store itself, for commands that look into it where no gateway answers: a file, or a database that all may have open. */
import { statSync } from 'node:fs';
import { type Config, isStoreHeld } from '@countersign/gateway';
import { UsageError } from './usage-error.ts';

/** There is no gateway, and no file of one. */
class NothingKept extends UsageError {
  readonly isNothingKept = true;
}

export function isNothingKept(error: unknown): boolean {
  return error instanceof UsageError && 'isNothingKept' in error;
}

/** Whether a file is there, and has nothing in it: SQLite would make a store of it. */
export function isEmptyFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === 0;
}

/** What is looked into is no store: the answer is no. */
export class NoStore extends Error {
  override readonly name = 'NoStore';
  readonly remedy = 'A copy that broke off is put back from another one.';
}

/**
 * @param nobody why no gateway was asked; undefined where `--store` names the file
 * @throws UsageError where there is no file, or a running gateway has it open.
 */
export async function openStoreFile<File>(
  store: Config['store'],
  nobody: string | undefined,
  open: () => Promise<File>,
): Promise<File> {
  if (store.kind === 'memory') {
    if (nobody === undefined)
      throw new UsageError(
        'a store in memory holds nothing',
        'Name a file, e.g. --store sqlite:countersign.db.',
      );
    throw new NothingKept(
      `${nobody}, and the store is in memory: what was kept was lost when the gateway stopped`,
      'Start the gateway, or give its address: --admin URL.',
    );
  }
  // Any number of programs may have it.
  if (store.kind === 'postgres') return open();
  const { file } = store;
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined || size === 0) {
    const why = size === 0 ? `${file} is empty: there is no store in it` : `there is no file ${file}`;
    if (nobody === undefined) throw new UsageError(why, 'Name the file of a store with --store.');
    throw new NothingKept(
      `${nobody}, and ${why}`,
      'Start the gateway, give its address with --admin URL, or name another configuration with --config FILE.',
    );
  }
  return openUnlessHeld(store, nobody, open);
}

/** The same of a file that may be made. */
export async function openUnlessHeld<File>(
  store: Exclude<Config['store'], { readonly kind: 'memory' }>,
  nobody: string | undefined,
  open: () => Promise<File>,
): Promise<File> {
  try {
    return await open();
  } catch (error) {
    if (store.kind === 'postgres' || !isStoreHeld(error)) throw error;
    if (nobody === undefined) {
      throw new UsageError(
        `a running gateway has ${store.file} open`,
        'Ask the gateway: give --admin URL, its admin listener, in place of --store.',
      );
    }
    throw new UsageError(
      `${nobody}, and a running gateway has ${store.file} open`,
      'Give the address of its admin listener: --admin URL. If it has none, set listen.admin and start it again.',
    );
  }
}
