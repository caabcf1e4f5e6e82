import { MILLISECONDS, TEXT, words } from '../option-row.ts';
import type { Provider } from '../provider.ts';
import { readApproovOptions } from '../schemes/approov/approov-options.ts';
import { createApproovScheme } from '../schemes/approov/approov-scheme.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { createJwtScheme } from '../schemes/jwt/jwt-scheme.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';
import { openWarnings } from '../schemes/jwt/token-demands.ts';

export const approov: Provider<'approov'> = {
  id: 'approov',
  title: 'Approov tokens',
  summary: 'A mobile app that Approov has attested sends a short-lived token with each request.',
  source:
    'Approov’s Python token-check quickstart, https://github.com/approov/quickstart-python-flask-token-check',
  keyVariable: 'APPROOV_BASE64_SECRET',
  setUp:
    'Have the app call its API through the Approov SDK, with the API’s domain added in Approov; the account’s secret in base64 is this gate’s key.',
  scheme: {
    options: [
      ...jwtOptionRows(
        [
          'binding',
          'bindingMode',
          'header',
          'algorithm',
          'jwks',
          'issuer',
          'audience',
          'typ',
          'required',
          'lifetime',
          'leewayMs',
          'ip',
          'consume',
        ],
        { algorithm: 'HS256', header: 'approov-token' },
      ),
      {
        name: 'messageSigning',
        description:
          'required; optional: checked where a request has a signature; or off. It must cover method, target URI, the token’s header and, where there is a body, Content-Digest',
        value: words('off', 'optional', 'required'),
        default: 'off',
      },
      {
        name: 'signer',
        description:
          'install: the key in the claim ipk; or account: HMAC-SHA256 with the keys whose id starts with account-message',
        value: words('install', 'account'),
        default: 'install',
      },
      {
        name: 'origin',
        description: 'scheme and authority as apps know them, e.g. https://api.example',
        value: TEXT,
        default: 'https and the request’s host, or what a trusted proxy says of them',
      },
      {
        name: 'maxAgeMs',
        description: 'how old a message signature’s created may be',
        value: MILLISECONDS,
        default: '300000',
      },
      {
        name: 'futureMs',
        description: 'how far ahead created may be',
        value: MILLISECONDS,
        default: '60000',
      },
      {
        name: 'nonce',
        description: 'whether a message signature must have one: required',
        value: words('optional', 'required'),
        default: 'optional',
      },
    ],
    create(options) {
      const scheme = readJwtOptions(options, {
        name: 'approov',
        algorithms: ['HS256'],
        header: 'approov-token',
        keyEncoding: 'base64',
      });
      const signing = readApproovOptions(options, scheme.header);
      options.refuseUnread();
      const token = createJwtScheme(scheme);
      return signing
        ? createApproovScheme(token, { ...signing, tokenWarnings: openWarnings(scheme) })
        : token;
    },
  },
  proof: 'token',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote:
    'With messageSigning required, a signed message is taken once, by its nonce or as a whole. Else none, unless consume says how often: an app sends the same token with many requests until it expires.',
};
