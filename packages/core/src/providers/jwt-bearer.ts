import type { Provider } from '../provider.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { createJwtScheme } from '../schemes/jwt/jwt-scheme.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';

export const jwtBearer: Provider<'jwt-bearer'> = {
  id: 'jwt-bearer',
  title: 'JWT bearer tokens',
  summary: 'Any client sends a JSON Web Token in Authorization: Bearer; an issuer of your choice signs it.',
  source: 'RFC 6750 §2.1, RFC 7519, RFC 8725; https://www.rfc-editor.org/rfc/rfc8725',
  keyVariable: 'JWT_KEY',
  scheme: {
    options: jwtOptionRows(
      [
        ...([
          'header',
          'algorithm',
          'jwks',
          'issuer',
          'audience',
          'typ',
          'required',
          'lifetime',
          'leewayMs',
        ] as const),
        ...(['binding', 'bindingMode', 'ip', 'consume'] as const),
      ],
      { algorithm: 'HS256' },
    ),
    create(options) {
      const scheme = readJwtOptions(options, {
        name: 'jwt-bearer',
        algorithms: ['HS256'],
        header: 'authorization',
        prefix: 'Bearer ',
      });
      options.end();
      return createJwtScheme(scheme);
    },
  },
  proof: 'token',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote:
    'None, unless consume says how often: a client sends the same token with many requests until it expires.',
};
