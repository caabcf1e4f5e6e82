import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { memberPart } from '../schemes/member-part.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedItems } from '../schemes/signed-items.ts';

const OPTIONAL = { isOptional: true };

export const adyen: Provider<'adyen'> = {
  id: 'adyen',
  title: 'Adyen standard webhooks',
  summary:
    'Adyen signs eight members of each item of a standard webhook with HMAC-SHA256, under a key in hex; the signature is in the item.',
  source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
  keyVariable: 'ADYEN_HMAC_KEY',
  setUp:
    'In Adyen’s Customer Area, under Developers, Webhooks, add a Standard webhook with the address; the HMAC key that is generated there is this gate’s key.',
  scheme: senderTemplate(
    signedItems('notificationItems.*.NotificationRequestItem', {
      name: 'adyen',
      keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'hex' }],
      signature: { ...member('additionalData.hmacSignature'), encoding: 'base64' },
      message: template(
        memberPart('pspReference', OPTIONAL),
        ':',
        memberPart('originalReference', OPTIONAL),
        ':',
        memberPart('merchantAccountCode', OPTIONAL),
        ':',
        // Adyen escapes nothing: of all members only the merchant’s own text may hold a colon.
        memberPart('merchantReference', { isOptional: true, isFree: true }),
        ':',
        memberPart('amount.value', OPTIONAL),
        ':',
        memberPart('amount.currency', OPTIONAL),
        ':',
        memberPart('eventCode', OPTIONAL),
        ':',
        memberPart('success', OPTIONAL),
      ),
      replay: 'message',
    }),
  ),
  answerWithinMs: 10 * SECOND,
  retriesForMs: 30 * 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed members of each item are its identity, whatever items it comes with. Reason, payment method and all other members are not signed.',
};
