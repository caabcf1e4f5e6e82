import { UsageError } from './usage-error.ts';

/** Nobody has a key of such a provider to give. */
export function keysAreFetched(id: string): UsageError {
  return new UsageError(
    `no key is given, and ${id} fetches its keys, which a gate of a configuration does`,
    `To verify, give --config FILE, with a gate of it: \`countersign init ${id}\` writes one. To try it, give a key pair of your own: --key-file FILE signs with the private half, and verifies with the public one.`,
  );
}
