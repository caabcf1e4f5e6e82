import { MINUTE } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHashClaim } from '../schemes/jwt/body-hash-claim.ts';
import { requestToken } from '../schemes/jwt/request-token.ts';

export const vonage: Provider<'vonage'> = {
  id: 'vonage',
  title: 'Vonage signed webhooks',
  summary:
    'Vonage sends a JSON Web Token in Authorization: Bearer with each webhook, whose claim payload_hash holds the SHA-256 of the body.',
  source:
    'https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks; npm @vonage/jwt',
  keyVariable: 'VONAGE_SIGNATURE_SECRET',
  setUp:
    'Set the webhooks’ HTTP method to POST: of a GET the hash is of no bytes that are sent. The signature secret of the account is this gate’s key.',
  scheme: requestToken(
    {
      name: 'vonage',
      algorithms: ['HS256'],
      header: 'authorization',
      prefix: 'Bearer ',
      issuers: ['Vonage'],
      // Its tokens have iat, and mostly no exp; the documentation names no limit.
      maxAgeMs: 5 * MINUTE,
      bound: [bodyHashClaim('payload_hash')],
    },
    { names: ['maxAgeMs'] },
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The whole token, until it is as old as maxAgeMs lets it be.',
};
