import type { Provider } from '../provider.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { createJwtScheme } from '../schemes/jwt/jwt-scheme.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';

export const approov: Provider = {
  id: 'approov',
  title: 'Approov tokens',
  summary: 'A mobile app that Approov has attested sends a short-lived token with each request.',
  source:
    'Approov’s Python token-check quickstart, https://github.com/approov/quickstart-python-flask-token-check',
  keyVariable: 'APPROOV_BASE64_SECRET',
  options: [
    {
      name: 'binding',
      description: 'headers that the token is bound to by its claim pay, in order',
      default: 'none',
    },
    {
      name: 'bindingMode',
      description: 'required; optional: checked where the token has the claim; or off',
      default: 'required',
    },
    { name: 'header', description: 'the header that carries the token', default: 'approov-token' },
    ...jwtOptionRows(
      ['algorithm', 'jwks', 'issuer', 'audience', 'typ', 'required', 'leewayMs', 'ip', 'consume'],
      { algorithm: 'HS256' },
    ),
  ],
  replayNote: 'None, unless consume is 1: an app sends the same token with many requests until it expires.',
  createScheme(options) {
    const scheme = readJwtOptions(options, {
      name: 'approov',
      algorithms: ['HS256'],
      header: 'approov-token',
      keyEncoding: 'base64',
    });
    options.end();
    return createJwtScheme(scheme);
  },
};
