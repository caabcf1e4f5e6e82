/** `@countersign/core/propose`: which scheme a sender uses, from one signed request and its secret. */

export type { BodyChange, Confidence, OpenCode, OpenMatter } from './open-matters.ts';
export { OPEN_CODES } from './open-matters.ts';
export * from './propose.ts';
export type { SearchBudget } from './search.ts';
