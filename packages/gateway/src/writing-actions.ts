/** What a module of actions needs, and nothing that would slow its loading: `@countersign/gateway/actions`. */
export {
  type Action,
  type ActionContext,
  ActionError,
  type ActionErrorOptions,
  type ActionLog,
  defineAction,
} from './actions.ts';
export type { ActionInput, InputOf, JsonSchema } from './input/action-input.ts';
export type { InputSchema, ObjectSchema } from './input/object-schema.ts';
export { Html, html, type Page, page } from './results/html.ts';
