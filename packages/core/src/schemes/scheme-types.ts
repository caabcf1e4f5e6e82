/** The types of schemes that can be declared as data; `scheme-rows.ts` has what each takes. */
export const SCHEME_TYPES = [
  'template',
  'jwt',
  'shared-token',
  'http-message-signatures',
  'detached-jws',
  'aws-sigv4',
  'certificate',
] as const;
