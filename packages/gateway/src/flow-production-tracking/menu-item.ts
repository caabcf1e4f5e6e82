/** What a Flow Production Tracking site sends when a person picks an action menu item. */
import type { EntityRef } from './entity.ts';
import { type FormFields, readFormFields } from './form-fields.ts';
import { present } from './present.ts';
import { type PlatformSchema, platformSchema } from './schema.ts';
import { siteOrigin } from './site-origin.ts';

/** Whom and where a pick comes from; what the site did not send is not there. */
export interface MenuItemOrigin {
  /** The type of the entities on the page, e.g. `Version`; none where the item is in no page's menu. */
  readonly entityType?: string;
  /** `server_hostname`: tells sites apart that share an item, such as staging and production. */
  readonly siteHost?: string;
  /** The origin of the site, e.g. `https://studio.shotgrid.autodesk.com`. */
  readonly siteUrl?: string;
  /** The path of the page where the item was picked. */
  readonly referrerPath?: string;
  /** The window where the item was picked: for `set_session_uuid`, so that it shows what the action changes. */
  readonly sessionUuid?: string;
}

/** A pick with all that the site says of it. */
export interface MenuItem extends MenuItemOrigin {
  readonly payload: 'full';
  readonly userId: number;
  readonly userLogin: string;
  /** Empty where nothing is selected. */
  readonly selectedIds: readonly number[];
  /** All entities that the page's query finds, also those on its other pages. */
  readonly ids: readonly number[];
  /** `selectedIds`, each with its type, as the site's API takes them. */
  readonly selected: readonly EntityRef[];
  /** The page's title. */
  readonly title?: string;
  readonly page?: EntityRef<'Page'>;
  /** Absent where the page shows entities of several projects. */
  readonly project?: EntityRef<'Project'>;
  readonly view?: string;
  /** The visible columns. */
  readonly columns: readonly MenuItemColumn[];
  readonly sort: readonly MenuItemSort[];
  readonly grouping: readonly MenuItemGrouping[];
}

export interface MenuItemColumn {
  /** The field's system name. */
  readonly name: string;
  /** Absent where a name holds a comma, so that the names cannot be told apart. */
  readonly displayName?: string;
}

export interface MenuItemSort {
  readonly column: string;
  /** `asc` or `desc`. */
  readonly direction?: string;
}

export interface MenuItemGrouping {
  readonly column: string;
  /** E.g. `exact`, `entitytype`, `month`. */
  readonly method?: string;
  /** `asc` or `desc`. */
  readonly direction?: string;
}

/** A pick of an item with “Light Payload”: the site keeps the rest under `ami_payload` in the `meta` of an event log entry. */
export interface LightMenuItem extends MenuItemOrigin {
  readonly payload: 'light';
  readonly eventLogEntryId: number;
  readonly userId?: number;
  readonly userLogin?: string;
}

const USER = ['user_id', 'user_login'];
const ORIGIN = ['entity_type', 'server_hostname', 'referrer_path', 'session_uuid'];
const PAGE = ['selected_ids', 'ids', 'title', 'page_id', 'project_id', 'project_name', 'view'];
const COLUMNS = ['cols', 'column_display_names'];
const SORT = ['sort_column', 'sort_columns', 'sort_direction', 'sort_directions'];
const GROUP = ['grouping_column', 'grouping_columns', 'grouping_method', 'grouping_methods'];
const GROUP_DIRECTION = ['grouping_direction', 'grouping_directions'];

/**
 * The `input` of an action that a menu item calls: the site's form with ids as numbers, comma lists as lists, and what
 * belongs together put together. All fields as they were sent are in `context.fields`.
 * @see Autodesk’s “Custom Action Menu Items”, “Payload contents”
 */
