/** Writes committed claims to the store behind the answers, many at a time. */
import type { Claim, ClaimStore } from '../stores/claim-store.ts';

export interface ClaimWriter {
  add(claim: Claim): void;
  /** Resolves when everything added so far is stored or has been reported as lost. */
  flush(): Promise<void>;
}

export interface ClaimWriterOptions {
  readonly store: Pick<ClaimStore, 'remember'>;
  /** Called once for each batch that was not stored wholly. */
  readonly onLost: (claims: number, error: unknown) => void;
}

/**
 * How long claims are gathered. One fsync then covers some thousand claims instead of a few; a process that is killed (not stopped)
 * forgets answered claims of so long and of one commit, whose requests could then be replayed until they expire.
 */
const GATHER_MS = 50;

export function createClaimWriter({ store, onLost }: ClaimWriterOptions): ClaimWriter {
  let waiting: Claim[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = async (claims: readonly Claim[]): Promise<void> => {
    const results = await Promise.allSettled(claims.map((claim) => store.remember(claim)));
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
  return {
    add(claim) {
      waiting.push(claim);
      timer ??= setTimeout(() => void flush(), GATHER_MS);
    },
    flush,
  };
}
