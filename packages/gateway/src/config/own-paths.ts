/** The paths of the public listener that the gateway answers itself, to anybody. */
import { providerIdOf } from './gate-rules.ts';
import { isMapping, valueAt } from './value-path.ts';

/** Its platform asks `GET /actions` what there is to run. */
export const LISTED_PROVIDER = 'flowent';

const ALWAYS: readonly string[] = ['/health', '/ready'];

/** @param tree the configuration as written, of any shape */
export function ownPaths(tree: unknown): ReadonlySet<string> {
  const gates = valueAt(tree, ['gates']);
  const isListed = Object.values(isMapping(gates) ? gates : {}).some(listsActions);
  return new Set(isListed ? [...ALWAYS, '/actions'] : ALWAYS);
}

function listsActions(gate: unknown): boolean {
  if (!isMapping(gate) || !isMapping(gate['answer'])) return false;
  const { list = providerIdOf(gate['provider']) === LISTED_PROVIDER } = gate['answer'];
  return list === true || list === 'true';
}
