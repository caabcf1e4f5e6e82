import type { OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { readJwtOptions } from '../schemes/jwt/jwt-options.ts';
import { createJwtScheme } from '../schemes/jwt/jwt-scheme.ts';
import { keySetUrl } from '../schemes/jwt/key-set-url.ts';
import { jwtOptionRows } from '../schemes/jwt/option-rows.ts';
import { SetupError } from '../setup-error.ts';

const FOREIGN = 'It is not a token of Firebase App Check: look at what the app sends.';

const OTHER_PROJECT = 'The app belongs to another Firebase project, or the gate’s projectNumber is wrong.';

export const firebaseAppCheck: Provider<'firebase-app-check'> = {
  id: 'firebase-app-check',
  title: 'Firebase App Check tokens',
  summary: 'An app that Firebase App Check has attested sends a short-lived RS256 token with each request.',
  source: 'https://firebase.google.com/docs/app-check/custom-resource-backend',
  keyVariable: 'FIREBASE_APP_CHECK_JWKS',
  setUp:
    'Have the app get its token from Firebase’s App Check SDK, and send it in the header that the gate reads; the gate fetches the keys itself.',
  fetchesKeys: true,
  needs: { projectNumber: '123456789012' },
  scheme: {
    options: [
      {
        name: 'projectNumber',
        description: 'the Firebase project’s number, which its tokens name as issuer and audience',
        value: {
          anyOf: [
            { type: 'string', pattern: '^[1-9]\\d{0,18}$' },
            { type: 'integer', minimum: 1 },
          ],
        },
        default: 'none: it must be given',
        isRequired: true,
      },
      ...jwtOptionRows(['header', 'jwks', 'required', 'leewayMs', 'consume'], {
        header: 'x-firebase-appcheck',
        jwks: 'https://firebaseappcheck.googleapis.com/v1/jwks',
      }),
    ],
    create(options) {
      const projectNumber = readProjectNumber(options);
      const scheme = readJwtOptions(options, {
        name: 'firebase-app-check',
        algorithms: ['RS256'],
        header: 'x-firebase-appcheck',
        issuers: [`https://firebaseappcheck.googleapis.com/${projectNumber}`],
        audiences: [`projects/${projectNumber}`],
        typ: 'JWT',
      });
      options.refuseUnread();
      return createJwtScheme({
        ...scheme,
        remedies: { algorithm: FOREIGN, typ: FOREIGN, issuer: OTHER_PROJECT, audience: OTHER_PROJECT },
        defaultKeySet: keySetUrl('https://firebaseappcheck.googleapis.com/v1/jwks', 'provider.jwks'),
      });
    },
  },
  proof: 'token',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote:
    'None, unless consume says how often: an app sends the same token with many requests until it expires.',
};

/** Digits; a configuration file may give them as a number. */
function readProjectNumber(options: OptionReader): string {
  const written = options.raw('projectNumber') ?? '';
  const text = typeof written === 'number' ? String(written) : written;
  if (typeof text === 'string' && /^[1-9]\d{0,18}$/.test(text)) return text;
  throw new SetupError(
    options.path('projectNumber'),
    text === '' ? 'it is not given' : 'it is not a number',
    'Give the project’s number, from the Firebase console’s project settings; the project’s id is another.',
  );
}
