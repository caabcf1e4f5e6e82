import { setTimeout as pause } from 'node:timers/promises';
import { defineAction, file, html, menuItem, progress, table } from '@countersign/gateway/actions';

export const showSelection = defineAction({
  name: 'show_selection',
  description: 'Shows what was selected when the item was picked.',
  input: menuItem,
  run({ selected, userLogin, project }) {
    const rows = selected.map(({ type, id }) => [type, id]);
    return html`
      <p>${rows.length} selected, picked by ${userLogin} in ${project?.name ?? 'several projects'}.</p>
      ${table({ columns: ['Type', 'Id'], rows, caption: 'The selection' })}`;
  },
});

export const renderSelection = defineAction({
  name: 'render_selection',
  description: 'Renders what was selected, and shows how far it is.',
  input: menuItem,
  run: ({ selected, siteUrl, referrerPath }, { signal }) =>
    progress({ title: 'Rendering' }, async function* () {
      for (const { type, id } of selected) {
        yield `${type} ${id}`;
        await pause(1000, undefined, { signal }); // your renderer; the signal says when the person has left
      }
      return html`<a href="${siteUrl}${referrerPath}" target="_top">Back to the page</a>`;
    }),
});

export const exportSelection = defineAction({
  name: 'export_selection',
  description: 'Saves the selection as a CSV file.',
  input: menuItem,
  run: ({ selected, title = 'selection' }) =>
    file({
      name: `${title}.csv`,
      contentType: 'text/csv; charset=utf-8',
      content: ['type,id', ...selected.map(({ type, id }) => `${type},${id}`)].join('\r\n'),
    }),
});
