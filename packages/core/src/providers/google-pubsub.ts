import { HOUR, SECOND } from '../freshness.ts';
import { TEXT } from '../option-row.ts';
import { notGiven, type OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { createJwtScheme } from '../schemes/jwt/jwt-scheme.ts';
import { keySetUrl } from '../schemes/jwt/key-set-url.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';

const KEY_SET = 'https://www.googleapis.com/oauth2/v3/certs';

const FOREIGN = 'It is no token of Google’s: look at who sends it.';

export const googlePubsub: Provider<'google-pubsub'> = {
  id: 'google-pubsub',
  title: 'Google Pub/Sub push',
  summary:
    'Pub/Sub sends an OpenID Connect token of a service account of yours in Authorization: Bearer with each push.',
  source: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions; npm google-auth-library',
  keyVariable: 'GOOGLE_PUBSUB_JWKS',
  setUp:
    'Turn on authentication in the push subscription: its service account is email, its audience the gate’s; the gate fetches Google’s keys itself.',
  fetchesKeys: true,
  needs: { email: 'push@project.iam.gserviceaccount.com', audience: 'https://hooks.example/pubsub' },
  scheme: {
    options: [
      {
        name: 'email',
        description:
          'the service account of the push subscription: any other could ask Google for a token of this audience',
        value: TEXT,
        default: 'none: it must be given',
        isRequired: true,
      },
      {
        name: 'audience',
        description: 'the audience of the push subscription; where it names none, the endpoint’s whole URL',
        value: TEXT,
        default: 'none: it must be given',
        isRequired: true,
      },
      ...jwtOptionRows(['header', 'jwks', 'leewayMs'], { jwks: KEY_SET }),
    ],
    create(options) {
      const email = required(options, 'email', 'Give the service account’s e-mail address.');
      const audience = required(options, 'audience', 'Give the push subscription’s audience.');
      const scheme = readJwtOptions(options, {
        name: 'google-pubsub',
        algorithms: ['RS256'],
        header: 'authorization',
        prefix: 'Bearer ',
        // https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
        issuers: ['https://accounts.google.com', 'accounts.google.com'],
        audiences: [audience],
        remedies: { algorithm: FOREIGN, issuer: FOREIGN },
        requiredValues: { email: [email], email_verified: [true] },
      });
      options.refuseUnread();
      return createJwtScheme({ ...scheme, defaultKeySet: keySetUrl(KEY_SET, 'provider.jwks') });
    },
  },
  // The default of ackDeadlineSeconds, which is the push request's time-out as well.
  answerWithinMs: 10 * SECOND,
  // How long a message is retained by default.
  retriesForMs: 7 * 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'None: one token comes with many messages for up to an hour, and the body is not proved. Its message.messageId tells repeats from each other, as far as you believe it.',
};

function required(options: OptionReader, name: string, remedy: string): string {
  const text = options.text(name);
  if (text !== undefined) return text;
  throw notGiven(options, name, remedy);
}
