/** The sample actions that `init` writes. They import types only, so that they run wherever the command does. */

/** A provider whose gate runs actions: the path that suits it, and its sample. */
export interface Sample {
  /** The provider’s id. */
  readonly provider: string;
  readonly path: string;
  /** The action’s name, where the path does not say it. */
  readonly action?: string;
  /** A module’s text, in TypeScript. */
  readonly text: string;
}

/** How each begins. */
export const SAMPLE_HEAD = `/**
 * Actions: what the gateway runs for verified requests. More in https://github.com/countersign/countersign/blob/main/docs/actions.md;
 * their types come with the package: npm install countersign
 */
import type { Action } from '@countersign/gateway/actions';
`;
