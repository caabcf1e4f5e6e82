/** The gate that a command judges or signs with: a provider with keys from the command line, or a gate of a configuration. */
import {
  createGate,
  findProvider,
  type Gate,
  type GateOptions,
  KEY_ENCODINGS,
  type KeySpec,
  keyWarningText,
  type Provider,
  providers,
  type SignedRequest,
  writtenProvider,
} from '@countersign/core';
import type { Candidates } from '@countersign/core/explain';
import { IS } from '@countersign/core/internal/check-options';
import type { Arguments, OptionSpecs } from './arguments.ts';
import type { Call } from './command.ts';
import type { ConfiguredGate } from './config-gate.ts';
import { readInputFile } from './input-file.ts';
import { keysAreFetched } from './keys-are-fetched.ts';
import type { Output } from './output.ts';
import { readOptions } from './provider-options.ts';
import { readWord } from './read-word.ts';
import { unknownProvider } from './unknown-provider.ts';
import { UsageError } from './usage-error.ts';
import { howToSet, readVariable } from './variable.ts';

/** What a key in its variable is for, where nothing else is said. */
const GENERIC: Provider = genericProvider();

export const GATE_OPTIONS: OptionSpecs = {
  provider: {
    short: 'p',
    value: 'ID',
    description: `how the request proves itself; \`countersign providers\` lists them; default: ${GENERIC.id}, if ${GENERIC.keyVariable} is set`,
  },
  option: {
    short: 'o',
    value: 'NAME=VALUE',
    repeatable: true,
    description: 'an option of the provider; the value may be JSON',
  },
  'key-env': {
    value: 'NAME',
    repeatable: true,
    description:
      'a variable in the environment or in .env that contains a key; default: the provider’s usual one',
  },
  'key-file': {
    value: 'FILE',
    repeatable: true,
    description: 'a file that contains a key; a final line break is ignored',
  },
  key: {
    short: 'k',
    value: 'TEXT',
    repeatable: true,
    description: 'the key itself; it stays in your shell’s history',
  },
  'key-id': {
    value: 'ID',
    description: 'the first key’s id, for providers that send one; default: none is sent',
  },
  encoding: { value: 'NAME', description: `how the keys’ text becomes bytes: ${KEY_ENCODINGS.join(', ')}` },
  config: { short: 'c', value: 'FILE', description: 'use a gate of this configuration instead' },
  gate: {
    value: 'NAME',
    description: 'which gate of the configuration; default: the one with the request’s path, or the only one',
  },
  now: {
    value: 'TIME',
    description: 'the time to use as now: Unix seconds or an ISO date; default: the clock',
  },
};

function genericProvider(): Provider {
  const generic = providers.find(({ isGeneric }) => isGeneric);
  if (generic === undefined) throw new TypeError('no provider is generic');
  return generic;
}

/** Whether the gate is one of a configuration. @throws UsageError where a provider or key is given beside it. */
export function isConfigured({ args }: Pick<Call, 'args'>): boolean {
  const named = args.text('config') !== undefined || args.text('gate') !== undefined;
  if (!named) return false;
  for (const name of ['provider', 'option', 'key', 'key-env', 'key-file', 'key-id', 'encoding']) {
    if (args.flag(name)) throw new UsageError(`--${name} and --config are given`, 'Give one of them.');
  }
  return true;
}

/**
 * A gate of a configuration. @param request chooses it where `--gate` does not.
 * @throws UsageError, SetupError or ConfigError where there is no such gate.
 */
export async function readConfiguredGate(
  { args, io, output }: Call,
  request: SignedRequest,
): Promise<ConfiguredGate> {
  const { loadConfiguredGate } = await import('./config-gate.ts');
  const configured = await loadConfiguredGate({
    file: args.text('config'),
    gate: args.text('gate'),
    request,
    io,
    now: readNow(args.text('now'), io.now),
  });
  warnOfKeys(configured.gate, [], output);
  return configured;
}

/**
 * A provider with keys from the command line.
 * @param maxBodyBytes default: as gates have it
 * @throws UsageError or SetupError where there is no such gate.
 */
export function readProviderGate(call: Call, { maxBodyBytes }: Pick<GateOptions, 'maxBodyBytes'> = {}): Gate {
  const { candidates, secrets } = readCandidates(call);
  // It is warned of: whoever asks why a request is refused has the key that there is.
  const gate = createGate({
    ...candidates,
    allowShortKey: true,
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
  });
  warnOfKeys(gate, secrets, call.output);
  return gate;
}

/**
 * What a gate would be built of: of keys that cannot be read as well.
 * @param more whether the provider may be left out where a key is given: the request’s shape tells it then
 * @throws UsageError
 */
export function readCandidates(
  call: Call,
  { mayGuess = false }: { readonly mayGuess?: boolean } = {},
): ReadCandidates {
  const { args, io } = call;
  const id = args.text('provider') ?? readDefaultProvider(call);
  const isGuessed =
    id === undefined && mayGuess && ['key', 'key-env', 'key-file'].some((name) => args.flag(name));
  const now = readNow(args.text('now'), io.now);
  const provider = isGuessed ? undefined : readProvider(id);
  const options = readOptions(args.texts('option'));
  warnOfHistory(call);
  const secrets = findSecrets(call, provider);
  const candidates = {
    ...(provider && { provider: writtenProvider(provider.id, options) }),
    keys: keySpecs(args, secrets),
    now,
  };
  return { candidates, secrets };
}

