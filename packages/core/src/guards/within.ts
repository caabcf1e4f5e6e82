/** A bound on a wait for somebody else's server. */

/**
 * What the work comes to, within the time.
 * @param late told of what it came to after the time was over
 * @throws what the work throws; an Error of code ETIMEDOUT that names the time, where that is over first
 */
export function within<T>(
  timeoutMs: number,
  work: () => Promise<T>,
  late: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      reject(Object.assign(new Error(`no answer came within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const ended = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    // The client is other people's: it may throw where it should reject.
    Promise.resolve()
      .then(work)
      .then(
        (value) => (isOver ? late(value) : ended(() => resolve(value))),
        (error: unknown) => ended(() => reject(error)),
      );
  });
}
