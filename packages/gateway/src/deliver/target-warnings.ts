/** Commands and files of destinations that this machine does not have: nothing is delivered there, and each event would end dead. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type ConfigCode, type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';

/** @param path the folders that hold programs, as PATH has them */
export async function targetWarnings(
  { option, target }: Pick<DestinationConfig, 'option' | 'target'>,
  path: string,
): Promise<readonly ConfigWarning[]> {
  if (target.kind === 'file') return folderWarnings(`${option}.file`, dirname(target.path));
  if (target.kind !== 'command') return [];
  const [program = ''] = target.command;
  const fault = await programFault(program, path);
  return [
    ...(fault === undefined ? [] : [configWarning(`${option}.command`, fault, program)]),
    ...(await folderWarnings(`${option}.directory`, target.directory)),
  ];
}

async function folderWarnings(at: string, folder: string): Promise<readonly ConfigWarning[]> {
  const stats = await stat(folder).catch(() => undefined);
  return stats?.isDirectory() === true ? [] : [configWarning(at, 'missing-folder', folder)];
}

/** As the system looks for it: what may not be run is passed over where another folder has one. */
async function programFault(
  program: string,
  path: string,
): Promise<Extract<ConfigCode, 'missing-program' | 'program-not-executable'> | undefined> {
  const files = program.includes('/')
    ? [program]
    : path.split(delimiter).map((folder) => join(folder, program));
  let isThere = false;
  for (const file of files) {
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    isThere = true;
    if (await isExecutable(file)) return undefined;
  }
  return isThere ? 'program-not-executable' : 'missing-program';
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
