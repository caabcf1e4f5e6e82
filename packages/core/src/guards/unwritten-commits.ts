/** Commits that the server could not be told: written as soon as it answers again. */
import { dropOldest } from '../drop-oldest.ts';
import { unref } from '../pause.ts';
import type { CommitRequest } from './claim-server.ts';

/** Commits that wait, at most: some 10 MB with answers of 1 KB. The oldest are dropped; their leases hold them for a while yet. */
const MAX_WAITING = 10_000;
const RETRY_MS = 1000;

export interface UnwrittenCommitsOptions {
  /** Rejects where the server does not answer. */
  readonly write: (identity: string, commit: CommitRequest) => Promise<void>;
  /** The caller's clock. */
  readonly now: () => number;
}

/** By identity, in hexadecimal digits. A timer runs while any waits, and does not keep the process alive. */
export class UnwrittenCommits {
  readonly #options: UnwrittenCommitsOptions;
  readonly #waiting = new Map<string, CommitRequest>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UnwrittenCommitsOptions) {
    this.#options = options;
  }

  /** The commit that waits, unless its end has come. */
  get(identity: string, nowMs: number): CommitRequest | undefined {
    if (this.#waiting.size === 0) return undefined;
    const commit = this.#waiting.get(identity);
    if (commit === undefined || commit.untilMs > nowMs) return commit;
    this.#waiting.delete(identity);
    return undefined;
  }

  add(identity: string, commit: CommitRequest): void {
    this.#waiting.set(identity, this.withEarlier(identity, commit));
    dropOldest(this.#waiting, MAX_WAITING);
    this.#schedule();
  }

  /** The commit, with the end of one that waits where that is later. */
  withEarlier(identity: string, commit: CommitRequest): CommitRequest {
    const earlier = this.#waiting.get(identity);
    return earlier === undefined || earlier.untilMs <= commit.untilMs
      ? commit
      : { ...commit, untilMs: earlier.untilMs };
  }

  /** It was written by somebody else. */
  delete(identity: string): void {
    this.#waiting.delete(identity);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#writeAll().finally(() => {
        this.#timer = undefined;
        this.#schedule();
      });
    }, RETRY_MS);
    unref(this.#timer);
  }

  /** One after the other, until one fails: the others would, too. Never rejects. */
  async #writeAll(): Promise<void> {
    for (const identity of [...this.#waiting.keys()]) {
      const nowMs = this.#options.now();
      // One that has ended would end a newer lease.
      const commit = this.get(identity, nowMs);
      if (commit === undefined) continue;
      try {
        await this.#options.write(identity, { ...commit, nowMs });
      } catch {
        return;
      }
      if (this.#waiting.get(identity) === commit) this.#waiting.delete(identity);
    }
  }
}
