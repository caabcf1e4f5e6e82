/** What a gate leaves to its sender although the signature does not cover it, and whoever acts on the request may choose by. */
import type { CoveredPart, Gate } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { type ConfigWarning, configWarning } from '../config/config-warnings.ts';
import { actionSegment } from '../config/path-pattern.ts';
import type { GateModes } from '../modes/gate-modes.ts';

interface Opened {
  readonly config: Pick<GateConfig, 'name' | 'path' | 'segments' | 'methods' | 'outcome'>;
  readonly coreGate: Gate | undefined;
  readonly modes?: Pick<GateModes, 'several'> | undefined;
}

/** Of signatures only: a token covers nothing of the request by design. What an action is chosen by is refused (`unsigned-choice.ts`). */
export function unsignedPartWarnings(gates: readonly Opened[]): readonly ConfigWarning[] {
  return gates.flatMap(({ config, coreGate, modes }) => {
    const proofs = modes?.several?.proofs.map(({ gate }) => gate) ?? [coreGate];
    const parts = new Set(proofs.flatMap((proof) => unsignedParts(config, proof)));
    return [...parts].map((part) => warning(config, part));
  });
}

function unsignedParts(config: Opened['config'], gate: Gate | undefined): readonly CoveredPart[] {
  if (gate?.scheme.proof !== 'signature') return [];
  return openParts(config, gate).filter((part) => gate.coverage.open.includes(part));
}

/** What a sender may choose and the outcome hands on. The action that each key is bound to is none of it. */
function openParts(
  { segments, methods, outcome }: Opened['config'],
  { action }: Gate,
): readonly CoveredPart[] {
  const handsOn = outcome.kind === 'forward' || outcome.kind === 'keep';
  if (!handsOn) return [];
  const bound = action?.part === 'path' ? actionSegment(segments) : undefined;
  const takesPaths = segments.some((segment) => segment.kind !== 'literal' && segment !== bound);
  const takesMethods = methods === 'all' || methods.length > 1;
  return [...(takesPaths ? (['path'] as const) : []), ...(takesMethods ? (['method'] as const) : [])];
}

function warning({ name, path, outcome }: Opened['config'], part: CoveredPart): ConfigWarning {
  const what = outcome.kind === 'forward' ? 'passed on' : 'kept';
  return part === 'path'
    ? configWarning(`gates.${name}.path`, 'unsigned-path', path, what)
    : configWarning(`gates.${name}.methods`, 'unsigned-method', what);
}
