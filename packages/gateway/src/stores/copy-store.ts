/** A copy of a store's file that is there whole, or not at all. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SetupError } from '@countersign/core';
import { syncFolder } from '../sync-folder.ts';
import type { OwnFile } from './own-file.ts';
import type { StoreCopy } from './store-upkeep.ts';

/** Hashed in half a millisecond. */
const PIECE_BYTES = 512 * 1024;
/** Written between two syncs, so that the last one is soon done. */
const SYNC_BYTES = 64 * 1024 * 1024;

/**
 * @param source does not change meanwhile
 * @param path of a file that does not exist yet; it has mode 0600
 * @throws SetupError where it exists, or cannot be written
 */
export async function copyStore(source: OwnFile, path: string, signal: AbortSignal): Promise<StoreCopy> {
  const file = resolve(path);
  const part = `${file}.part`;
  try {
    const copy = await writePart(source, part, signal);
    // Unlike a rename, a link does not replace what has come there meanwhile.
    await link(part, file);
    await syncFolder(dirname(file));
    return { file, ...copy };
  } catch (error) {
    throw asSetupError(error, file);
  } finally {
    await unlink(part).catch(() => {});
  }
}

async function writePart(
  source: OwnFile,
  part: string,
  signal: AbortSignal,
): Promise<Omit<StoreCopy, 'file'>> {
  const target = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for (let unsynced = 0; ; ) {
      signal.throwIfAborted();
      const piece = await source.readAt(bytes, PIECE_BYTES);
      await target.writeFile(piece);
      hash.update(piece);
      bytes += piece.length;
      unsynced += piece.length;
      if (piece.length < PIECE_BYTES) break;
      if (unsynced < SYNC_BYTES) continue;
      await target.datasync();
      unsynced = 0;
    }
    await target.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await target.close();
  }
}

function asSetupError(error: unknown, file: string): unknown {
  if (!(error instanceof Error && 'code' in error) || error.name === 'AbortError') return error;
  return error.code === 'EEXIST'
    ? new SetupError('backup', `${file} exists, and is left as it is`, 'Name a file that does not exist yet.')
    : new SetupError(
        'backup',
        `${file} cannot be written (${String(error.code)})`,
        'Name a file in a folder that exists, with room for the whole store.',
      );
}
