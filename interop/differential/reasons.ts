/**
 * Why others judge some requests otherwise: each disagreement has a rule with its reason, or is a failure, so that a fault of ours is never
 * taken for theirs.
 */
import type { Disagreement } from './disagreement.ts';
import { TOKEN_RULES } from './token-rules.ts';
import { WEBHOOK_RULES } from './webhook-rules.ts';

const RULES = [...WEBHOOK_RULES, ...TOKEN_RULES];

/** Of the first rule that applies, with whose it is; undefined where there is none. */
export function reasonOf(disagreement: Disagreement): string | undefined {
  const side = disagreement.theirs ? 'accept' : 'refuse';
  const rule = RULES.find(
    ({ peers, theirs, applies }) =>
      theirs === side && peers.includes(disagreement.peer) && applies(disagreement),
  );
  return rule && `${rule.kind}: ${rule.reason}`;
}
