/** Writes committed claims to the store behind the answers, and those that memory has given up, many at a time. */
import type { Claim, ClaimStore } from '../stores/claim-store.ts';

export interface ClaimWriter {
  add(claim: Claim): void;
  /** Memory has given a claim up for want of room: so does the store. */
  giveUp(claim: GivenUpClaim): void;
  /** Resolves when everything added so far is stored or has been reported as lost. */
  flush(): Promise<void>;
}

/** A claim of whose request no copy was fresh at `nowMs`. */
export interface GivenUpClaim extends Pick<Claim, 'gate' | 'identity'> {
  readonly nowMs: number;
}

export interface ClaimWriterOptions {
  readonly store: Pick<ClaimStore, 'remember' | 'giveUp'>;
  /** Called once for each batch that was not stored wholly. */
  readonly onLost: (claims: number, error: unknown) => void;
}

/**
 * How long claims are gathered. One fsync then covers some thousand claims instead of a few; a process that is killed (not stopped)
 * forgets answered claims of so long and of one commit, whose requests could then be replayed until they expire.
 */
const GATHER_MS = 50;

export function createClaimWriter({ store, onLost }: ClaimWriterOptions): ClaimWriter {
  let waiting: (Claim | GivenUpClaim)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  // One that is still held in the store, though memory gave it up, is known there until it ends: nothing is lost.
  const writeOne = (claim: Claim | GivenUpClaim): Promise<unknown> =>
    'nowMs' in claim
      ? store.giveUp(claim.gate, claim.identity, claim.nowMs).catch(() => false)
      : store.remember(claim);
  const write = async (claims: readonly (Claim | GivenUpClaim)[]): Promise<void> => {
    const results = await Promise.allSettled(claims.map(writeOne));
    const lost = results.filter((result) => result.status === 'rejected');
    if (lost.length > 0) onLost(lost.length, lost[0]?.reason);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const claims = waiting;
    waiting = [];
    if (claims.length > 0) writing = Promise.all([writing, write(claims)]).then(() => {});
    return writing;
  };
  const add = (claim: Claim | GivenUpClaim): void => {
    waiting.push(claim);
    timer ??= setTimeout(() => void flush(), GATHER_MS);
  };
  return { add, giveUp: add, flush };
}
