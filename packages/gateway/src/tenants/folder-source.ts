/** Keys of tenants in a folder: a file each. */
import { constants } from 'node:fs';
import { access, type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SetupError, type TenantKeys, type TenantOptions } from '@countersign/core';
import { MAX_ANSWER_BYTES, readAnswer } from './key-answer.ts';

/** Names a file of the folder, and none that is hidden or a device on any system. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** @throws SetupError where the folder is not there or cannot be read */
export async function openFolderSource(folder: string, option: string): Promise<TenantOptions['keysOf']> {
  await checkFolder(folder, option);
  return async ({ untrustedTenant }) => {
    if (!FILE_NAME.test(untrustedTenant)) return undefined;
    const file = join(folder, `${untrustedTenant}.json`);
    const handle = await openIfThere(file);
    if (handle === undefined) {
      // Where the whole folder is away, nobody knows who is a tenant: the request is to come again.
      await access(folder);
      return undefined;
    }
    try {
      return await readKeysOf(handle, file, untrustedTenant);
    } finally {
      await handle.close();
    }
  };
}

async function checkFolder(folder: string, option: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => undefined,
  );
  if (isFolder !== true) {
    const problem = isFolder === undefined ? 'is not there' : 'is no folder';
    throw new SetupError(
      option,
      `${folder} ${problem}`,
      'Make it, or mend the path: it is relative to the configuration.',
    );
  }
  try {
    await access(folder, constants.R_OK | constants.X_OK);
  } catch {
    throw new SetupError(
      option,
      `${folder} cannot be read`,
      'Give the user that the gateway runs as leave to read it.',
    );
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    // A pipe would wait for its writer.
    return await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ENAMETOOLONG')
    )
      return undefined;
    throw error;
  }
}

async function readKeysOf(handle: FileHandle, file: string, name: string): Promise<TenantKeys | undefined> {
  // Where the file system takes letters of either case for one, a tenant would have many names, and a claim under each.
  if (basename(await realpath(file)) !== basename(file)) return undefined;
  const stats = await handle.stat();
  if (!stats.isFile()) throw new SetupError('file', 'it is no file', 'Put a file in its place.');
  const bytes = Buffer.alloc(MAX_ANSWER_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > MAX_ANSWER_BYTES)
    throw new SetupError('file', 'it is longer than 128 KB', 'Have it hold the tenant’s keys alone.');
  return readAnswer(bytes.subarray(0, length), name);
}
