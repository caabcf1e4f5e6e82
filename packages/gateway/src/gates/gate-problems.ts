/**
 * Prevents: a configuration that is mended once for each of a gate's mistakes. A start stops at the first; here each of
 * its parts is tried beside sound ones, so that none is told that only follows from another.
 */
import {
  findProvider,
  MemoryReplayGuard,
  type OptionRow,
  optionRowsOf,
  SetupError,
  schemeTypes,
} from '@countersign/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { GateConfig, ProofConfig } from '../config/config.ts';
import type { Finding } from '../config/finding.ts';
import { unknownOptionNames } from '../config/proof-option-names.ts';
import { formatPath } from '../config/value-path.ts';
import { createCoreGate } from './core-gate.ts';

/**
 * All that keeps a gate from being opened: wrong options of its proof, or each wrong key; and what its outcome lacks.
 * @param open opens a gate, and throws a SetupError where it cannot
 */
export async function gateProblems(
  gate: GateConfig,
  open: (gate: GateConfig) => Promise<unknown>,
): Promise<readonly SetupError[]> {
  const outcome = await problemOf(() => open({ ...gate, proof: { kind: 'none' }, keys: [] }));
  const proof = await proofProblems(gate);
  const problems = [...proof, ...(outcome === undefined ? [] : [outcome])];
  if (problems.length > 0) return problems;
  const whole = await problemOf(() => open(gate));
  return whole === undefined ? [] : [whole];
}

async function proofProblems(gate: GateConfig): Promise<readonly SetupError[]> {
  const whole = await coreGateProblem(gate);
  if (whole === undefined) return [];
  const parts = isOf(whole, `gates.${gate.name}.keys`) ? await keyProblems(gate) : await optionProblems(gate);
  // What is wrong between sound parts: an id that occurs twice, a message without its timestamp.
  return parts.length === 0 ? [whole] : parts;
}

async function keyProblems(gate: GateConfig): Promise<readonly SetupError[]> {
  const problems: SetupError[] = [];
  for (const [i, key] of gate.keys.entries()) {
    const problem = await coreGateProblem({ ...gate, keys: [key] });
    if (problem === undefined) continue;
    const option = problem.option.replace('.keys[0]', `.keys[${i}]`);
    problems.push(new SetupError(option, problem.problem, problem.remedy));
  }
  return problems;
}

async function optionProblems(gate: GateConfig): Promise<readonly SetupError[]> {
  const { proof } = gate;
  if (proof.kind === 'none') return [];
  const options = proof.kind === 'provider' ? proof.options : proof.scheme;
  const wrong = wrongOptions(options, rowsOf(proof));
  const problems: SetupError[] = [];
  for (const name of wrong) {
    const sound = Object.entries(options).filter(([other]) => other === name || !wrong.includes(other));
    const problem = await coreGateProblem({ ...gate, proof: withOptions(proof, Object.fromEntries(sound)) });
    if (problem && isOf(problem, `gates.${gate.name}.${proof.kind}.${name}`)) problems.push(problem);
  }
  return [...problems, ...nameProblems(gate, problems)];
}

/** Names that core did not come to: it stops at the first mapping with one, and does not read what stands under it. */
function nameProblems({ name, proof }: GateConfig, told: readonly SetupError[]): readonly SetupError[] {
  if (proof.kind === 'none') return [];
  const written = proof.kind === 'provider' ? { id: proof.id, ...proof.options } : proof.scheme;
  const unknown = unknownOptionNames({ gates: { [name]: { [proof.kind]: written } } }).map(nameProblem);
  // Of one mapping core names all of them.
  const toldMappings = told
    .filter(({ option }) => unknown.some((problem) => problem.option === option))
    .map(({ option }) => parentOf(option));
  return unknown.filter(({ option }) => !toldMappings.includes(parentOf(option)));
}

function nameProblem({ path, expected, suggestion }: Finding): SetupError {
  const meant = suggestion === undefined ? '' : `Did you mean ${suggestion}? `;
  return new SetupError(formatPath(path), 'there is no such option', `${meant}It takes ${expected}.`);
}

function parentOf(option: string): string {
  return option.replace(/[.[][^.[]*$/, '');
}

/** By what each says of itself, so that none is called wrong for what another says. */
function wrongOptions(
  options: Readonly<Record<string, unknown>>,
  rows: readonly OptionRow[],
): readonly string[] {
  const ajv = new Ajv2020({ strict: false });
  return Object.entries(options).flatMap(([name, value]) => {
    const row = rows.find((candidate) => candidate.name === name);
    return row !== undefined && ajv.validate(row.value, value) ? [] : [name];
  });
}

function rowsOf(proof: ProofConfig): readonly OptionRow[] {
  if (proof.kind === 'none') return [];
  if (proof.kind === 'provider') return optionRowsOf(findProvider(proof.id));
  const { type = 'template' } = proof.scheme;
  const rows = schemeTypes.find((schemeType) => schemeType.type === type)?.options ?? [];
  return [...rows, { name: 'type', description: '', default: '', value: { type: 'string' } }];
}

function withOptions(proof: ProofConfig, options: Readonly<Record<string, unknown>>): ProofConfig {
  if (proof.kind === 'provider') return { ...proof, options };
  return proof.kind === 'scheme' ? { ...proof, scheme: options } : proof;
}

function coreGateProblem(gate: GateConfig): Promise<SetupError | undefined> {
  return problemOf(async () => createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now }));
}

/** Whether it is of an option or of a part of it. */
function isOf({ option }: SetupError, path: string): boolean {
  return option === path || (/^[.[]/.test(option.slice(path.length)) && option.startsWith(path));
}

async function problemOf(act: () => Promise<unknown>): Promise<SetupError | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
}
