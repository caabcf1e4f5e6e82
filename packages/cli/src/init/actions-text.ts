/** The sample actions that `init` writes. They import types only, so that they run wherever the command does. */

const HEAD = `/**
 * Actions: what the gateway runs for verified requests. More in https://github.com/countersign/countersign#actions;
 * their types come with the package: npm install countersign
 */
import type { Action } from '@countersign/gateway/actions';
`;

const SEND_EMAIL = `${HEAD}
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

const SHOW_SELECTION = `${HEAD}
const selection = { type: 'object', properties: { selected_ids: { type: 'string' } } } as const;

export const showSelection = {
  name: 'show_selection',
  description: 'Shows what was selected when the menu item was picked.',
  input: selection,
  // The fields are all that the site has signed. Return a text or an object: it is shown as a page.
  run({ selected_ids = 'nothing' }, { fields }) {
    return \`\${fields.get('user_login') ?? 'Somebody'} picked \${selected_ids}\`;
  },
} satisfies Action<typeof selection>;
`;

/** A provider whose gate runs actions: the path that suits it, and its sample. */
export interface Answering {
  readonly path: string;
  /** The action’s name, where the path does not say it. */
  readonly action?: string;
  /** A module’s text, in TypeScript. */
  readonly sample: string;
}

/** By the provider’s id. */
export const ANSWERING: Readonly<Record<string, Answering>> = {
  flowent: { path: '/actions/:action', sample: SEND_EMAIL },
  'flow-production-tracking': { path: '/ami/:name', action: 'show_selection', sample: SHOW_SELECTION },
};
