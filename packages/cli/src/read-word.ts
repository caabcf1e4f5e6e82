/** An option whose values are listed. */
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

/**
 * @param noSuch what there is not, e.g. `there is no verdict`
 * @returns undefined where the option is not given
 * @throws UsageError
 */
export function readWord<Word extends string>(
  text: string | undefined,
  words: readonly Word[],
  noSuch: string,
): Word | undefined {
  const match = words.find((word) => word === text);
  if (text === undefined || match !== undefined) return match;
  throw new UsageError(
    `${noSuch} ${JSON.stringify(text)}`,
    `${didYouMean(text, words)}One of ${words.join(', ')}.`,
  );
}
