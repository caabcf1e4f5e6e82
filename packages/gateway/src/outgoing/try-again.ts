/** Further tries of a call, and how long to wait before each. */

export interface TryAgainOptions<T> {
  /** Whether to do it twice does no harm: where an answer is lost, nobody knows what was done. */
  readonly mayRepeat: boolean;
  /** The first one counted. */
  readonly maxTries: number;
  /** How long to wait after that result of that try; undefined where another one would not help. */
  readonly waitMsAfter: (result: T, tries: number) => number | undefined;
  readonly wait: (ms: number) => Promise<void>;
}

export interface LastTry<T> {
  readonly result: T;
  /** Which try it was, from 1. */
  readonly tries: number;
}

/** The last try's result. @throws what `attempt` and `wait` throw, at once. */
export async function tryAgain<T>(
  attempt: () => Promise<T>,
  options: TryAgainOptions<T>,
): Promise<LastTry<T>> {
  const maxTries = options.mayRepeat ? options.maxTries : 1;
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    const waitMs = tries < maxTries ? options.waitMsAfter(result, tries) : undefined;
    if (waitMs === undefined) return { result, tries };
    await options.wait(waitMs);
  }
}

export interface JitterOptions {
  readonly firstMs: number;
  readonly capMs: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * From nothing to all of `firstMs`, then twice that, and so on up to `capMs`: callers that failed together do not come
 * back together. @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter")
 */
export function fullJitterMs(tries: number, { firstMs, capMs, random }: JitterOptions): number {
  return Math.round(Math.min(capMs, firstMs * 2 ** (tries - 1)) * random());
}
