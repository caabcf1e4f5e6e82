/** The names of the headers that a proof hangs on. */
import type { Trial } from './trial.ts';

/** Lower-case names of the headers that carry the proof. */
export function proofHeaders({ scheme }: Pick<Trial, 'scheme'>): readonly string[] {
  return scheme.headers.proof;
}

/** Of what a sender chooses itself no more are looked at. */
const MAX_NAMES = 16;

/** Lower-case names of the headers that the proof covers or is bound to, and that this request’s own signature names. */
export function coveredHeaders({ scheme, request }: Pick<Trial, 'scheme' | 'request'>): readonly string[] {
  const { proof, covered, bound } = scheme.headers;
  const input = proof.includes('signature-input') ? request.headers.get('signature-input') : undefined;
  const chosen = [...(input ?? '').matchAll(/"([a-z0-9!#$%&'*+.^_`|~-]+)"(?=[ );])/g)].map(
    ([, name = '']) => name,
  );
  return [...new Set([...covered, ...bound, ...chosen])].slice(0, MAX_NAMES);
}
