/**
 * The providers whose type of event is not signed, and is shown by the signed body: by their ids. No member of `Provider`, since every
 * bundle with GitHub’s would have its table then, which handlers of `events` alone read.
 */
import { type TypeJudge, typeJudge } from '../body-shapes.ts';
import { GITHUB_BODIES } from './github.ts';

export const TYPE_JUDGES: ReadonlyMap<string, TypeJudge> = /* @__PURE__ */ new Map([
  ['github', /* @__PURE__ */ typeJudge(GITHUB_BODIES)],
]);
