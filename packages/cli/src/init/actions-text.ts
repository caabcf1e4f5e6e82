/** The sample actions that `init` writes: plain objects, so that they need no import. */

/** A module’s text; types are left out, so that it is JavaScript and TypeScript alike. */
export const ACTIONS_TEXT: string = `/** Actions: what the gateway runs for verified requests. Each is an object with name, description, input and run. */

export const sendEmail = {
  name: 'send_email',
  description: 'Sends an email to one recipient.',
  input: {
    type: 'object',
    properties: {
      recipient: { type: 'string' },
      subject: { type: 'string' },
      body: { type: 'string' },
    },
    required: ['recipient', 'subject', 'body'],
  },
  // The input has passed the schema. Return a text or an object; throw, and the sender may try again.
  run({ recipient, subject }) {
    return \`Email "\${subject}" sent to \${recipient}\`;
  },
};

export const showSelection = {
  name: 'show_selection',
  description: 'Shows what was selected when the menu item was picked.',
  input: { type: 'object', properties: { selected_ids: { type: 'string' } } },
  run({ selected_ids = '' }, { fields }) {
    return \`\${fields.get('user_login') ?? 'somebody'} picked \${selected_ids}\`;
  },
};
`;
