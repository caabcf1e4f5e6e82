/** The jobs of delayed deliveries, opened again where the server went while they were opened. Until then nobody is woken, and what is due is looked for. */
import type { BossJobs } from './boss-jobs.ts';
import type { DelayedJobs } from './delayed-jobs.ts';

export interface ReopenedJobs extends DelayedJobs {
  close(): Promise<void>;
}

export interface ReopenedJobsOptions {
  readonly open: () => Promise<BossJobs>;
  readonly onProblem: (message: string, error: unknown) => void;
  /** Before the second try; each further wait is twice as long. Default 1 s. */
  readonly firstWaitMs?: number;
}

const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 60_000;

/** Resolves after the first try. */
export async function openReopenedJobs(options: ReopenedJobsOptions): Promise<ReopenedJobs> {
  const jobs = new Reopened(options);
  await jobs.open();
  return jobs;
}

class Reopened implements ReopenedJobs {
  readonly #options: ReopenedJobsOptions;
  #jobs: BossJobs | undefined;
  #opening: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs: number;
  #isTold = false;
  #isClosed = false;

  constructor(options: ReopenedJobsOptions) {
    this.#options = options;
    this.#waitMs = options.firstWaitMs ?? FIRST_WAIT_MS;
  }

  open(): Promise<void> {
    this.#opening = this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  isWritten(...asked: Parameters<DelayedJobs['isWritten']>): boolean {
    return this.#jobs?.isWritten(...asked) ?? false;
  }

  async write(...written: Parameters<DelayedJobs['write']>): Promise<void> {
    await this.#jobs?.write(...written);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    await this.#jobs?.close();
  }

  async #open(): Promise<void> {
    const { open, onProblem } = this.#options;
    try {
      this.#jobs = await open();
    } catch (error) {
      if (!this.#isTold)
        onProblem('delayed deliveries wake nobody: their jobs cannot be had, and they are looked for', error);
      this.#isTold = true;
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => void this.open(), this.#waitMs).unref();
      this.#waitMs = Math.min(MOST_WAIT_MS, 2 * this.#waitMs);
    }
  }
}
