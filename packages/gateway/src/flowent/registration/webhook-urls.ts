/** Where a platform calls the actions of a gate. */
import { SetupError } from '@countersign/core';
import type { GateConfig } from '../../config/config.ts';
import { namesAction } from '../../config/path-pattern.ts';

export interface WebhookUrlParts {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly gate: GateConfig;
  /** How many actions the gate registers. */
  readonly count: number;
}

/**
 * Makes the URL of an action by its name. Names need no escaping: they are a-z, 0-9 and _.
 * @throws SetupError for a path with parts that no registration can fill, or with no place for the names of several actions.
 */
export function webhookUrls({ publicUrl, gate, count }: WebhookUrlParts): (action: string) => string {
  const { name, path, segments } = gate;
  const option = `gates.${name}.path`;
  for (const segment of segments) {
    if (segment.kind === 'literal' || namesAction(segment)) continue;
    const open = segment.kind === 'param' ? `:${segment.name}` : '*';
    throw new SetupError(
      option,
      `${path} has ${open}, and a platform is told one URL for each action`,
      'Use plain segments and :action, e.g. /actions/:action.',
    );
  }
  const named = segments.filter(({ kind }) => kind === 'param');
  if (named.length !== 1 && (count > 1 || named.length > 1)) {
    throw new SetupError(
      option,
      `${path} has ${named.length === 0 ? 'no' : 'more than one'} place for the name of an action, and ${count} are to be registered`,
      'Put :action into it once, e.g. /actions/:action.',
    );
  }
  return (action) =>
    publicUrl +
    (segments.length === 0 ? '/' : '') +
    segments.map((segment) => `/${segment.kind === 'literal' ? segment.text : action}`).join('');
}
