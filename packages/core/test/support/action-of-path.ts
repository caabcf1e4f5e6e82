/** Requests whose path ends in the name of the action that they ask for. */
import { type ActionChoice, actionFrom } from '@countersign/core';

/** The last segment, percent-decoded. */
export const actionOfPath: ActionChoice = actionFrom('path', ({ url }) =>
  decodeURIComponent(url.split('?')[0]?.split('/').at(-1) ?? ''),
);
