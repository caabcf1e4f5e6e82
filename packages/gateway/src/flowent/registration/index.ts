/** Registration of actions with a platform: plan, apply, pull, keep in step. */

export { MAX_ACTIONS, MAX_CALLS_AN_HOUR } from '../limits.ts';
export * from './apply.ts';
export * from './definitions.ts';
export * from './diff-action.ts';
export * from './plan.ts';
export * from './pull.ts';
export * from './registrar.ts';
export * from './registration-view.ts';
