/**
 * A gate's own proof as written: its provider or scheme; or, where senders migrate, the first of `accept`, which has no end and stands in
 * their place.
 */
import { isMapping, type ValuePath } from './value-path.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Whether the first entry of `accept` is the gate's own proof. */
export function isOwnAccepted({ provider, scheme, accept }: Mapping): boolean {
  const first: unknown = Array.isArray(accept) ? accept[0] : undefined;
  return provider === undefined && scheme === undefined && isMapping(first) && first['until'] === undefined;
}

export interface OwnProof {
  /** The gate as if its own proof stood in it, and older ones alone under `accept`. */
  readonly gate: Mapping;
  /** Where the own proof stands, below the gate. */
  readonly at: ValuePath;
  /** How many entries of `accept` are the own proof's. */
  readonly skipped: 0 | 1;
}

/** @param gate of any shape */
export function withOwnProof(gate: Mapping): OwnProof {
  const { accept, keys: shared } = gate;
  const first: unknown = Array.isArray(accept) ? accept[0] : undefined;
  if (!isOwnAccepted(gate) || !Array.isArray(accept) || !isMapping(first))
    return { gate, at: [], skipped: 0 };
  const { provider, scheme, keys = shared } = first;
  const { accept: _, ...rest } = gate;
  const older: readonly unknown[] = accept.slice(1);
  return {
    gate: { ...rest, provider, scheme, keys, ...(older.length > 0 && { accept: older }) },
    at: ['accept', 0],
    skipped: 1,
  };
}
