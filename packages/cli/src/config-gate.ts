/** Core gates from a configuration, for the commands that judge, sign and check without a gateway. */
import { type Gate, MemoryReplayGuard, providerIds } from '@countersign/core';
import { createEngine, type GateConfig, type LoadedConfig, loadConfig } from '@countersign/gateway';
import type { Io } from './io.ts';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

export interface ConfiguredGateOptions {
  readonly file: string | undefined;
  readonly gate: string | undefined;
  readonly io: Pick<Io, 'cwd' | 'env'>;
  readonly now: () => number;
}

/** Loads a configuration. @throws ConfigError */
export function loadConfiguration(
  file: string | undefined,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<LoadedConfig> {
  return loadConfig({ cwd, env, knownProviders: providerIds, ...(file !== undefined && { path: file }) });
}

/** @throws ConfigError, SetupError; UsageError where the gate is not there or takes unsigned requests. */
export async function loadConfiguredGate({ file, gate, io, now }: ConfiguredGateOptions): Promise<Gate> {
  const { config } = await loadConfiguration(file, io);
  const names = config.gates.map(({ name }) => name);
  if (gate === undefined && names.length > 1) {
    throw new UsageError(
      `the configuration has ${names.length} gates`,
      `Choose one with --gate: ${names.join(', ')}.`,
    );
  }
  const found = gate === undefined ? config.gates[0] : config.gates.find(({ name }) => name === gate);
  if (found === undefined) {
    throw new UsageError(
      `the configuration has no gate ${JSON.stringify(gate)}`,
      `${didYouMean(gate ?? '', names)}Gates: ${names.join(', ')}.`,
    );
  }
  const made = configuredGate(found, now);
  if (made === undefined) {
    throw new UsageError(
      `the gate ${found.name} takes unsigned requests`,
      'There is nothing to verify or to sign with.',
    );
  }
  return made;
}

/** Undefined for `provider: none`. @throws SetupError naming the gate. */
export function configuredGate(config: GateConfig, now: () => number): Gate | undefined {
  return createEngine(config, { replay: new MemoryReplayGuard(), now });
}