export interface ReadCandidates {
  readonly candidates: Candidates;
  /** Where each key was read. */
  readonly secrets: readonly FoundSecret[];
}

/** A key that nobody would choose is mostly a mistake: the refusal that follows would not tell it. */
export function warnOfKeys(gate: Gate, secrets: readonly FoundSecret[], output: Output): void {
  for (const { note } of secrets) if (note !== undefined) output.warn(note);
  const keys = gate.keys.list();
  for (const [i, { id, warnings }] of keys.entries()) {
    // A key set is one secret and several keys.
    const source = keys.length === secrets.length ? secrets[i]?.source : undefined;
    const name = source === undefined ? `The key ${id}` : `The key in ${source}`;
    for (const warning of warnings) output.warn(`${keyWarningText(warning, name)}.`);
  }
}

/** @throws UsageError for none or an unknown one. */
export function readProvider(id: string | undefined): Provider {
  if (id === undefined) {
    throw new UsageError(
      'no provider is given',
      `Give --provider ID, or --config FILE; \`countersign providers\` lists the ids. For ${GENERIC.id}, set ${GENERIC.keyVariable}: ${howToSet(GENERIC.keyVariable)}`,
    );
  }
  const provider = findProvider(id);
  if (provider === undefined) throw unknownProvider(id);
  return provider;
}

/** Unix seconds or an ISO date as a clock that stands. @throws UsageError */
export function readNow(text: string | undefined, clock: () => number): () => number {
  if (text === undefined) return clock;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : readIsoDate(text);
  if (!IS.time.isValid(ms)) {
    throw new UsageError(
      '--now is not a time',
      'Give Unix seconds (1760000000) or an ISO date (2025-10-09T08:53:20Z).',
    );
  }
  return () => ms;
}

function readIsoDate(text: string): number {
  return /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}

/** The generic provider, where the key is the one in its variable. */
function readDefaultProvider({ args, io, output }: Call): string | undefined {
  const { id, keyVariable } = GENERIC;
  const named = args.texts('key-env');
  const isOther = args.flag('key') || args.flag('key-file') || named.some((name) => name !== keyVariable);
  if (isOther || readVariable(keyVariable, io).value === undefined) return undefined;
  output.say(output.errorStyle.dim(`provider ${id}, because ${keyVariable} is set`));
  return id;
}

/** A key's text, and where it was found, for words about it. */
export interface FoundSecret {
  readonly source: string;
  readonly secret: string;
  /** What is odd about where it was found, as a sentence. */
  readonly note?: string;
}

/** The keys that the arguments name; none where they name none. @throws UsageError for one that cannot be read */
export function readSecrets(call: Call): readonly FoundSecret[] {
  warnOfHistory(call);
  return findSecrets(call, undefined);
}

function warnOfHistory({ args, io, output }: Call): void {
  if (args.flag('key') && io.stderr.isTTY === true)
    output.warn('The key is now in the shell’s history; --key-env and --key-file keep it out.');
}

function findSecrets({ args, io }: Call, provider: Provider | undefined): readonly FoundSecret[] {
  const secrets: FoundSecret[] = [
    ...args.texts('key').map((secret) => ({ source: '--key', secret })),
    ...args.texts('key-env').map((name) => readKeyVariable(name, io)),
    ...args.texts('key-file').map((path) => ({ source: path, secret: readKeyFile(path, io.cwd) })),
  ];
  return secrets.length > 0 || provider === undefined ? secrets : [usualKey(provider, io)];
}

function keySpecs(args: Arguments, secrets: readonly FoundSecret[]): readonly KeySpec[] {
  const encoding = readWord(args.text('encoding'), KEY_ENCODINGS, 'there is no encoding');
  const id = args.text('key-id');
  return secrets.map(({ secret }, i) => ({
    secret,
    ...(encoding !== undefined && { encoding }),
    // The first key signs.
    ...(id !== undefined && i === 0 && { id }),
  }));
}

function readKeyVariable(name: string, io: Call['io']): FoundSecret {
  const lookup = secretIn(name, io);
  if ('secret' in lookup) return lookup;
  throw new UsageError(`the environment variable ${name} is not set`, `Set it: ${howToSet(name, lookup)}`);
}

function readKeyFile(path: string, cwd: string): string {
  return Buffer.from(readInputFile(path, cwd))
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function usualKey({ id, keyVariable, fetchesKeys, fetchesKeysWith }: Provider, io: Call['io']): FoundSecret {
  const lookup = secretIn(keyVariable, io);
  if ('secret' in lookup) return lookup;
  if (fetchesKeys || fetchesKeysWith !== undefined) throw keysAreFetched(id);
  throw new UsageError(
    `no key is given, and ${keyVariable}, the usual variable for ${id}, is not set`,
    `Give --key-env NAME or --key-file FILE, or set it: ${howToSet(keyVariable, lookup)}`,
  );
}

function secretIn(name: string, io: Call['io']): FoundSecret | { readonly note?: string } {
  const { value, ...rest } = readVariable(name, io);
  return value === undefined ? rest : { source: name, secret: value, ...rest };
}
