/** The actions behind the site's menu items. */
import { defineAction, html } from '@countersign/gateway/actions';

const input = {
  type: 'object',
  properties: { entity_type: { type: 'string' }, selected_ids: { type: 'string' } },
} as const;

export const showSelection = defineAction({
  name: 'show_selection',
  description: 'Shows what was selected.',
  input,
  run({ entity_type, selected_ids = '' }, { fields }) {
    const ids = selected_ids.split(',').filter((id) => id !== '');
    return html`
      <p>${ids.length} × ${entity_type} in ${fields.get('project_name') ?? 'several projects'}</p>
      <ul>${ids.map((id) => html`<li>${entity_type} ${id}</li>`)}</ul>`;
  },
});

export const showView = defineAction({
  name: 'show_view',
  description: 'Shows how the page was sorted and grouped.',
  input,
  run: (_, { fields }) =>
    html`<p>${fields.get('sort_column')} ${fields.get('sort_direction')}, ${fields.get('grouping_column') ?? 'ungrouped'}</p>`,
});
