/** The option `origin`, which several schemes have. */
import { type Origin, parseOrigin } from '../effective-request.ts';
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { shownUrl } from '../text/shown-url.ts';

/**
 * Scheme and host as the sender knows them.
 * @param mayEndInSlash as the URL objects of some libraries write an origin
 * @throws SetupError for what is no origin, or more than one.
 */
export function readOrigin(options: OptionReader, mayEndInSlash = false): Origin | undefined {
  const text = options.text('origin');
  if (text === undefined) return undefined;
  const origin = parseOrigin(mayEndInSlash ? text.replace(/\/$/, '') : text);
  if (origin) return origin;
  throw new SetupError(
    options.path('origin'),
    `"${shownUrl(text)}" is not an origin`,
    'Give a scheme and a host and no more, e.g. https://hooks.example.',
  );
}
