/** The path of a sender’s base URL, which a query string hash leaves out. */
import type { ValueSchema } from '../../option-row.ts';
import type { OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';

/** The form of it. */
export const BASE_PATH: ValueSchema & { readonly description: string } = {
  type: 'string',
  pattern: '^/.*[^/]$',
  description: 'the path of the base URL, e.g. /connect. Default: none',
};

/** Begins with a slash, and does not end with one. @throws SetupError for any other text. */
export function readBasePath(options: OptionReader): string | undefined {
  const path = options.text('basePath');
  if (path === undefined || /^\/[!-~]*[^/?#]$/.test(path)) return path;
  throw new SetupError(
    options.path('basePath'),
    `${JSON.stringify(path)} is not the path of a base URL`,
    'Begin with a slash, end without one, and leave out host and query, e.g. /connect.',
  );
}
