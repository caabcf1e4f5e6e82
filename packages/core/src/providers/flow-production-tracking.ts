import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { field } from '../schemes/form-field.ts';
import { sortedFormLines } from '../schemes/form-readings.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const flowProductionTracking: Provider<'flow-production-tracking'> = {
  id: 'flow-production-tracking',
  title: 'Flow Production Tracking action menu items',
  summary: 'The site posts a form that carries its own HMAC-SHA1 signature when a person picks an item.',
  source: 'Autodesk’s “Securing your Action Menu Items”, with its Python example receiver',
  keyVariable: 'AMI_SECRET_TOKEN',
  setUp:
    'In Flow Production Tracking, set the address as the URL of the action menu item, and give its Secret Token, which is this gate’s key.',
  scheme: senderTemplate({
    name: 'flow-production-tracking',
    keyForms: [{ algorithm: 'hmac-sha1', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { ...field('signature'), encoding: 'hex' },
    message: wholeBody,
    body: sortedFormLines,
    timestamp: signedTime({ ...field('timestamp'), unit: 'rfc3339' }),
    tolerance: { pastMs: 10 * SECOND, futureMs: 5 * SECOND },
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'answer',
  repeats: 'refuse',
  replayNote: 'The signed content is the identity. Two equal picks in one second count as one.',
};
