/** The one peer that has no types of its own. */
declare module 'jsonwebtoken' {
  import type { KeyObject } from 'node:crypto';

  const jsonwebtoken: {
    verify(token: string, key: KeyObject, options: { readonly algorithms: readonly string[] }): unknown;
  };
  export = jsonwebtoken;
}
