/** A statement that is a transaction of its own, again where it met another. */
import { isTransient } from './errors.ts';

const MAX_TRIES = 8;

/** `work` may be called several times. */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || tries === MAX_TRIES) throw error;
    }
  }
}
