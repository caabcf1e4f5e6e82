/** How a key was written, kept so that `explain` can say how it should have been. */
import type { KeyEncoding, KeySpec } from './key-spec.ts';

/** One way to write or read a key’s text otherwise: what most often stands between two sides that have the same key. */
export type KeyChange = 'trimmed' | 'unquoted' | 'line-ended' | 'utf8' | 'base64' | 'hex';

let specOf: (key: WrittenKey) => KeySpec;

/**
 * A key as its operator wrote it. Opaque: it tells how the key was read, and never the key, neither to JSON nor to an
 * inspection.
 */
export class WrittenKey {
  static {
    specOf = (key) => key.#spec;
  }

  /** What its text was read as: an encoding, the scheme’s prefix (`whsec_`), or `bytes`. */
  readonly readAs: string;
  readonly #spec: KeySpec;

  constructor(spec: KeySpec, readAs: string) {
    this.#spec = spec;
    this.readAs = readAs;
  }
}

/** The key with that change; undefined where it changes nothing, and for bytes, which nobody has written. */
export function rewrittenKey(key: WrittenKey, change: KeyChange): KeySpec | undefined {
  const spec = specOf(key);
  const { secret } = spec;
  if (typeof secret !== 'string') return undefined;
  switch (change) {
    case 'trimmed':
      return withText(spec, secret.trim());
    case 'unquoted':
      return withText(spec, secret.trim().replace(/^(["'`])(.*)\1$/s, '$2'));
    case 'line-ended':
      return withText(spec, `${secret}\n`);
    default:
      return key.readAs === (change satisfies KeyEncoding) ? undefined : { ...spec, encoding: change };
  }
}

function withText(spec: KeySpec, secret: string): KeySpec | undefined {
  return secret === spec.secret ? undefined : { ...spec, secret };
}
