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
import { formatPath, isMapping } from '../config/value-path.ts';
import { createCoreGate } from './core-gate.ts';

export interface GateTrial {
  /** Opens a gate, and throws a SetupError where it cannot. */
  readonly open: (gate: GateConfig) => Promise<unknown>;
  /** Options of its outcome that use its proof: beside a wrong one nothing can be said of them. */
  readonly usingProof: readonly string[];
}

/** All that keeps a gate from being opened: wrong options of its proof, or each wrong key; and what its outcome lacks. */
export async function gateProblems(
  gate: GateConfig,
  { open, usingProof }: GateTrial,
): Promise<readonly SetupError[]> {
  const proof = await proofProblems(gate);
  const isSound = proof.length === 0;
  const outcome = await problemOf(() =>
    open(isSound ? gate : { ...gate, proof: { kind: 'none' }, keys: [] }),
  );
  if (outcome === undefined || (!isSound && usingProof.includes(outcome.option))) return proof;
  return [...proof, outcome];
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
  const unknown = unknownNames(gate.name, proof);
  const problems: SetupError[] = [];
  for (const name of wrong) {
    const sound = Object.fromEntries(Object.entries(options).filter(([other]) => !wrong.includes(other)));
    const judge = (value: unknown): Promise<SetupError | undefined> =>
      coreGateProblem({ ...gate, proof: withOptions(proof, { ...sound, [name]: value }) });
    const path = `gates.${gate.name}.${proof.kind}.${name}`;
    problems.push(...(await problemsWithin({ option: options[name], path, unknown, judge })));
  }
  return [...problems, ...namesNotTold(unknown, problems)];
}

/** One wrong option, and how another value in its place is judged. */
interface WrongOption {
  readonly option: unknown;
  readonly path: string;
  /** Names in the whole proof that are not known. */
  readonly unknown: readonly SetupError[];
  readonly judge: (value: unknown) => Promise<SetupError | undefined>;
}

/** Each wrong part of one option: a mapping is judged once more without the part that was told. */
async function problemsWithin({ option, path, unknown, judge }: WrongOption): Promise<readonly SetupError[]> {
  const problems: SetupError[] = [];
  for (let rest: unknown = option; ; ) {
    const problem = await judge(rest);
    // What holds a part that was left out may lack it for that reason alone.
    if (
      problem === undefined ||
      !isOf(problem, path) ||
      problems.some((earlier) => isOf(earlier, problem.option))
    ) {
      return problems;
    }
    problems.push(problem);
    const part = problem.option.slice(path.length + 1);
    // Of names that are not known core tells all of one mapping.
    const isName = unknown.some((name) => name.option === problem.option);
    if (isName || !isMapping(rest) || !Object.hasOwn(rest, part)) return problems;
    rest = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== part));
  }
}

function unknownNames(gate: string, proof: ProofConfig): readonly SetupError[] {
  if (proof.kind === 'none') return [];
  const written = proof.kind === 'provider' ? { id: proof.id, ...proof.options } : proof.scheme;
  return unknownOptionNames({ gates: { [gate]: { [proof.kind]: written } } }).map(nameProblem);
}

/** Names that core did not come to: it stops at the first mapping with one, and does not read what stands under it. */
function namesNotTold(
  unknown: readonly SetupError[],
  problems: readonly SetupError[],
): readonly SetupError[] {
  // Of one mapping core names all of them.
  const toldMappings = problems
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
