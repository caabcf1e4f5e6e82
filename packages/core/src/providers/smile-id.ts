import { TEXT } from '../option-row.ts';
import type { OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplateOf } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { SetupError } from '../setup-error.ts';

export const smileId: Provider<'smile-id'> = {
  id: 'smile-id',
  title: 'Smile ID callbacks',
  summary:
    'Smile ID signs the time of each callback with HMAC-SHA256, and nothing of the result; the signature is in the body.',
  source: 'https://www.npmjs.com/package/smile-identity-core, whose code makes and checks them',
  keyVariable: 'SMILE_ID_API_KEY',
  setUp:
    'Give the address as the job’s callback URL; the API key of the environment is this gate’s key, and the partner’s id its partnerId.',
  needs: { partnerId: '001' },
  scheme: senderTemplateOf(
    [
      {
        name: 'partnerId',
        description: 'the partner’s id at Smile ID, which is signed',
        value: TEXT,
        default: 'none: it must be given',
        isRequired: true,
      },
    ],
    declaredFor('001'),
    (options) => declaredFor(readPartnerId(options)),
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed time is the identity. The result is not signed: ask Smile ID’s API for the job’s status before you act.',
};

function declaredFor(partnerId: string): TemplateOptions {
  return {
    name: 'smile-id',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { ...member('signature'), encoding: 'base64' },
    message: template(TIMESTAMP, `${partnerId}sid_request`),
    timestamp: signedTime({ ...member('timestamp'), unit: 'rfc3339' }),
    replay: 'message',
  };
}

/** Digits, at Smile ID; a configuration file that gives them as a number has lost their zeros. */
function readPartnerId(options: OptionReader): string {
  const text = options.text('partnerId');
  if (text !== undefined && /^[!-~]+$/.test(text)) return text;
  throw new SetupError(
    options.path('partnerId'),
    text === undefined ? 'it is not given' : 'it holds blanks, or what is not ASCII',
    'Give the partner’s id as Smile ID’s portal shows it, as a text with all its zeros, e.g. "001".',
  );
}
