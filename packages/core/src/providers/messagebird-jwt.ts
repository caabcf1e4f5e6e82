import type { Provider } from '../provider.ts';
import { bodyHashClaim } from '../schemes/jwt/body-hash-claim.ts';
import { requestToken } from '../schemes/jwt/request-token.ts';
import { urlClaim } from '../schemes/jwt/url-claim.ts';

export const messagebirdJwt: Provider<'messagebird-jwt'> = {
  id: 'messagebird-jwt',
  title: 'MessageBird signed requests',
  summary:
    'MessageBird sends a JSON Web Token with each request, whose claims hold the SHA-256 of the URL and of the body.',
  source:
    'https://developers.messagebird.com/api/#verifying-http-requests; webhook-signature-jwt of npm messagebird',
  keyVariable: 'MESSAGEBIRD_SIGNING_KEY',
  setUp: 'The signing key of the account, from its developer settings, is this gate’s key.',
  scheme: requestToken(
    {
      name: 'messagebird-jwt',
      algorithms: ['HS256'],
      header: 'messagebird-signature-jwt',
      issuers: ['MessageBird'],
      required: ['jti'],
      bound: [urlClaim('url_hash', { hash: 'hex' }), bodyHashClaim('payload_hash', { emptyBody: 'absent' })],
    },
    { names: ['algorithm'] },
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The whole token, which has a jti of its own, until it expires: a minute as a rule.',
};
