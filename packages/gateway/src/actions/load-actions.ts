/** Loads the actions that a module exports. */
import { SetupError } from '@countersign/core';
import { type Action, checkAction, looksLikeAction } from './define-action.ts';
import { loadModule } from './load-module.ts';
import type { ModuleLoader } from './module-loader.ts';
import { notePlace, placeOf } from './places-of-actions.ts';

/**
 * Every exported action of the module, alone or in an exported list.
 * @throws SetupError where the module does not load within 30 s, exports none, or two have one name.
 */
export async function loadActions(
  file: string,
  option: string,
  load?: ModuleLoader,
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
