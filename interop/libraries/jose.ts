import type { KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Exchange, Lack } from '../exchange.ts';
import { CLAIMS, tokenExchanges } from './tokens.ts';

export function exchanges(): readonly (Exchange | Lack)[] {
  return tokenExchanges({
    sign: (alg, key) =>
      new SignJWT(CLAIMS).setProtectedHeader({ alg }).setIssuedAt().setExpirationTime('1m').sign(keyOf(key)),
    accepts: async (token, alg, key) => {
      const { payload } = await jwtVerify(token, keyOf(key), { algorithms: [alg] });
      return payload.sub === CLAIMS.sub && payload['name'] === CLAIMS.name;
    },
    lacks: {},
  });
}

function keyOf(key: KeyObject | string): KeyObject | Uint8Array {
  return typeof key === 'string' ? new TextEncoder().encode(key) : key;
}
