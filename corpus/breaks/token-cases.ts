/** The rows of tokens, each with the senders that they fit. */
import type { Case } from '../base/wire.ts';
import { incodeBasic, incodeBearer } from '../senders/shared-tokens.ts';
import {
  APPROOV_SECRET,
  approov,
  dpop,
  firebase,
  JWT_SECRET,
  jwtEc,
  jwtHmac,
  jwtRsa,
} from '../senders/token-senders.ts';
import {
  APPROOV_SLIPS,
  BASIC_SLIPS,
  BEARER_SLIPS,
  DPOP_SLIPS,
  EC_TOKEN_SLIPS,
  FIREBASE_SLIPS,
  RSA_TOKEN_SLIPS,
} from './bound-token-slips.ts';
import { casesOfSender } from './direct.ts';
import { audienceSlips, tokenSecretSlips, tokenSlips } from './token-slips.ts';

export async function tokenCases(): Promise<readonly Case[]> {
  const cases = [
    casesOfSender(jwtHmac, [
      ...tokenSlips(jwtHmac, 'Authorization', 'Bearer '),
      ...audienceSlips(jwtHmac),
      ...tokenSecretSlips(jwtHmac, JWT_SECRET, (secret) => Buffer.from(secret), false),
    ]),
    casesOfSender(jwtEc, [...audienceSlips(jwtEc), ...EC_TOKEN_SLIPS]),
    casesOfSender(jwtRsa, RSA_TOKEN_SLIPS),
    casesOfSender(approov, [
      ...tokenSlips(approov, 'Approov-Token', ''),
      ...APPROOV_SLIPS,
      ...tokenSecretSlips(approov, APPROOV_SECRET, (secret) => Buffer.from(secret, 'base64'), true),
    ]),
    casesOfSender(firebase, [...tokenSlips(firebase, 'X-Firebase-AppCheck', ''), ...FIREBASE_SLIPS]),
    casesOfSender(dpop, DPOP_SLIPS),
    casesOfSender(incodeBearer, BEARER_SLIPS),
    casesOfSender(incodeBasic, BASIC_SLIPS),
  ];
  return (await Promise.all(cases)).flat();
}
