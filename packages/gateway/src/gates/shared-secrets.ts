/**
 * One secret at two gates: where what tells them apart is not signed, what was sent to one is as good at the other; and where the test of one
 * signs what anybody asks for, that is a proof at the other.
 */
import type { CoveredPart, Gate } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { pathShape } from '../config/path-pattern.ts';
import type { GateModes } from '../modes/gate-modes.ts';
import type { GateKeys } from './gate-keys.ts';
import { haveAlgorithm, signsChallenges } from './shared-challenges.ts';

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

/** One warning for each proof of a gate that an earlier gate takes as well, and for each that another gate’s test of the address makes. */
export function sharedSecretWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return [...twinWarnings(gates), ...challengeWarnings(gates)];
}

function challengeWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return gates.flatMap((gate) =>
    proofsOf(gate).flatMap((proof) => {
      // Its own scheme takes no such text.
      const { scheme } = proof.coreGate;
      if (signsChallenges(scheme)) return [];
      const isSigning = (taken: TakenHere): boolean =>
        signsChallenges(taken.coreGate.scheme) &&
        haveAlgorithm(scheme, taken.coreGate.scheme) &&
        haveCommon(proof, taken);
      // Of one gate’s proofs each refuses what another’s test signs.
      const signing = gates.find((other) => other !== gate && proofsOf(other).some(isSigning));
      if (signing === undefined) return [];
      const place = `gates.${gate.config.name}.${proof.at}`;
      return [configWarning(place, 'signed-challenges', signing.config.name)];
    }),
  );
}

function twinWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
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
function isAlike(proof: TakenHere, other: TakenHere): boolean {
  const { coreGate } = proof;
  if (coreGate.provider !== other.coreGate.provider) return false;
  if (coreGate.proofHeaders.join() !== other.coreGate.proofHeaders.join()) return false;
  return haveCommon(proof, other);
}

function haveCommon({ secrets }: TakenHere, other: TakenHere): boolean {
  return secrets.some((secret) => other.secrets.includes(secret));
}

function secretsOf(keys: GateKeys['current']): readonly string[] {
  return keys.filter(({ state }) => state !== 'revoked').map(({ secret }) => secret.reveal());
}
