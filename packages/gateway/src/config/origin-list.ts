/** A list of origins in a configuration, or a text of them. */
import { originOf } from './origin.ts';
import type { Misfit } from './read-text.ts';
import { readable } from './schema-leaves.ts';
import { either, list, type Schema } from './shape.ts';

const ORIGIN: string = 'an origin such as https://example.com, without a path';

/** Origins as browsers write them, or as people do: with a slash at the end. */
export function originList(description: string): Schema<readonly string[], string | readonly string[]> {
  const readOne = (text: string): string | Misfit => {
    const origin = originOf(text.trim());
    if (origin === undefined) return { misfit: true };
    return text.trim().replace(/\/$/, '').length <= origin.length
      ? origin
      : { misfit: true, suggestion: origin };
  };
  const one = readable<string>(
    { expected: ORIGIN, description: 'An origin.', pattern: /^https?:\/\// },
    readOne,
  );
  const text = readable<readonly string[]>(
    { expected: `${ORIGIN}; several with commas between`, description: 'Origins with commas between.' },
    (all) => {
      const origins = all
        .split(',')
        .filter((part) => part.trim() !== '')
        .map(readOne);
      return origins.find((origin) => typeof origin !== 'string') ?? (origins as readonly string[]);
    },
  );
  return either(list(one, { expected: 'a list of origins' }), text, {
    expected: `a list of origins, or a text: ${ORIGIN}`,
    description,
  });
}
