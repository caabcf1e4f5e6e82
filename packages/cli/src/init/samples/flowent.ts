import { SAMPLE_HEAD, type Sample } from '../sample.ts';

const SEND_EMAIL = `${SAMPLE_HEAD}
const email = {
  type: 'object',
  properties: {
    recipient: { type: 'string' },
    subject: { type: 'string' },
    body: { type: 'string' },
  },
  required: ['recipient', 'subject', 'body'],
} as const;

export const sendEmail = {
  name: 'send_email',
  description: 'Sends an email to one recipient.',
  input: email,
  // The input has passed the schema. Return a text or an object; throw, and the sender may try again.
  run({ recipient, subject }) {
    return \`Email "\${subject}" sent to \${recipient}\`;
  },
} satisfies Action<typeof email>;
`;

export const flowent: Sample = { provider: 'flowent', path: '/actions/:action', text: SEND_EMAIL };
