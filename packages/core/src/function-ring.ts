/** The ring of keys that are looked up. How that is done is loaded with its first request, and with no gate of a list. */
import type { KeyLookup } from './key-lookup.ts';
import type { KeyFunction, KeyHint, KeyLookupOptions } from './keys/key-hint.ts';
import type { KeyRing } from './keys.ts';
import { SetupError } from './setup-error.ts';
import type { TenantChoice } from './tenant-keys.ts';

const DEFAULTS: Required<KeyLookupOptions> = { maxAgeMs: 60_000, timeoutMs: 5_000, maxNames: 1_000 };

/** What finds the keys: by the id that a request names, or by its tenant. */
export interface FunctionSource {
  readonly gate: Pick<KeyHint, 'gate' | 'provider'>;
  readonly by: KeyFunction | TenantChoice;
}

export function createFunctionRing(
  { gate, by }: FunctionSource,
  lookup: Pick<KeyLookup, 'ringOf' | 'now'>,
  options: KeyLookupOptions = {},
): KeyRing {
  let loaded: Pick<KeyRing, 'list' | 'find'> | undefined;
  async function load(): Promise<Pick<KeyRing, 'list' | 'find'>> {
    const { createLookup } = await import('./key-lookup.ts');
    const finder =
      typeof by === 'function' ? (await import('./id-finder.ts')).idFinder(by, gate) : by.bind(gate);
    // Several requests may have waited for it: the first has made it for all.
    loaded ??= createLookup({ ...DEFAULTS, ...options, ...lookup, finder });
    return loaded;
  }
  const isByTenant = typeof by !== 'function';
  return {
    // Two tenants may call their keys alike.
    list: () => (isByTenant ? [] : (loaded?.list() ?? [])),
    find: (query) => (loaded ? loaded.find(query) : load().then(({ find }) => find(query))),
    written: [],
    ...(isByTenant && { isByTenant }),
    signing() {
      throw new SetupError(
        'keys',
        'a function finds them, by request; there is none to sign with',
        'To sign, make a gate of a list of keys.',
      );
    },
  };
}
