/** The rules of a gate's modes; see `gate-rules.ts`. */
import type { Finding } from './finding.ts';
import { MAX_PROOFS } from './modes-schema.ts';
import type { OwnProof } from './own-proof.ts';
import { isMapping, type ValuePath } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * @param own the gate's own proof, and the gate as if that stood in it
 * @param rulesOfProof those of a provider or scheme and its keys, which a gate's own proof has too
 */
export function modesRules(
  path: ValuePath,
  written: Mapping,
  own: OwnProof,
  rulesOfProof: (path: ValuePath, proof: Mapping) => readonly Finding[],
): readonly Finding[] {
  const { gate, at: ownAt, skipped } = own;
  const { mode, monitorUntil, accept, shadow } = gate;
  const findings: Finding[] = [];
  if (monitorUntil !== undefined && mode !== 'monitor') {
    findings.push({
      path: [...path, 'monitorUntil'],
      problem: 'is given, and the gate does not monitor',
      expected: 'mode: monitor, or no monitorUntil',
    });
  }
  if (skipped > 0 && written['keys'] !== undefined && hasOwnKeys(written)) {
    findings.push({
      path: [...path, 'keys'],
      problem: 'is given, and the gate’s own proof in accept[0] has keys',
      expected: 'keys in one of the two places',
    });
  }
  const proofs: { readonly at: ValuePath; readonly proof: unknown }[] = [];
  if (Array.isArray(accept)) {
    if (accept.length > MAX_PROOFS - 1) {
      findings.push({
        path: [...path, 'accept'],
        problem: 'has more proofs than a gate takes',
        expected: `at most ${MAX_PROOFS - 1}`,
      });
    }
    for (const [i, proof] of accept.entries()) {
      const at = [...path, 'accept', i + skipped];
      proofs.push({ at, proof });
      if (isMapping(proof) && proof['until'] === undefined) findings.push(endless(at, i + skipped));
    }
  }
  if (shadow !== undefined) proofs.push({ at: [...path, 'shadow'], proof: shadow });
  if (providerIdOf(gate['provider']) === 'none') {
    return ownAt.length > 0
      ? [...findings, provesNothing([...path, ...ownAt])]
      : [...findings, ...unsignedRules(path, gate)];
  }
  for (const { at, proof } of proofs) {
    if (!isMapping(proof)) continue;
    if (providerIdOf(proof['provider']) === 'none') {
      findings.push(provesNothing(at));
    } else findings.push(...rulesOfProof(at, { keys: gate['keys'], ...proof }));
  }
  return findings;
}

function hasOwnKeys({ accept }: Mapping): boolean {
  const first: unknown = Array.isArray(accept) ? accept[0] : undefined;
  return isMapping(first) && first['keys'] !== undefined;
}

function provesNothing(at: ValuePath): Finding {
  return {
    path: [...at, 'provider'],
    problem: 'is none, which proves nothing',
    expected: 'a provider or a scheme that proves requests; or mode: monitor',
  };
}

/** A proof without an end is the gate's own, and a gate has one. */
function endless(at: ValuePath, index: number): Finding {
  return index === 0
    ? {
        path: at,
        problem:
          'has no until, so that it is the gate’s own proof, and the gate has a provider or scheme beside it',
        expected: 'until, the date on which it ends; or neither provider nor scheme beside accept',
      }
    : {
        path: [...at, 'until'],
        problem: 'is missing: the first proof alone has no end',
        expected: 'the date from which it is not accepted any more',
      };
}

/** Where nothing is proved nothing can be told apart. */
function unsignedRules(path: ValuePath, gate: Mapping): readonly Finding[] {
  const members = [
    ...(gate['mode'] === 'monitor' ? ['mode'] : []),
    ...(['accept', 'shadow'] as const).filter((name) => gate[name] !== undefined),
  ];
  return members.map((name) => ({
    path: [...path, name],
    problem: `is ${name === 'mode' ? 'monitor' : 'given'}, and provider none takes unsigned requests`,
    expected: `no ${name}, or another provider`,
  }));
}
