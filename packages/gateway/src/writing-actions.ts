/** What a module of actions needs, and nothing that would slow its loading: `@countersign/gateway/actions`. */
export { type Action, type ActionContext, ActionError, defineAction } from './actions.ts';
export { Html, html, type Page, page } from './html.ts';
export type { InputOf, InputSchema, ObjectSchema } from './input-schema.ts';
