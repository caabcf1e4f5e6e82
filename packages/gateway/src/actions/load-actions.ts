/** Loads the actions that a module exports. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SetupError } from '@countersign/core';
import { commonJsProblem } from '../config/commonjs-module.ts';
import { LateModuleError, loadInTime } from '../config/load-in-time.ts';
import { faultWords, placeText, syntaxPlace } from '../config/module-fault.ts';
import { type Action, checkAction, looksLikeAction } from './define-action.ts';
import type { ModuleLoader } from './module-loader.ts';
import { notePlace, placeOf } from './places-of-actions.ts';

/**
 * Every exported action of the module, alone or in an exported list.
 * @throws SetupError where the module does not load within 30 s, exports none, or two have one name.
 */
export async function loadActions(
  file: string,
  option: string,
  load: ModuleLoader = loadOnce,
): Promise<readonly Action[]> {
  const actions = actionsIn(await loadModule(file, option, load));
  if (actions.length === 0) {
    throw new SetupError(option, `${file} exports no action`, 'Export what defineAction returns.');
  }
  const names = new Map<string, Action>();
  for (const action of actions) {
    notePlace(action, file);
    checkAction(action, option);
    const first = names.get(action.name);
    if (first !== undefined) {
      const places = [first, action].flatMap((namesake) => placeOf(namesake) ?? []).join(' and ');
      throw new SetupError(
        option,
        `two actions are named "${action.name}"${places === '' ? '' : `: ${places}`}`,
        'Give each action its own name.',
      );
    }
    names.set(action.name, action);
  }
  return actions;
}

const loadOnce: ModuleLoader = async (url) => (await import(url)) as object;

async function loadModule(file: string, option: string, load: ModuleLoader): Promise<object> {
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

/** In the order of the exports' names. The same action exported under two names, or in a list as well, counts once. */
function actionsIn(module: object): readonly Action[] {
  const actions = new Set<Action>();
  const exported = Object.entries(module).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, unknown][];
  for (const [, value] of exported) {
    const candidates: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const candidate of candidates) if (looksLikeAction(candidate)) actions.add(candidate);
  }
  return [...actions];
}
