/** The ring of a function of keys. How it looks them up is loaded with its first request, and with no gate of a list. */
import type { KeyLookup } from './key-lookup.ts';
import type { KeyLookupOptions } from './keys/key-hint.ts';
import type { KeyRing } from './keys.ts';
import { SetupError } from './setup-error.ts';

const DEFAULTS: Required<KeyLookupOptions> = { maxAgeMs: 60_000, timeoutMs: 5_000, maxNames: 1_000 };

export function createFunctionRing(
  lookup: Omit<KeyLookup, keyof KeyLookupOptions>,
  options: KeyLookupOptions = {},
): KeyRing {
  let loaded: Pick<KeyRing, 'list' | 'find'> | undefined;
  async function load(): Promise<Pick<KeyRing, 'list' | 'find'>> {
    const { createLookup } = await import('./key-lookup.ts');
    // Several requests may have waited for it: the first has made it for all.
    loaded ??= createLookup({ ...DEFAULTS, ...options, ...lookup });
    return loaded;
  }
  return {
    list: () => loaded?.list() ?? [],
    find: (query) => (loaded ? loaded.find(query) : load().then(({ find }) => find(query))),
    written: [],
    signing() {
      throw new SetupError(
        'keys',
        'a function finds them, by request; there is none to sign with',
        'To sign, make a gate of a list of keys.',
      );
    },
  };
}
