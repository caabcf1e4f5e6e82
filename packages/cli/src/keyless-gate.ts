/** What `check` says of a gate that is to have its first key from its platform. */
import { type ConfigProblem, handsKeys, type LoadedConfig, type RunTimeKey } from '@countersign/gateway';
import type { CheckedGate } from './checked-view.ts';

/** Whether the configuration has no key for it, and need not. */
export function waitsForKey({ config, gate }: CheckedGate): boolean {
  return handsKeys(config) && gate?.keys.list().length === 0;
}

/** Why it never gets one, if so: what is handed over is stored encrypted. @param runTimeKeys what the store has for it */
export function lockedGate(
  { config }: CheckedGate,
  { storeKey }: LoadedConfig['config'],
  runTimeKeys: readonly RunTimeKey[] = [],
): readonly ConfigProblem[] {
  if (storeKey !== undefined || runTimeKeys.length > 0) return [];
  return [
    {
      path: `gates.${config.name}.keys`,
      problem:
        'the gate has no key, and none can be handed over to it: it would be stored encrypted, and there is no storeKey',
      remedy: 'Make one with `openssl rand -hex 32`, and set storeKey to it; or give the gate its key.',
    },
  ];
}

export function noKeyYetText(gate: string): string {
  return `none yet: its platform hands it over once the gate is opened for it (countersign keys open --gate ${gate})`;
}
