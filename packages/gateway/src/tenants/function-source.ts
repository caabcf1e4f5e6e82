/** Keys of tenants that a function of the operator's finds. */
import { nearMiss, SetupError, type TenantOptions } from '@countersign/core';
import { loadModule } from '../actions/load-module.ts';
import type { KeySourceConfig } from '../config/config.ts';

/** @throws SetupError where the module does not load within 30 s, or has no such function */
export async function openFunctionSource(
  { file, name }: Pick<Extract<KeySourceConfig, { readonly kind: 'function' }>, 'file' | 'name'>,
  option: string,
): Promise<TenantOptions['keysOf']> {
  const exported: Readonly<Record<string, unknown>> = { ...(await loadModule(file, option)) };
  const value = Object.hasOwn(exported, name) ? exported[name] : undefined;
  // What it returns is judged where it is used.
  if (typeof value === 'function') return value as TenantOptions['keysOf'];
  const names = Object.keys(exported).filter((key) => typeof exported[key] === 'function');
  const meant = nearMiss(name, names);
  throw new SetupError(
    option,
    `the module ${file} exports no function ${name}`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Name a function that it exports, behind a #.`,
  );
}
