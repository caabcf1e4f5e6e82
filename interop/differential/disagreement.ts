/** A request that a peer accepts and we refuse, or the other way round, and what a rule about such is. */
import type { SignedRequest, Verdict } from '@countersign/core';

export interface Disagreement {
  readonly scheme: string;
  readonly peer: string;
  /** Whether they accept it; we do the other. */
  readonly theirs: boolean;
  readonly request: SignedRequest;
  readonly verdict: Verdict;
}

/** Why some peers judge some requests otherwise. */
export interface Rule {
  readonly peers: readonly string[];
  readonly theirs: 'accept' | 'refuse';
  readonly applies: (disagreement: Disagreement) => boolean;
  /** A weakness is theirs, a strictness ours, a limit theirs and harmless. */
  readonly kind: 'weakness' | 'our strictness' | 'limit';
  readonly reason: string;
}

export function isRefused({ verdict }: Disagreement, reason: string): boolean {
  return !verdict.ok && verdict.reason === reason;
}

export function messageOf({ verdict }: Disagreement): string {
  return verdict.ok ? '' : verdict.message;
}

export function isRepeated({ request }: Disagreement, name: string): boolean {
  return request.headers.count(name) > 1;
}
