/** Whether a request that its gate takes would be refused as a repeat, and of what. */
import { Buffer } from 'node:buffer';
import { done, type Gate, type SignedRequest } from '@countersign/core';
import type { RefusedBefore } from '@countersign/core/explain';

export interface TakenTwice {
  /** 32 hex characters. */
  readonly claimId: string;
  /** How the gate refuses the same again. */
  readonly refused: RefusedBefore;
}

/** Undefined where the gate refuses the request itself, or would take it again. @param gate with a replay guard that nobody else has */
export async function takenTwice(gate: Gate, request: SignedRequest): Promise<TakenTwice | undefined> {
  const first = await gate.receive(request, (_, claim) => done(claim));
  const claim = first.kind === 'done' ? first.value : undefined;
  if (claim === undefined) return undefined;
  const second = await gate.receive(request, () => done());
  if (second.kind !== 'refused') return undefined;
  return { claimId: Buffer.from(claim.identity).toString('hex'), refused: second.verdict };
}
