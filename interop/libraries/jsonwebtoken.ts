import jsonwebtoken from 'jsonwebtoken';
import type { Exchange, Lack } from '../exchange.ts';
import { CLAIMS, tokenExchanges } from './tokens.ts';

export function exchanges(): readonly (Exchange | Lack)[] {
  return tokenExchanges({
    sign: (algorithm, key) => jsonwebtoken.sign(CLAIMS, key, { algorithm, expiresIn: '1m' }),
    accepts: (token, algorithm, key) => {
      const payload = jsonwebtoken.verify(token, key, { algorithms: [algorithm] });
      return payload['sub'] === CLAIMS.sub && payload['name'] === CLAIMS.name;
    },
    lacks: {
      Ed25519: 'it has no Edwards curves (RFC 8037, RFC 9864)',
      EdDSA: 'it has no Edwards curves (RFC 8037)',
    },
  });
}
