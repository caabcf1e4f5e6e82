/** What a request is held against where nobody has a gate yet: keys as somebody holds them, and perhaps the provider. */

import { checkOptions, IS, type OptionRules } from '../check-options.ts';
import { createGate } from '../create-gate.ts';
import type { Gate, GateOptions, ProviderChoice, SchemeDeclaration } from '../gate.ts';
import { PROVIDER_CHOICE } from '../gate-options.ts';
import { describeGiven, memberOf } from '../given.ts';
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

/** What a key may be says what reads it. */
const RULES: OptionRules<Candidates> = {
  provider: PROVIDER_CHOICE,
  scheme: IS.record,
  keys: IS.list,
  now: IS.function,
};

/** @throws SetupError for what is neither a gate nor candidates, and for a member that is none or of the wrong kind. */
export function checkCandidates(against: unknown): asserts against is Candidates {
  if (!Array.isArray(memberOf(against, 'keys'))) {
    throw new SetupError(
      'gate',
      `it is ${describeGiven(against)}`,
      'Give what createGate returns, or { provider, keys }.',
    );
  }
  checkOptions<Candidates>(against, RULES);
}

interface CandidateGate {
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
    // A gate without keys still judges everything else about the request.
    return { gate: createGate({ ...options, keys: async () => [] }), keyFault: error };
  }
}
