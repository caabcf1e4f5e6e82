import { ActionError, defineAction } from '@countersign/gateway/actions';

export const sendEmail = defineAction({
  name: 'send_email',
  description: 'Sends an email to one recipient.',
  input: {
    type: 'object',
    properties: {
      recipient: { type: 'string', description: 'Address of the recipient' },
      subject: { type: 'string' },
      body: { type: 'string' },
    },
    required: ['recipient', 'subject', 'body'],
  },
  run({ recipient, subject }) {
    if (!recipient.includes('@')) throw new ActionError(`"${recipient}" is not an email address`);
    return `Email "${subject}" sent to ${recipient}`;
  },
});

export const createUser = defineAction({
  name: 'create_user',
  description: 'Creates a user account.',
  input: {
    type: 'object',
    properties: {
      username: { type: 'string', minLength: 1 },
      email: { type: 'string' },
      full_name: { type: 'string' },
    },
    required: ['username', 'email'],
  },
  run: ({ username, email, full_name }) => `User ${username} (${full_name ?? email}) created`,
});

export const getWeather = defineAction({
  name: 'get_weather',
  description: 'Tells the weather at a place.',
  input: {
    type: 'object',
    properties: { location: { type: 'string', minLength: 1 } },
    required: ['location'],
  },
  run: ({ location }) => `Sunny and 21 °C in ${location}`,
});
