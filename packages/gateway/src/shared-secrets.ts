/** One secret at two gates: where the path is not signed, what was sent to one is as good at the other. */
import type { Gate } from '@countersign/core';
import type { GateConfig } from './config/config.ts';
import type { ConfigWarning } from './config/finding.ts';

interface Opened {
  readonly config: Pick<GateConfig, 'name' | 'keys'>;
  readonly engine: Gate | undefined;
}

/** One warning for each gate that takes what an earlier one takes. */
export function sharedSecretWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return gates.flatMap((gate, i) => {
    const { config, engine } = gate;
    if (engine?.scheme.proof !== 'signature' || engine.coverage.covered.includes('path')) return [];
    const twin = gates.slice(0, i).find((other) => isAlike(gate, other));
    if (twin === undefined) return [];
    const message = `A secret is that of the gate ${twin.config.name} too, and the path is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.`;
    return [{ path: `gates.${config.name}.keys`, message }];
  });
}

/** Whether both look for the same kind of proof in the same places, by a common secret. */
function isAlike({ config, engine }: Opened, other: Opened): boolean {
  if (engine?.provider !== other.engine?.provider) return false;
  if (engine?.proofHeaders.join() !== other.engine?.proofHeaders.join()) return false;
  const secrets = new Set(secretsOf(other));
  return secretsOf({ config }).some((secret) => secrets.has(secret));
}

function secretsOf({ config }: Pick<Opened, 'config'>): readonly string[] {
  return config.keys.filter(({ state }) => state !== 'revoked').map(({ secret }) => secret.reveal());
}
