/** A sender that carries a shared token: Incode, in the forms that a site can choose. */
import { timeOf, uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import type { Sender } from '../base/wire.ts';
import { wireFrom } from './body-senders.ts';
import { secretOf } from './profile.ts';

function sharedToken(
  name: string,
  options: Record<string, unknown>,
  secret: string,
  header: string,
  value: string,
): Sender {
  return {
    name,
    choice: Object.keys(options).length === 0 ? { provider: 'incode' } : { provider: 'incode', options },
    keys: [{ secret }],
    kinds: ['json'],
    covers: { body: false, url: false },
    signedBy: versionOf('node'),
    draft: (label) => {
      const body = Buffer.from(
        JSON.stringify({
          interviewId: uuidOf(label).replaceAll('-', '').slice(0, 24),
          onboardingStatus: 'ONBOARDING_FINISHED',
          clientId: 'acme',
          flowId: '65f0c1d2',
        }),
      );
      return {
        method: 'POST',
        url: 'https://kyc.acme.example/webhook',
        contentType: 'application/json',
        body,
        at: timeOf(`${name}/${label}`),
        id: uuidOf(label),
      };
    },
    sign: async (draft) => wireFrom(draft, 'Apache-HttpClient/4.5.13 (Java/17)', [[header, value]]),
  };
}

export const INCODE_TOKEN = secretOf('incode', 36);
export const INCODE_LOGIN = `incode:${secretOf('incode basic', 20)}`;
export const incodeBearer = sharedToken(
  'incode',
  {},
  INCODE_TOKEN,
  'Authorization',
  `Bearer ${INCODE_TOKEN}`,
);
export const incodeBasic = sharedToken(
  'incode-basic',
  { form: 'basic' },
  INCODE_LOGIN,
  'Authorization',
  `Basic ${Buffer.from(INCODE_LOGIN).toString('base64')}`,
);
export const incodePlain = sharedToken(
  'incode-plain',
  { header: 'x-webhook-token' },
  INCODE_TOKEN,
  'X-Webhook-Token',
  INCODE_TOKEN,
);
