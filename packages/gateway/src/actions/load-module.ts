/** Loads a module of the operator's, and says what is wrong with one that does not load. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SetupError } from '@countersign/core';
import { commonJsProblem } from '../config/commonjs-module.ts';
import { LateModuleError, loadInTime } from '../config/load-in-time.ts';
import { faultWords, placeText, syntaxPlace } from '../config/module-fault.ts';
import type { ModuleLoader } from './module-loader.ts';

const loadOnce: ModuleLoader = async (url) => (await import(url)) as object;

/** What the module exports. @throws SetupError where it does not load within 30 s */
export async function loadModule(
  file: string,
  option: string,
  load: ModuleLoader = loadOnce,
): Promise<object> {
  try {
    return await loadInTime(() => load(pathToFileURL(file).href));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    if (error instanceof LateModuleError) {
      throw new SetupError(
        option,
        `${file} does not load: ${error.message}`,
        'Look for an await at its top level, or of what it imports, that nothing ends.',
      );
    }
    if (!existsSync(file)) {
      throw new SetupError(
        option,
        `there is no file ${file}`,
        'Write the module there, or mend the path: it is relative to the configuration.',
      );
    }
    const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new SetupError(option, `this Node cannot load ${file}`, 'Give a .js, .mjs, .ts or .mts module.');
    }
    const commonJs = commonJsProblem(file, error);
    if (commonJs) throw new SetupError(option, commonJs.problem, commonJs.remedy);
    const place = syntaxPlace(error, pathToFileURL(file).href);
    const where = place === undefined ? file : placeText(place);
    throw new SetupError(option, `${where} does not load: ${faultWords(error)}`, 'Mend the module.');
  }
}
