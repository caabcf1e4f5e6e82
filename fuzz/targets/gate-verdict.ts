/** A verdict of a gate whose keys make no promise necessary, on a request with one header that is the input. */
import type { Gate, SignedRequest, Verdict } from '@countersign/core';

export function verdictOf(gate: Gate, request: SignedRequest): Verdict {
  const verdict = gate.verify(request);
  if (verdict instanceof Promise) throw new Error('the gate made a promise');
  return verdict;
}

export function textOf(input: Uint8Array): string {
  return Buffer.from(input).toString('latin1');
}
