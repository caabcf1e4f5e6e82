/** What a module of transformations needs, and nothing that would slow its loading: `@countersign/gateway/deliver`. */
export {
  defineTransform,
  type Transform,
  type TransformEvent,
  type Transformed,
  type TransformHeaders,
  type TransformResult,
} from './define-transform.ts';
