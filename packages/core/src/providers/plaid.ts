import { HOUR, MINUTE, SECOND } from '../freshness.ts';
import { TEXT, words } from '../option-row.ts';
import type { OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { bodyHashClaim } from '../schemes/jwt/body-hash-claim.ts';
import { keyById } from '../schemes/jwt/key-by-id.ts';
import { isHeaderValue, KEY_URL_DEFAULTS } from '../schemes/jwt/key-url.ts';
import { requestToken } from '../schemes/jwt/request-token.ts';
import { SetupError } from '../setup-error.ts';

const ENVIRONMENTS = ['production', 'sandbox'] as const;

export const plaid: Provider<'plaid'> = {
  id: 'plaid',
  title: 'Plaid webhooks',
  summary:
    'Plaid sends a JSON Web Token with each webhook, whose claim request_body_sha256 holds the hash of the body; its keys are asked for one by one.',
  source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  keyVariable: 'PLAID_VERIFICATION_KEY',
  setUp:
    'The address goes into the webhook of each Link token, or is set for the Item. Give client_id and secret of the Plaid dashboard, under Developers, Keys: with them Plaid’s keys are asked for, so the gate has none of its own. For webhooks of the Sandbox, set environment to sandbox, and give its secret.',
  fetchesKeysWith: 'clientId',
  usualOptions: { clientId: '5b1c0f7d2a9e4c3b8d6f1a20', secret: '0f3a9c5e7b1d2846a8c4e6f0b2d4a6' },
  scheme: requestToken(
    {
      name: 'plaid',
      algorithms: ['ES256'],
      header: 'plaid-verification',
      hasNoAudience: true,
      // The page: no webhook older than five minutes.
      maxAgeMs: 5 * MINUTE,
      bound: [bodyHashClaim('request_body_sha256')],
    },
    {
      names: ['maxAgeMs'],
      rows: [
        {
          name: 'clientId',
          description: 'the client_id of the Plaid account, with which keys are asked for',
          value: TEXT,
          default: 'none: the gate’s keys hold Plaid’s',
        },
        {
          name: 'secret',
          description: 'the secret of the Plaid account for that environment, with which keys are asked for',
          value: TEXT,
          default: 'none: the gate’s keys hold Plaid’s',
        },
        {
          name: 'environment',
          description: 'whose keys are asked for',
          value: words(...ENVIRONMENTS),
          default: 'production',
        },
      ],
      read(options) {
        const environment = options.oneOf('environment', ENVIRONMENTS) ?? 'production';
        const credentials = readCredentials(options);
        if (credentials === undefined) return {};
        return {
          keySource: keyById({
            ...KEY_URL_DEFAULTS,
            url: `https://${environment}.plaid.com/webhook_verification_key/get`,
            headers: { 'plaid-client-id': credentials.clientId, 'plaid-secret': credentials.secret },
            body: '{"key_id":"{kid}"}',
            member: 'key',
            until: 'expired_at',
          }),
        };
      },
    },
  ),
  answerWithinMs: 10 * SECOND,
  retriesForMs: 24 * HOUR,
  givesUp: 'Where more than 90 % of a day’s webhooks are rejected, Plaid sends none of them again.',
  proof: 'token',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The whole token, until it is five minutes old. Plaid’s tokens name no audience: a webhook to another of its customers is as good here, so look at the item_id.',
};

function readCredentials(
  options: OptionReader,
): { readonly clientId: string; readonly secret: string } | undefined {
  const [clientId, secret] = [options.text('clientId'), options.text('secret')];
  if (clientId === undefined && secret === undefined) return undefined;
  const missing = clientId === undefined ? 'clientId' : secret === undefined ? 'secret' : undefined;
  if (clientId === undefined || secret === undefined) {
    throw new SetupError(
      options.path(missing ?? 'secret'),
      'it is not given, and the other one is',
      'Give both, or neither and Plaid’s keys as the gate’s.',
    );
  }
  for (const name of ['clientId', 'secret']) {
    if (isHeaderValue(options.text(name) ?? '')) continue;
    throw new SetupError(options.path(name), 'it holds a character that no header can', 'Copy it anew.');
  }
  return { clientId, secret };
}
