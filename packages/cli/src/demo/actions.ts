/** The demo's actions. They do nothing but answer. */
import { ActionError, defineAction, html, menuItem, table } from '@countersign/gateway/actions';

const sendEmail = defineAction({
  name: 'send_email',
  description: 'Sends an email to one recipient.',
  input: {
    type: 'object',
    properties: { recipient: { type: 'string' }, subject: { type: 'string' }, body: { type: 'string' } },
    required: ['recipient', 'subject', 'body'],
  },
  run({ recipient, subject }) {
    if (!recipient.includes('@')) throw new ActionError(`"${recipient}" is not an email address`);
    return `Email "${subject}" sent to ${recipient}`;
  },
});

const createUser = defineAction({
  name: 'create_user',
  description: 'Creates a user account.',
  input: {
    type: 'object',
    properties: { username: { type: 'string' }, email: { type: 'string' }, full_name: { type: 'string' } },
    required: ['username', 'email'],
  },
  run: ({ username, email, full_name }) => `User ${username} (${full_name ?? email}) created`,
});

const getWeather = defineAction({
  name: 'get_weather',
  description: 'Tells the weather at a place.',
  input: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
  run: ({ location }) => `Sunny and 21 °C in ${location}`,
});

const showSelection = defineAction({
  name: 'show_selection',
  description: 'Shows what was selected when the menu item was picked.',
  input: menuItem,
  run: ({ selected, userLogin, project }) => html`
    <p>${selected.length} selected, picked by ${userLogin} in ${project?.name ?? 'several projects'}.</p>
    ${table({ columns: ['Type', 'Id'], rows: selected.map(({ type, id }) => [type, id]) })}`,
});

/** All of them; the gateway takes a list as well as single exports. */
export const actions: readonly object[] = [sendEmail, createUser, getWeather, showSelection];
