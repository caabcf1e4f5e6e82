import { defineAction, html } from '@countersign/gateway/actions';

export const showSelection = defineAction({
  name: 'show_selection',
  description: 'Shows what was selected when the item was picked.',
  input: {
    type: 'object',
    properties: { entity_type: { type: 'string' }, selected_ids: { type: 'string' } },
  },
  run({ entity_type, selected_ids }, { fields }) {
    const ids = (selected_ids ?? '').split(',').filter((id) => id !== '');
    return html`
      <p>${ids.length} × ${entity_type ?? 'nothing'}, picked by ${fields.get('user_login') ?? 'somebody'} in ${fields.get('project_name') ?? 'several projects'}.</p>
      <ul>${ids.map((id) => html`<li>${entity_type} ${id}</li>`)}</ul>`;
  },
});
