import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** After it the name of a file that is new in the folder outlives a power cut as well. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
