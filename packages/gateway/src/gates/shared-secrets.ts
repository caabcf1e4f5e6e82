/** One secret at two gates: where what tells them apart is not signed, what was sent to one is as good at the other. */
import type { CoveredPart, Gate } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { pathShape } from '../config/path-pattern.ts';

interface Opened {
  readonly config: Pick<GateConfig, 'name' | 'keys' | 'segments'>;
  readonly coreGate: Gate | undefined;
}

/** One warning for each gate that takes what an earlier one takes. */
export function sharedSecretWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return gates.flatMap((gate, i) => {
    const { config, coreGate } = gate;
    if (coreGate?.scheme.proof !== 'signature') return [];
    const isOpen = (part: CoveredPart): boolean => coreGate.coverage.open.includes(part);
    const isTwin = (other: Opened): boolean =>
      isAlike(gate, other) && (isOpen('path') || (isOpen('method') && isAtOnePath(gate, other)));
    const twin = gates.slice(0, i).find(isTwin);
    if (twin === undefined) return [];
    const part = isOpen('path') ? 'path' : 'method';
    return [configWarning(`gates.${config.name}.keys`, 'shared-secret', twin.config.name, part)];
  });
}

/** Whether their methods alone tell them apart. */
function isAtOnePath(gate: Opened, other: Opened): boolean {
  return pathShape(gate.config.segments) === pathShape(other.config.segments);
}

/** Whether both look for the same kind of proof in the same places, by a common secret. */
function isAlike({ config, coreGate }: Opened, other: Opened): boolean {
  if (coreGate?.provider !== other.coreGate?.provider) return false;
  if (coreGate?.proofHeaders.join() !== other.coreGate?.proofHeaders.join()) return false;
  const secrets = new Set(secretsOf(other));
  return secretsOf({ config }).some((secret) => secrets.has(secret));
}

function secretsOf({ config }: { readonly config: Pick<GateConfig, 'keys'> }): readonly string[] {
  return config.keys.filter(({ state }) => state !== 'revoked').map(({ secret }) => secret.reveal());
}
