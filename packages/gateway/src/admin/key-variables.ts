/** The environment variables that hold gates' keys, as the configuration names them. */
import type { ShownConfig } from '../config/shown-config.ts';

const SECRET_OF_KEY = /^gates\.([^.[\]]+)\.keys\[\d+\]\.secret$/;
const REFERENCE = /^\$\{env:([A-Za-z_]\w*)(?::-[^}]*)?\}$/;

/** A configuration with a thousand gates has tens of thousands of values: they are read once. */
const READ = new WeakMap<ShownConfig, ReadonlyMap<string, string>>();

/** By gate, of the first of its keys that comes from a variable. */
export function keyVariablesOf(shown: ShownConfig): ReadonlyMap<string, string> {
  const read = READ.get(shown);
  if (read !== undefined) return read;
  const variables = new Map<string, string>();
  for (const { path, shown: text } of shown.values) {
    const gate = SECRET_OF_KEY.exec(path)?.[1];
    if (gate === undefined || variables.has(gate)) continue;
    const variable = REFERENCE.exec(String(text))?.[1];
    if (variable !== undefined) variables.set(gate, variable);
  }
  READ.set(shown, variables);
  return variables;
}
