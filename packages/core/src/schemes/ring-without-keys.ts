/** Of a gate whose platform hands its key over, before it has done so. */
import type { ListedKeys } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';

const NONE_YET: Objection = objection(
  'unknown-key',
  'the gate has no key yet: its platform hands it over in its test of the address',
  'Open the gate for a key, and have the platform send its test; or give the gate its key by hand.',
);

export function ringWithoutKeys(): ListedKeys {
  const ring: ListedKeys = {
    list: () => [],
    find: () => ring,
    usable: () => [],
    unusable: () => [],
    outage: NONE_YET,
    written: [],
    signing() {
      throw new SetupError('keys', 'the gate has no key yet', 'Wait for the platform’s test, or give one.');
    },
  };
  return ring;
}
