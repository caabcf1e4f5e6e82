import { SAMPLE_HEAD, type Sample } from '../sample.ts';

const SHOW_SELECTION = `${SAMPLE_HEAD}
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

export const flowProductionTracking: Sample = {
  provider: 'flow-production-tracking',
  path: '/ami/show_selection',
  action: 'show_selection',
  text: SHOW_SELECTION,
};
