/** Commits that the server could not be told: written as soon as it answers again. */
import { unref } from '../pause.ts';
import type { CommitRequest } from './claim-server.ts';

/** Commits that wait, at most. The oldest are dropped; their leases hold them for a while yet. */
const MAX_WAITING = 10_000;
/** Of the answers of all that wait. A commit whose answer has no room waits without it: its repeats hear an empty one. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
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
  #answerBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UnwrittenCommitsOptions) {
    this.#options = options;
  }

  /** The commit that waits, unless its end has come. */
  get(identity: string, nowMs: number): CommitRequest | undefined {
    if (this.#waiting.size === 0) return undefined;
    const commit = this.#waiting.get(identity);
    if (commit === undefined || commit.untilMs > nowMs) return commit;
    this.delete(identity);
    return undefined;
  }

  add(identity: string, commit: CommitRequest): void {
    const { answer, ...rest } = this.withEarlier(identity, commit);
    this.delete(identity);
    const bytes = answer?.byteLength ?? 0;
    const hasRoom = this.#answerBytes + bytes <= MAX_ANSWER_BYTES;
    this.#waiting.set(identity, { ...rest, answer: hasRoom ? answer : undefined });
    if (hasRoom) this.#answerBytes += bytes;
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MAX_WAITING) break;
      this.delete(oldest);
    }
    this.#schedule();
  }

  /** The commit, with the end of one that waits where that is later. */
  withEarlier(identity: string, commit: CommitRequest): CommitRequest {
    const earlier = this.#waiting.get(identity);
    return earlier === undefined || earlier.untilMs <= commit.untilMs
      ? commit
      : { ...commit, untilMs: earlier.untilMs };
  }

  /** It waits no longer. */
  delete(identity: string): void {
    this.#answerBytes -= this.#waiting.get(identity)?.answer?.byteLength ?? 0;
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
      if (this.#waiting.get(identity) === commit) this.delete(identity);
    }
  }
}
