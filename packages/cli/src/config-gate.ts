/** Core gates from a configuration, for the commands that judge, sign and check without a gateway. */
import { createGate, type Gate, providerIds, SetupError } from '@countersign/core';
import { type GateConfig, type LoadedConfig, loadConfig } from '@countersign/gateway';
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

/** A shorter key is within reach of a search; the gateway refuses to start with one. */
const SHORTEST_KEY_BYTES = 8;

/** Undefined for `provider: none`. @throws SetupError naming the gate. */
export function configuredGate(config: GateConfig, now: () => number): Gate | undefined {
  const { name, proof, keys } = config;
  if (proof.kind === 'none') return undefined;
  const gate = namingGate(name, () =>
    createGate({
      ...(proof.kind === 'scheme'
        ? { scheme: proof.scheme }
        : { provider: { ...proof.options, id: proof.id } }),
      id: name,
      keys: keys.map(({ secret, ...rest }) => ({ ...rest, secret: secret.reveal() })),
      maxBodyBytes: config.maxBodyBytes,
      now,
    }),
  );
  const short = config.allowShortKey
    ? undefined
    : gate.keys.list().find(({ bytes = SHORTEST_KEY_BYTES }) => bytes < SHORTEST_KEY_BYTES);
  if (short === undefined) return gate;
  throw new SetupError(
    `gates.${name}.keys`,
    `key "${short.id}" is ${short.bytes} bytes long; at least ${SHORTEST_KEY_BYTES} are required`,
    'Use a longer key, or set allowShortKey on the gate.',
  );
}

/** Core knows the option, not the gate it stands in. */
function namingGate(name: string, make: () => Gate): Gate {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const problem = error.message.slice(error.option.length + 2, -(error.remedy.length + 2));
    throw new SetupError(`gates.${name}.${error.option}`, problem, error.remedy);
  }
}
