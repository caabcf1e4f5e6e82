import type { Provider } from '../provider.ts';
import { createDetachedJwsScheme } from '../schemes/jws/detached-jws.ts';
import { REQUIRED_HEADERS_ROW, readDetachedSettings } from '../schemes/jws/detached-options.ts';
import { keySetUrl } from '../schemes/jwt/key-set-url.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';

const KEY_SET = 'https://webhooks.truelayer.com/.well-known/jwks';

export const truelayer: Provider<'truelayer'> = {
  id: 'truelayer',
  title: 'TrueLayer webhooks',
  summary:
    'TrueLayer signs method, path, headers of its choice and the body of each request by a detached JSON Web Signature with ES512.',
  source:
    'https://docs.truelayer.com/docs/verify-the-signature-of-a-payment-webhook; npm truelayer-signing and its request signing specification',
  keyVariable: 'TRUELAYER_JWKS',
  setUp:
    'Set the address as the webhook URI in the TrueLayer Console; the gate fetches the keys itself. For the sandbox set jwks to https://webhooks.truelayer-sandbox.com/.well-known/jwks.',
  fetchesKeys: true,
  scheme: {
    options: [
      ...jwtOptionRows(['header'], { header: 'tl-signature' }),
      REQUIRED_HEADERS_ROW,
      ...jwtOptionRows(['jwks'], { jwks: KEY_SET }),
    ],
    create(options) {
      const header = options.headerName('header') ?? 'tl-signature';
      const settings = readDetachedSettings(options);
      options.refuseUnread();
      return createDetachedJwsScheme({
        name: 'truelayer',
        algorithms: ['ES512'],
        header,
        headersParameter: 'tl_headers',
        parameters: { tl_version: '2' },
        // Its own libraries try both.
        pathEnd: 'either',
        defaultKeySet: keySetUrl(KEY_SET, 'provider.jwks'),
        ...settings,
      });
    },
  },
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No time is demanded; where X-Tl-Webhook-Timestamp is signed it is part of the identity. Method, path, signed headers and body are the identity.',
};
