/** The actions of a gate as they are served now: with `--watch` and after a reload they are others than at the start. */
import type { DescribedAction } from '../flowent/registration/definitions.ts';
import type { OpenGate } from './open-gate.ts';

/** Empty for a gate that there is not, or that runs none. */
export function servedActions(
  gates: readonly Pick<OpenGate, 'config' | 'actions'>[],
  gateName: string,
): readonly DescribedAction[] {
  const actions = gates.find(({ config }) => config.name === gateName)?.actions ?? [];
  return actions.map(({ action, input }) => {
    const { name, description } = action;
    return { name, description, jsonSchema: input.jsonSchema };
  });
}
