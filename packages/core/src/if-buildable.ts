/** What a search tries, which may be impossible: options that contradict each other, a text that is no key of the scheme. */
import { SetupError } from './setup-error.ts';

/** What is built; undefined where a SetupError says that it cannot be. @throws whatever else is thrown */
export function ifBuildable<T>(build: () => T): T | undefined {
  try {
    return build();
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}
