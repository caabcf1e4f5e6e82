/** Core gates from a configuration, for the commands that judge, sign and check without a gateway. */
import { type Gate, MemoryReplayGuard, providerIds, SetupError, type SignedRequest } from '@countersign/core';
import {
  type Config,
  type ConfigSource,
  createCoreGate,
  type GateConfig,
  isStoreFull,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  openConfigSource,
  type PickedGate,
  pickGate,
  setUpProblems,
} from '@countersign/gateway';
import type { Io } from './io.ts';
import { otherGates } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

export interface ConfiguredGateOptions {
  readonly file: string | undefined;
  readonly gate: string | undefined;
  /** Chooses the gate where none is named. */
  readonly request: SignedRequest;
  readonly io: Pick<Io, 'cwd' | 'env'>;
  readonly now: () => number;
}

/** Loads a configuration. @param options `withoutKeys` for a command that reads no key @throws ConfigError */
export function loadConfiguration(
  file: string | undefined,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
  options: Pick<LoadOptions, 'withoutKeys'> = {},
): Promise<LoadedConfig> {
  const path = file === undefined ? {} : { path: file };
  return loadConfig({ cwd, env, knownProviders: providerIds, ...path, ...options });
}

/** Loads a configuration to be read again later. @throws ConfigError */
export function openConfiguration(
  file: string | undefined,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<ConfigSource> {
  return openConfigSource({
    cwd,
    env,
    knownProviders: providerIds,
    ...(file !== undefined && { path: file }),
  });
}

/** Does something with a configuration: what cannot be set up stands in its file, and is told with its place. @throws ConfigError */
export async function withPlaces<T>(loaded: LoadedConfig, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // A full disk is no fault of the file.
    throw error instanceof SetupError && !isStoreFull(error) ? setUpProblems(loaded, [error]) : error;
  }
}

/** A gate of a configuration, and what its gateway would do with the request before that gate judges. */
export interface ConfiguredGate {
  readonly gate: Gate;
  /** Why the gateway would refuse the request at once; undefined where it would not, and where the gate was named. */
  readonly refusal?: PickedGate['refusal'];
  /** The same where the gate was named: its proof is what was asked for, and this is told beside it. */
  readonly note?: string;
  /** The configuration that it is of. */
  readonly loaded: LoadedConfig;
}

/** @throws ConfigError; UsageError where the gate is not there or takes unsigned requests. */
export async function loadConfiguredGate({
  file,
  gate,
  request,
  io,
  now,
}: ConfiguredGateOptions): Promise<ConfiguredGate> {
  const loaded = await loadConfiguration(file, io);
  const { config } = loaded;
  const picked = pickGate(config.gates, request);
  const gateConfig = gate === undefined ? chooseGate(config, picked) : namedGate(config, gate);
  const coreGate = await withPlaces(loaded, () => configuredGate(gateConfig, now));
  if (coreGate === undefined) {
    throw new UsageError(
      `the gate ${gateConfig.name} takes unsigned requests`,
      'There is nothing to verify or to sign with.',
    );
  }
  if (gate === undefined)
    return { loaded, gate: coreGate, ...(picked.refusal && { refusal: picked.refusal }) };
  const problem = picked.refusal?.problem ?? otherGate(picked, gateConfig);
  const note = `Only the proof is judged, since --gate is given; the gateway would not take the request to ${gateConfig.name}: ${problem}.`;
  return { loaded, gate: coreGate, ...(problem !== undefined && { note }) };
}

function chooseGate({ gates }: Config, { gate, refusal }: PickedGate): GateConfig {
  const [first] = gates;
  const only = gates.length === 1 ? first : undefined;
  const gateConfig = gate ?? only;
  if (gateConfig) return gateConfig;
  const names = gates.map(({ name }) => name).join(', ');
  if (first === undefined) throw new UsageError('the configuration has no gates', 'Give one: gates: { … }.');
  if (refusal === undefined) throw new TypeError('a request is picked or refused');
  throw new UsageError(
    `the gateway would refuse this request: ${refusal.problem}`,
    `Choose one with --gate: ${names}.`,
  );
}

/** @throws UsageError where the configuration has no such gate. */
export function namedGate({ gates }: Config, name: string): GateConfig {
  const gate = gates.find((candidate) => candidate.name === name);
  if (gate) return gate;
  const names = gates.map((candidate) => candidate.name);
  throw new UsageError(`the configuration has no gate ${JSON.stringify(name)}`, otherGates(name, names));
}

function otherGate({ gate }: PickedGate, gateConfig: GateConfig): string | undefined {
  if (gate === undefined || gate === gateConfig) return undefined;
  return `the request’s path is that of the gate ${gate.name}`;
}

/** Undefined for `provider: none`. @throws SetupError naming the gate. */
export function configuredGate(config: GateConfig, now: () => number): Gate | undefined {
  return createCoreGate(config, { replay: new MemoryReplayGuard(), now });
}
