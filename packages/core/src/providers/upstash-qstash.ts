import type { Provider } from '../provider.ts';
import { bodyHashClaim } from '../schemes/jwt/body-hash-claim.ts';
import { requestToken } from '../schemes/jwt/request-token.ts';
import { urlClaim } from '../schemes/jwt/url-claim.ts';

export const upstashQstash: Provider<'upstash-qstash'> = {
  id: 'upstash-qstash',
  title: 'Upstash QStash',
  summary:
    'QStash sends a JSON Web Token with each message, whose claims hold the URL and the SHA-256 of the body.',
  source: 'https://upstash.com/docs/qstash/features/security; Receiver of npm @upstash/qstash',
  keyVariable: 'QSTASH_CURRENT_SIGNING_KEY',
  setUp:
    'Give both signing keys of the Upstash Console as this gate’s keys: the current one, and the next one with the state next.',
  scheme: requestToken({
    name: 'upstash-qstash',
    algorithms: ['HS256'],
    header: 'upstash-signature',
    issuers: ['Upstash'],
    bound: [urlClaim('sub'), bodyHashClaim('body', { encoding: 'base64url' })],
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The whole token, until it expires: five minutes by default. A retry has a token of its own.',
};
