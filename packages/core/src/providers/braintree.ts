import { HOUR, SECOND } from '../freshness.ts';
import { TEXT } from '../option-row.ts';
import type { OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { fieldPart } from '../schemes/body-part.ts';
import { digestedKeyForm } from '../schemes/digested-key-form.ts';
import { field } from '../schemes/form-field.ts';
import { handshake } from '../schemes/handshake.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplateOf } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { SetupError } from '../setup-error.ts';

export const braintree: Provider<'braintree'> = {
  id: 'braintree',
  title: 'Braintree webhooks',
  summary:
    'Braintree signs the payload of each webhook, a field of a form, with HMAC-SHA1, whose key is the SHA-1 of the private key.',
  source: 'https://www.npmjs.com/package/braintree, whose code makes and checks them',
  keyVariable: 'BRAINTREE_PRIVATE_KEY',
  setUp:
    'In Braintree’s Control Panel, under API, Webhooks, set the address; the API’s private key is this gate’s key, and the public key its publicKey.',
  needs: { publicKey: 'pubkey' },
  scheme: senderTemplateOf(
    [
      {
        name: 'publicKey',
        description: 'the API’s public key, which names the signature that its private key has made',
        value: TEXT,
        default: 'none: it must be given',
        isRequired: true,
      },
    ],
    declaredFor('pubkey'),
    (options) => declaredFor(readPublicKey(options)),
  ),
  // https://developer.paypal.com/braintree/docs/guides/webhooks/parse; the sandbox stops after 3 hours.
  answerWithinMs: 30 * SECOND,
  retriesForMs: 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. The payload, which has the time of the event in it, is the identity; other fields of the form are not signed.',
};

function declaredFor(publicKey: string): TemplateOptions {
  return {
    name: 'braintree',
    keyForms: [
      digestedKeyForm({ algorithm: 'hmac-sha1', variant: 0, kind: 'secret', encoding: 'utf8' }, 'sha1'),
    ],
    signature: {
      ...field('bt_signature'),
      encoding: 'hex',
      list: signatureList({ separator: '&', assign: '|', labels: [publicKey] }),
    },
    message: template(fieldPart('bt_payload')),
    replay: 'message',
    handshakes: [
      handshake({
        method: 'GET',
        challenge: 'bt_challenge',
        // No payload is such a word: it is XML in base64.
        letters: /^[a-f0-9]{20,32}$/,
        answer: `${publicKey}|{hmac:hex}`,
      }),
    ],
  };
}

/** What may stand before a signature in a list of them. */
function readPublicKey(options: OptionReader): string {
  const text = options.text('publicKey');
  if (text !== undefined && /^[A-Za-z0-9_-]+$/.test(text)) return text;
  throw new SetupError(
    options.path('publicKey'),
    text === undefined ? 'it is not given' : 'it is none of Braintree’s',
    'Give the public key that stands beside the private one in Braintree’s Control Panel.',
  );
}
