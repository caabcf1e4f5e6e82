/** What a request is held against where nobody has a gate yet: keys as somebody holds them, and perhaps the provider. */
import { createGate } from '../create-gate.ts';
import type { Gate, GateOptions, ProviderChoice, SchemeDeclaration } from '../gate.ts';
import type { KeySpec } from '../keys.ts';
import { SetupError } from '../setup-error.ts';

export interface Candidates {
  /** Provider and scheme may both be left out: the ready-made providers whose requests look like it are tried. */
  readonly provider?: ProviderChoice;
  readonly scheme?: SchemeDeclaration;
  /** Keys of any length. One that cannot be read is a finding. */
  readonly keys: readonly (string | KeySpec)[];
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface CandidateGate {
  readonly gate: Gate;
  /** Why its keys could not be read: the gate has none then. */
  readonly keyFault: SetupError | undefined;
}

/** @throws SetupError for anything but a key that cannot be read */
export function candidateGate({ provider, scheme, keys, now }: Candidates): CandidateGate {
  const options: Omit<GateOptions, 'keys'> = {
    ...(provider !== undefined && { provider }),
    ...(scheme !== undefined && { scheme }),
    allowShortKey: true,
    ...(now && { now }),
  };
  try {
    return { gate: createGate({ ...options, keys }), keyFault: undefined };
  } catch (error) {
    if (!(error instanceof SetupError && error.option.startsWith('keys'))) throw error;
    // Of a gate whose keys are looked for, and not there, everything else of the request is judged all the same.
    return { gate: createGate({ ...options, keys: async () => [] }), keyFault: error };
  }
}
