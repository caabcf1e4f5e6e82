/** What a provider’s scheme is made of: its declaration, and the options that a gate may set. */
import type { OptionRow } from './option-row.ts';
import type { OptionReader, RawOptions } from './options.ts';
import type { Scheme } from './scheme.ts';

export interface SchemeSource {
  /** Rows of all that it takes; or, of a sender’s template, their names: `optionRowsOf` makes its rows. */
  readonly options: readonly (OptionRow | string)[];
  /** How the options call the parts of the scheme, where they do not have the scheme’s name. */
  readonly optionNames?: Readonly<Record<string, string>>;
  /** Options that are given already. */
  readonly given?: RawOptions;
  /** @throws SetupError for a wrong option. */
  create(options: OptionReader): Scheme;
}
