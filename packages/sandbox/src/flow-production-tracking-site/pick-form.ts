/** The form that the site posts when a user picks a menu item, signed. */
import { amiFields, amiForm, type FormField } from '../flow-production-tracking.ts';
import type { SiteItem } from './site-item.ts';
import { GROUPING_COLUMN, type SiteView } from './site-view.ts';

/** The project of all entities on the site's pages. */
export interface SiteProject {
  readonly id: number;
  readonly name: string;
}

export interface PickFormOptions {
  readonly item: SiteItem;
  readonly view: SiteView;
  /** Ids of the selected rows, in the order of the screen. */
  readonly selectedIds: readonly number[];
  /** Undefined where the page spans projects. */
  readonly project: SiteProject | undefined;
  /** The site's own host, with its port. */
  readonly hostname: string;
  /** Of the window in which the item was picked. */
  readonly sessionUuid: string;
  /** Of the entry that a light payload names in place of the fields. */
  readonly eventLogEntryId: number;
  readonly nowMs: number;
}

/** The fields in the order of the wire, `timestamp` and `signature` last. */
export function pickForm(options: PickFormOptions): readonly FormField[] {
  const { item, nowMs } = options;
  const fields = item.lightPayload === true ? lightFields(options) : fullFields(options);
  const { body } = amiForm({ fields, key: item.secret, nowMs });
  // The same fields whichever way the browser will encode them: the signature does not cover the encoding.
  const signed = new URLSearchParams(new TextDecoder().decode(body));
  return [...signed].map(([name, value]) => ({ name, value }));
}

function lightFields({ eventLogEntryId }: PickFormOptions): readonly FormField[] {
  return [{ name: 'event_log_entry_id', value: String(eventLogEntryId) }];
}

function fullFields({
  view,
  selectedIds,
  project,
  hostname,
  sessionUuid,
}: PickFormOptions): readonly FormField[] {
  const { page, columns, rows } = view;
  const fields = amiFields({
    entity_type: page.table.entityType,
    selected_ids: selectedIds.join(','),
    ids: rows.map(({ id }) => id).join(','),
    title: page.title,
    page_id: String(page.id),
    server_hostname: hostname,
    referrer_path: page.path,
    session_uuid: sessionUuid,
    cols: columns.map(({ name }) => name).join(','),
    column_display_names: columns.map(({ title }) => title).join(','),
    sort_column: view.sortColumn,
    sort_direction: view.sortDirection,
    grouping_column: GROUPING_COLUMN,
    ...(project && { project_id: String(project.id), project_name: project.name }),
  });
  return fields.filter(
    ({ name }) =>
      (view.isGrouped || !name.startsWith('grouping_')) &&
      (project !== undefined || !name.startsWith('project_')),
  );
}
