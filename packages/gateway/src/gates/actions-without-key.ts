/** Actions that no request of a gate can be proved for, since each of its keys is bound to another. */
import type { KeyConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import type { ReadyAction } from '../outcomes/action-table.ts';

export function actionsWithoutKey(
  gate: string,
  keys: readonly Pick<KeyConfig, 'for'>[],
  actions: readonly Pick<ReadyAction, 'action'>[],
): readonly ConfigWarning[] {
  const named = new Set(keys.map((key) => key.for?.action));
  // A key that is bound to none is for every action.
  if (keys.length === 0 || named.has(undefined)) return [];
  return actions
    .filter(({ action }) => !named.has(action.name))
    .map(({ action }) => configWarning(`gates.${gate}.keys`, 'action-without-key', action.name));
}
