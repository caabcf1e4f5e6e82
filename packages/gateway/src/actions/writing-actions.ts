/** What a module of actions needs, and nothing that would slow its loading: `@countersign/gateway/actions`. */

export type { EntityRef } from '../flow-production-tracking/entity.ts';
export {
  type LightMenuItem,
  lightMenuItem,
  type MenuItem,
  type MenuItemColumn,
  type MenuItemGrouping,
  type MenuItemOrigin,
  type MenuItemSort,
  menuItem,
} from '../flow-production-tracking/menu-item.ts';
export type { PlatformSchema } from '../flow-production-tracking/schema.ts';
export { type SiteEvent, type SiteEvents, siteEvents } from '../flow-production-tracking/site-events.ts';
export type { ActionInput, InputOf, JsonSchema } from '../input/action-input.ts';
export type { InputSchema, ObjectSchema } from '../input/object-schema.ts';
export { type FileContent, type FileResult, file } from '../results/file.ts';
export { Html, html, type Page, type PageContent, page } from '../results/html.ts';
export { type MessageOptions, message } from '../results/message.ts';
export { type Progress, type ProgressOptions, progress } from '../results/progress.ts';
export { type Redirect, redirect } from '../results/redirect.ts';
export type { Result } from '../results/result.ts';
export type { Source } from '../results/source.ts';
export { type StreamOptions, type StreamResult, stream } from '../results/stream.ts';
export { type TableContent, table } from '../results/table.ts';
export {
  type Action,
  type ActionContext,
  ActionError,
  type ActionErrorOptions,
  type ActionLog,
  defineAction,
} from './define-action.ts';
