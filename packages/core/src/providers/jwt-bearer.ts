import type { Provider } from '../provider.ts';
import { senderToken } from '../schemes/jwt/sender-token.ts';

export const jwtBearer: Provider<'jwt-bearer'> = {
  id: 'jwt-bearer',
  title: 'JWT bearer tokens',
  summary: 'Any client sends a JSON Web Token in Authorization: Bearer; an issuer of your choice signs it.',
  source: 'RFC 6750 §2.1, RFC 7519, RFC 8725; https://www.rfc-editor.org/rfc/rfc8725',
  keyVariable: 'JWT_KEY',
  scheme: senderToken({
    name: 'jwt-bearer',
    algorithms: ['HS256'],
    header: 'authorization',
    prefix: 'Bearer ',
  }),
  proof: 'token',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote:
    'None, unless consume says how often: a client sends the same token with many requests until it expires.',
};
