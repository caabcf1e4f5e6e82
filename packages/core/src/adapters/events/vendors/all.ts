/** The providers whose type of event is not signed, and is shown by the signed body: by their ids. */
import type { BodyShapes } from '../body-shapes.ts';
import { GITHUB_BODIES } from './github.ts';

export const BODY_SHAPES: ReadonlyMap<string, BodyShapes> = /* @__PURE__ */ new Map([
  ['github', GITHUB_BODIES],
]);
