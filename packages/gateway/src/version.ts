/** The gateway's version, from its package.json; of the program that it is joined into, that one's. */
import { readFileSync } from 'node:fs';

/** E.g. `0.1.0`. */
export function gatewayVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
