/** One secret at two gates: where what tells them apart is not signed, what was sent to one is as good at the other. */
import type { CoveredPart, Gate } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { pathShape } from '../config/path-pattern.ts';
import type { GateModes } from '../modes/gate-modes.ts';
import type { GateKeys } from './gate-keys.ts';

interface Opened {
  readonly config: Pick<GateConfig, 'name' | 'segments' | 'accept'>;
  readonly keys: Pick<GateKeys, 'current'>;
  readonly coreGate: Gate | undefined;
  readonly modes: Pick<GateModes, 'several'> | undefined;
}

/** One of the proofs that a gate takes now. */
interface TakenHere {
  /** Where its keys stand in the gate. */
  readonly at: string;
  readonly coreGate: Gate;
  readonly secrets: readonly string[];
}

/** One warning for each proof of a gate that an earlier gate takes as well. */
export function sharedSecretWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return gates.flatMap((gate, i) =>
    proofsOf(gate).flatMap((proof) => {
      if (proof.coreGate.scheme.proof !== 'signature') return [];
      const isOpen = (part: CoveredPart): boolean => proof.coreGate.coverage.open.includes(part);
      const isTwin = (other: Opened): boolean =>
        (isOpen('path') || (isOpen('method') && isAtOnePath(gate, other))) &&
        proofsOf(other).some((taken) => isAlike(proof, taken));
      const twin = gates.slice(0, i).find(isTwin);
      if (twin === undefined) return [];
      const part = isOpen('path') ? 'path' : 'method';
      return [
        configWarning(`gates.${gate.config.name}.${proof.at}`, 'shared-secret', twin.config.name, part),
      ];
    }),
  );
}

/** Its own, and older ones until their dates. */
function proofsOf({ config, keys, coreGate, modes }: Opened): readonly TakenHere[] {
  if (coreGate === undefined) return [];
  const own = { at: 'keys', coreGate, secrets: secretsOf(keys.current) };
  const several = modes?.several;
  if (several === undefined) return [own];
  const live = several.live();
  const older = (config.accept ?? []).flatMap((proof, i): readonly TakenHere[] => {
    // The gate's own is the first.
    const taken = several.proofs[i + 1];
    if (taken === undefined || !live.includes(taken)) return [];
    const { at } = proof;
    return [{ at: `${at}.keys`, coreGate: taken.gate, secrets: secretsOf(proof.keys ?? keys.current) }];
  });
  return [own, ...older];
}

/** Whether their methods alone tell them apart. */
function isAtOnePath(gate: Opened, other: Opened): boolean {
  return pathShape(gate.config.segments) === pathShape(other.config.segments);
}

/** Whether both look for the same kind of proof in the same places, by a common secret. */
function isAlike({ coreGate, secrets }: TakenHere, other: TakenHere): boolean {
  if (coreGate.provider !== other.coreGate.provider) return false;
  if (coreGate.proofHeaders.join() !== other.coreGate.proofHeaders.join()) return false;
  return secrets.some((secret) => other.secrets.includes(secret));
}

function secretsOf(keys: GateKeys['current']): readonly string[] {
  return keys.filter(({ state }) => state !== 'revoked').map(({ secret }) => secret.reveal());
}
