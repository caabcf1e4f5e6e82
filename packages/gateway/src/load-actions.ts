/** Loads the actions that a module exports. */
import { pathToFileURL } from 'node:url';
import { SetupError } from '@countersign/core';
import { type Action, checkAction, looksLikeAction } from './actions.ts';

/**
 * Every exported action of the module, alone or in an exported list.
 * @throws SetupError where the module does not load, exports none, or two have one name.
 */
export async function loadActions(file: string, option: string): Promise<readonly Action[]> {
  const found = actionsIn(await importModule(file, option));
  if (found.length === 0) {
    throw new SetupError(option, `${file} exports no action`, 'Export what defineAction returns.');
  }
  const names = new Set<string>();
  for (const action of found) {
    checkAction(action, option);
    if (names.has(action.name)) {
      throw new SetupError(
        option,
        `two actions are named "${action.name}"`,
        'Give each action its own name.',
      );
    }
    names.add(action.name);
  }
  return found;
}

async function importModule(file: string, option: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new SetupError(
        option,
        `this Node cannot load ${file}`,
        'Use Node 22.18 or later, or give a .js module.',
      );
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new SetupError(option, `${file} does not load: ${text}`, 'Mend the module.');
  }
}

/** In the order of the exports' names. The same action exported under two names, or in a list as well, counts once. */
function actionsIn(module: object): readonly Action[] {
  const found = new Set<Action>();
  const exported = Object.entries(module).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, unknown][];
  for (const [, value] of exported) {
    const candidates: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of candidates) if (looksLikeAction(one)) found.add(one);
  }
  return [...found];
}
