/** A `.env` file: what it sets, and what it was hardly meant to cut. */
import { parseEnv } from 'node:util';

export interface DotEnv {
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Names whose value goes on after a `#` that no blank stands before: a comment to the reader of the file, hardly to its writer. */
  readonly cut: ReadonlySet<string>;
}

export const NO_DOT_ENV: DotEnv = { values: {}, cut: new Set() };

const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*([^\r\n]*)$/gm;

/** Reads as Node does: unquoted values end at the first `#`. */
export function readDotEnvText(text: string): DotEnv {
  const values = parseEnv(text);
  const cut = new Set<string>();
  for (const [, name = '', written = ''] of text.matchAll(LINE)) {
    const hash = written.indexOf('#');
    if (hash > 0 && /\S/.test(written.charAt(hash - 1)) && values[name] === written.slice(0, hash))
      cut.add(name);
  }
  return { values, cut };
}
