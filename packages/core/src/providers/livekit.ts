import type { Provider } from '../provider.ts';
import { bodyHashClaim } from '../schemes/jwt/body-hash-claim.ts';
import { requestToken } from '../schemes/jwt/request-token.ts';

export const livekit: Provider<'livekit'> = {
  id: 'livekit',
  title: 'LiveKit webhooks',
  summary:
    'LiveKit sends a JSON Web Token in Authorization with each webhook, whose claim sha256 holds the hash of the body.',
  source: 'https://docs.livekit.io/home/server/webhooks/; WebhookReceiver of npm livekit-server-sdk',
  keyVariable: 'LIVEKIT_API_SECRET',
  setUp:
    'Add the address to the project’s webhooks; the secret of the API key that signs them is this gate’s key, and its id the issuer.',
  scheme: requestToken(
    {
      name: 'livekit',
      algorithms: ['HS256'],
      header: 'authorization',
      bound: [bodyHashClaim('sha256', { encoding: 'base64' })],
    },
    { names: ['issuer'] },
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The whole token, until it expires. The event’s id stands in the body, which is proved: compare it where a webhook must count once.',
};