export const menuItem: PlatformSchema<MenuItem> = platformSchema(
  formSchema([...USER, ...ORIGIN, ...PAGE, ...COLUMNS, ...SORT, ...GROUP, ...GROUP_DIRECTION], USER),
  (fields, issues) => {
    const form = readFormFields(fields, issues);
    if (form.text('event_log_entry_id') !== undefined && form.text('user_id') === undefined) {
      const remedy =
        'switch “Light Payload” off at the menu item, or give the action lightMenuItem as its input';
      form.refuse('event_log_entry_id', `is all that was sent: ${remedy}`);
      return undefined;
    }
    const origin = readOrigin(form);
    const selectedIds = form.ids('selected_ids');
    const { entityType } = origin;
    if (entityType === undefined && selectedIds.length > 0) form.refuse('entity_type', 'is required');
    return {
      payload: 'full',
      userId: form.required('user_id', form.id('user_id'), 0),
      userLogin: form.required('user_login', form.text('user_login'), ''),
      ...origin,
      selectedIds,
      ids: form.ids('ids'),
      selected: selectedIds.map((id) => ({ type: entityType ?? '', id })),
      ...present({ title: form.text('title'), view: form.text('view') }),
      ...present({ page: readRef(form, 'Page', 'page_id'), project: readProject(form) }),
      columns: readColumns(form),
      sort: readSort(form),
      grouping: readGrouping(form),
    };
  },
);

/**
 * The `input` of an action whose menu item sends a light payload. Autodesk has it for items of custom protocols, whose
 * links cannot be long.
 * @see Autodesk’s “Custom Action Menu Items”, “Light payload”
 */
export const lightMenuItem: PlatformSchema<LightMenuItem> = platformSchema(
  formSchema(['event_log_entry_id', ...USER, ...ORIGIN], ['event_log_entry_id']),
  (fields, issues) => {
    const form = readFormFields(fields, issues);
    return {
      payload: 'light',
      eventLogEntryId: form.required('event_log_entry_id', form.id('event_log_entry_id'), 0),
      ...present({ userId: form.id('user_id'), userLogin: form.text('user_login') }),
      ...readOrigin(form),
    };
  },
);

function formSchema(names: readonly string[], required: readonly string[]): Record<string, unknown> {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  // Sites add fields, and the signature covers them.
  return { type: 'object', properties, required, additionalProperties: {} };
}

function readOrigin(form: FormFields): MenuItemOrigin {
  const siteHost = form.text('server_hostname');
  const siteUrl = siteHost === undefined ? undefined : siteOrigin(siteHost);
  if (siteHost !== undefined && siteUrl === undefined) form.refuse('server_hostname', 'must be a host name');
  return present({
    entityType: form.text('entity_type'),
    siteHost,
    siteUrl,
    referrerPath: form.text('referrer_path'),
    sessionUuid: form.text('session_uuid'),
  });
}

function readRef<T extends string>(form: FormFields, type: T, name: string): EntityRef<T> | undefined {
  const id = form.id(name);
  return id === undefined ? undefined : { type, id };
}

function readProject(form: FormFields): EntityRef<'Project'> | undefined {
  const project = readRef(form, 'Project', 'project_id');
  return project && { ...project, ...present({ name: form.text('project_name') }) };
}

function readColumns(form: FormFields): readonly MenuItemColumn[] {
  const names = form.list('cols');
  const shown = alongside(form.list('column_display_names'), names);
  return named(names, (name, i) => ({ name, ...present({ displayName: shown[i] }) }));
}

function readSort(form: FormFields): readonly MenuItemSort[] {
  const columns = severalOrOne(form, 'sort_column');
  const directions = alongside(severalOrOne(form, 'sort_direction'), columns);
  return named(columns, (column, i) => ({ column, ...present({ direction: directions[i] }) }));
}

function readGrouping(form: FormFields): readonly MenuItemGrouping[] {
  const columns = severalOrOne(form, 'grouping_column');
  const methods = alongside(severalOrOne(form, 'grouping_method'), columns);
  const directions = alongside(severalOrOne(form, 'grouping_direction'), columns);
  return named(columns, (column, i) => ({
    column,
    ...present({ method: methods[i], direction: directions[i] }),
  }));
}

/** The plural field is sent only where there are several; the singular one then holds the first. */
function severalOrOne(form: FormFields, name: string): readonly string[] {
  const several = form.list(`${name}s`);
  return several.length > 0 ? several : form.list(name);
}

/** A list that goes with another; nothing of it where their lengths differ, since then their places do not match. */
function alongside(items: readonly string[], others: readonly string[]): readonly (string | undefined)[] {
  return items.length === others.length ? items.map((item) => item || undefined) : [];
}

function named<T>(names: readonly string[], build: (name: string, i: number) => T): readonly T[] {
  return names.flatMap((name, i) => (name === '' ? [] : [build(name, i)]));
}
