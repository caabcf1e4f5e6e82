import { HOUR, MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { fieldMember } from '../schemes/field-member.ts';
import { TIMESTAMP, TYPE } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const dropboxSign: Provider<'dropbox-sign'> = {
  id: 'dropbox-sign',
  title: 'Dropbox Sign events',
  summary:
    'Dropbox Sign signs time and type of each event with HMAC-SHA256, and nothing else of it; the signature is in the JSON of a form.',
  source: 'https://developers.hellosign.com/docs/events/walkthrough/',
  keyVariable: 'DROPBOX_SIGN_API_KEY',
  setUp:
    'In Dropbox Sign’s settings, under API, set the address as the account’s or the app’s callback; the account’s API key is this gate’s key.',
  scheme: senderTemplate({
    name: 'dropbox-sign',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { ...fieldMember('json', 'event.event_hash'), encoding: 'hex' },
    message: template(TIMESTAMP, TYPE),
    timestamp: signedTime({ ...fieldMember('json', 'event.event_time'), unit: 's', isText: true }),
    // It is the event’s, which a retry keeps: six come within 31 hours, says the walkthrough; some for about three days, says the glossary.
    tolerance: { pastMs: 4 * 24 * HOUR, futureMs: 5 * MINUTE },
    type: fieldMember('json', 'event.event_type'),
    replay: 'none',
    // https://developers.hellosign.com/docs/events/walkthrough/: any other answer is a failure.
    acknowledgement: 'Hello API Event Received',
  }),
  answerWithinMs: 30 * SECOND,
  retriesForMs: 30 * HOUR + 20 * MINUTE,
  givesUp: 'After six retries of one event Dropbox Sign disables the callback.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'None: two events of one type and one second have one signature. What the event is about is not signed: ask Dropbox Sign’s API before you act.',
};
