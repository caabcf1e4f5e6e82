import { SECOND } from '../freshness.ts';
import type { Handshake } from '../model.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { bodyWithoutMember, reorderedBody } from '../schemes/json-readings.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import type { TemplatePassage } from '../schemes/template-found.ts';
import { wholeBody } from '../schemes/whole-body.ts';
import { findMember, isLiteral, stringValue } from '../text/json-text.ts';

/** The order in which the platform's own code prints the members. */
const MEMBERS = ['action_name', 'parameters', 'timestamp', 'test'];

export const flowent: Provider<'flowent'> = {
  id: 'flowent',
  title: 'Flowent action calls',
  summary: 'Flowent calls a tenant’s actions with a JSON body that carries its own HMAC-SHA256 signature.',
  source:
    'The platform’s Python action-server example; five readings, because senders print JSON differently.',
  keyVariable: 'FLOWENT_HMAC_KEY',
  setUp:
    'In Flowent, register the address as the action’s endpoint, and give the tenant’s HMAC key, which is this gate’s key.',
  scheme: senderTemplate({
    name: 'flowent',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { ...member('signature'), encoding: 'hex' },
    message: wholeBody,
    body: [...bodyWithoutMember('signature'), ...reorderedBody(MEMBERS, 'signature')],
    timestamp: signedTime({ ...member('timestamp'), unit: 's' }),
    type: member('action_name'),
    replay: 'message',
    handshakes: [
      { isSigned: false, read: readTest },
      { isSigned: true, read: readTest },
    ],
  }),
  answerWithinMs: 30 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'answer',
  repeats: 'refuse',
  replayNote: 'The signed content is the identity. Two equal calls in one second count as one.',
};

/** A registration test: `"test": true`, without a signature or with a good one. */
function readTest({ found: { json } }: TemplatePassage): Handshake | undefined {
  const test = json && findMember(json, 'test');
  if (!json || !test || !isLiteral(json, test, 'true')) return undefined;
  const action = findMember(json, 'action_name');
  const name = (action && stringValue(json, action)) ?? '';
  const result = { result: `Test successful for action: ${name}`, error: '' };
  return { action: name, status: 200, contentType: 'application/json', body: JSON.stringify(result) };
}
