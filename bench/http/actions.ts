/** The action that the answering gateway runs: it does nothing, so that the gateway is what is measured. */
import { defineAction } from '@countersign/gateway/actions';

export const sendEmail = defineAction({
  name: 'send_email',
  description: 'Sends an e-mail.',
  input: {
    type: 'object',
    properties: { recipient: { type: 'string' }, subject: { type: 'string' }, body: { type: 'string' } },
    required: ['recipient', 'subject', 'body'],
    additionalProperties: false,
  },
  run: ({ recipient, subject }) => `sent "${subject}" to ${recipient}`,
});
