/**
 * Several proofs of one gate, of which one has a test that signs whatever text anybody asks for: its own scheme takes no such text as a message,
 * and the others that go by the same secret must not either.
 */
import type { Gate } from '@countersign/core';
import { rebuilt } from '@countersign/core/internal/gate-parts';
import type { GateConfig } from '../config/config.ts';

type Scheme = Gate['scheme'];

/** One of the gate’s proofs whose test signs so. */
interface Challenging {
  readonly scheme: Scheme;
  readonly secrets: readonly string[];
}

/** Each core gate that is made adds its own. */
export type SharedChallenges = Challenging[];

/** The same gate, which takes no message that could be such a text of another proof. @param keys those that it is made with */
export function refusingChallenges(gate: Gate, keys: GateConfig['keys'], challenges: SharedChallenges): Gate {
  const { scheme } = gate;
  const secrets = keys.map(({ secret }) => secret.reveal());
  if (signsChallenges(scheme)) challenges.push({ scheme, secrets });
  const confirm: Scheme['confirm'] = (passage) => {
    for (const other of challenges) {
      if (other.scheme === scheme || !isShared(secrets, other.secrets)) continue;
      if (!haveAlgorithm(scheme, other.scheme)) continue;
      for (const rule of other.scheme.handshakes) {
        const refused = rule.refuses?.(passage);
        if (refused !== undefined) return refused;
      }
    }
    return scheme.confirm?.(passage);
  };
  return rebuilt(gate, { scheme: { ...scheme, confirm } });
}

/** Whether the tests of its address sign whatever text anybody asks for. */
export function signsChallenges({ handshakes }: Scheme): boolean {
  return handshakes.some(({ refuses }) => refuses !== undefined);
}

/** Whether they have one in common: what is signed by another proves nothing. */
export function haveAlgorithm(some: Scheme, other: Scheme): boolean {
  return some.keys.forms.some(({ algorithm }) =>
    other.keys.forms.some((form) => form.algorithm === algorithm),
  );
}

/** Where neither has one yet, both go by what the gate will be given. */
function isShared(some: readonly string[], others: readonly string[]): boolean {
  return some.length + others.length === 0 || some.some((secret) => others.includes(secret));
}
