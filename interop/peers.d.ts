/** The peers that have no types of their own. */
declare module 'jsonwebtoken' {
  import type { KeyObject } from 'node:crypto';

  const jsonwebtoken: {
    sign(
      claims: object,
      key: KeyObject | string,
      options: { readonly algorithm: string; readonly expiresIn: string },
    ): string;
    verify(
      token: string,
      key: KeyObject | string,
      options: { readonly algorithms: readonly string[] },
    ): Readonly<Record<string, unknown>>;
  };
  export = jsonwebtoken;
}
