/** The paths of the public listener that the gateway answers itself, to anybody. */
import { vendorOf } from '../vendors/all.ts';
import { isMapping, valueAt } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

const ALWAYS: readonly string[] = ['/health', '/ready'];

/** @param tree the configuration as written, of any shape */
export function ownPaths(tree: unknown): ReadonlySet<string> {
  const gates = valueAt(tree, ['gates']);
  const isListed = Object.values(isMapping(gates) ? gates : {}).some(listsActions);
  return new Set(isListed ? [...ALWAYS, '/actions'] : ALWAYS);
}

function listsActions(gate: unknown): boolean {
  if (!isMapping(gate) || !isMapping(gate['answer'])) return false;
  const { list = vendorOf(providerIdOf(gate['provider'])).asksForActions } = gate['answer'];
  return list === true || list === 'true';
}
