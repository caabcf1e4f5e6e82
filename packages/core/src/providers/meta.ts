import { HOUR } from '../freshness.ts';
import { TEXT } from '../option-row.ts';
import type { Provider } from '../provider.ts';
import type { HandshakeRule } from '../scheme.ts';
import { handshake } from '../schemes/handshake.ts';
import { member } from '../schemes/json-member.ts';
import { senderTemplateOf } from '../schemes/sender-template.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { wholeBody } from '../schemes/whole-body.ts';
import { asciiEscapedBody, rawBody } from '../schemes/written-body.ts';

/** Without a Verify Token nothing tells Meta’s test from anybody’s. */
const UNANSWERED: HandshakeRule = { isSigned: false, method: 'GET', read: () => undefined };

export const meta: Provider<'meta'> = {
  id: 'meta',
  otherNames: ['facebook'],
  title: 'Meta webhooks (WhatsApp, Messenger, Instagram)',
  summary: 'Meta signs the body of each webhook with HMAC-SHA256, with the characters beyond ASCII escaped.',
  source: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  unverified:
    'Its documentation says what is signed; that characters beyond ASCII are escaped is known from a library that is not Meta’s.',
  keyVariable: 'META_APP_SECRET',
  setUp:
    'In the app’s dashboard at Meta, under Webhooks, set the address; the App Secret under App settings, Basic is this gate’s key, and its verifyToken the Verify Token that is entered beside the address: a word that you make up. Meta tests the address when you save it, so start the gate first.',
  usualOptions: { verifyToken: 'a word of yours' },
  scheme: senderTemplateOf(
    [
      {
        name: 'verifyToken',
        description:
          'the Verify Token that was entered at Meta beside the address: its test of the address is answered where it repeats it',
        value: TEXT,
        default: 'none: the test is refused',
      },
    ],
    declaredFor(undefined),
    (options) => declaredFor(options.text('verifyToken')),
  ),
  // WhatsApp’s; the other products send again for 36 hours.
  retriesForMs: 7 * 24 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};

function declaredFor(verifyToken: string | undefined): TemplateOptions {
  return {
    name: 'meta',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' },
    message: wholeBody,
    // It mostly arrives as it was signed.
    body: [rawBody, asciiEscapedBody],
    type: member('object'),
    replay: 'message',
    handshakes: [verifyToken === undefined ? UNANSWERED : subscription(verifyToken)],
  };
}

function subscription(verifyToken: string): HandshakeRule {
  return handshake({
    method: 'GET',
    when: { 'hub.mode': 'subscribe' },
    token: { query: 'hub.verify_token', value: verifyToken },
    challenge: 'hub.challenge',
  });
}
