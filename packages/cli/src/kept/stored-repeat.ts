/** Whether the gateway of a configuration has taken a request before: it would be refused, or answered, as a repeat. */
import { SetupError, type SignedRequest } from '@countersign/core';
import type { ExplainOptions } from '@countersign/core/explain';
import { takenTwice } from '@countersign/gateway';
import { readPlace } from '../admin-access.ts';
import type { Call } from '../command.ts';
import type { ConfiguredGate } from '../config-gate.ts';
import { isNothingKept } from '../store-file.ts';
import { UsageError } from '../usage-error.ts';
import { earlierOf } from './beside-kept.ts';
import { withKeptSource } from './kept-source.ts';

export interface StoredRepeat {
  /** How the gate refuses it, and what came before; undefined where it is no repeat. */
  readonly repeat?: Pick<ExplainOptions, 'refused' | 'earlier'>;
  /** Why nobody knows. */
  readonly note?: string;
}

/** Asks the gateway that runs, or its store’s file; where there is neither, nothing is known and nothing said. */
export async function storedRepeat(
  { args, io }: Pick<Call, 'args' | 'io'>,
  { gate, loaded }: Pick<ConfiguredGate, 'gate' | 'loaded'>,
  request: SignedRequest,
): Promise<StoredRepeat> {
  const again = await takenTwice(gate, request);
  if (again === undefined) return {};
  try {
    const earlier = await withKeptSource(loaded.config, readPlace(args, io), io, (source) =>
      earlierOf(source, gate.id, again.claimId),
    );
    return earlier === undefined ? {} : { repeat: { refused: again.refused, earlier } };
  } catch (error) {
    if (isNothingKept(error)) return {};
    if (!(error instanceof UsageError || error instanceof SetupError)) throw error;
    return { note: `Whether it came before is not known: ${error.message}.` };
  }
}
