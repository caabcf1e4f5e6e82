/** What every adapter is given: a gate in one of three forms, a handler, and what becomes of refusals and errors. */
import { checkOptions, IS, type OptionRules } from '../check-options.ts';
import type { ImportedGateOptions } from '../choose-imported.ts';
import type { Gate, GateOptions, ProviderChoice } from '../gate.ts';
import { isGateOptions } from '../gate-options.ts';
import { describeGiven, isArray, memberOf, messageOf } from '../given.ts';
import { setVariable } from '../key-specs.ts';
import { isBlankSecret } from '../keys/key-text.ts';
import type { KeyInput } from '../keys.ts';
import type { Refused } from '../model.ts';
import { isProvider } from '../provider-scheme.ts';
import { SetupError } from '../setup-error.ts';
import { shownLine } from '../text/shown-text.ts';
import { warnOfKeys, warnOnConsole } from '../warn-of-keys.ts';

/** A gate, or what it is built of. */
export type GateSource = Gate | GateOptions;

/** A gate, or what one of an imported provider is built of. */
export type ImportedGateSource = Gate | ImportedGateOptions;

/** What makes an adapter's gates. The adapters import no registry but through one of these, so that bundlers can leave it out. */
export interface GateMaker {
  /** @throws SetupError as its `createGate` does */
  readonly createGate: (options: GateOptions) => Gate;
  /** The usual environment variable of a provider's secret, where it is at hand. */
  readonly keyVariableOf: (provider: ProviderChoice) => string | undefined;
  /** How it is written, in the remedy for a handler that is missing. */
  readonly example: string;
}

/** A secret as the environment holds it, or several for a rotation. Undefined or empty is refused at start, by name. */
export type Secret = KeyInput | readonly KeyInput[];

/** What each adapter takes. */
export interface AdapterOptions {
  /**
   * Whether one proxy stands before this server, which sets X-Forwarded-Proto and X-Forwarded-Host itself and adds to X-Forwarded-For.
   * Default false: none of these is read, for any client can write them.
   */
  readonly trustProxy?: boolean;
  /** Told of each refused request. Default: one line to `console.warn`, without secrets; nothing of a repeat that is acknowledged. */
  readonly onRefused?: (refused: Refused) => void;
  /**
   * Told of mistakes in the set-up that a request shows, each time, and of errors where the framework has no way for them. Default: `console.error`,
   * the same mistake once.
   */
  readonly onError?: (error: unknown) => void;
  /** Told at start, or when a secret first comes, of what looks like a mistake in a key: quotes, a line end, few bytes. Default: `console.warn`, without the key. */
  readonly onWarning?: (warning: string) => void;
}

/** The same, with nothing left open. */
export type Settings = Required<AdapterOptions>;

const RULES: OptionRules<AdapterOptions> = {
  trustProxy: IS.flag,
  onRefused: IS.function,
  onError: IS.function,
  onWarning: IS.function,
};

/** @throws SetupError for an unknown option, or one of the wrong kind */
export function settingsOf(options: AdapterOptions = {}): Settings {
  checkOptions<AdapterOptions>(options, RULES);
  return {
    trustProxy: options.trustProxy ?? false,
    onRefused: options.onRefused ?? warn,
    onError: options.onError ?? complain(),
    onWarning: options.onWarning ?? warnOnConsole,
  };
}

function warn({ provider, reason, message, remedy, repeat }: Refused): void {
  if (repeat?.state === 'committed' && repeat.acknowledge) return;
  console.warn(shownLine(`countersign refused a request to ${provider} (${reason}): ${message}. ${remedy}`));
}

/** The same mistake shows in request after request: it is printed once. */
function complain(): (error: unknown) => void {
  const reported = new Set<string>();
  return (error) => {
    if (!(error instanceof SetupError)) return console.error(error);
    const text = messageOf(error);
    if (reported.has(text)) return;
    if (reported.size >= MAX_REPORTED) reported.clear();
    reported.add(text);
    console.error(`countersign: ${text}`);
  };
}

/** A program has a handful of mistakes. A text that differs from request to request must not fill the memory: then they are printed anew. */
const MAX_REPORTED = 100;

function gateOf(source: GateSource, maker: GateMaker): Gate {
  return isGate(source) ? source : maker.createGate(source);
}

/** A gate of a provider and a secret. @throws SetupError where the secret is missing: it names the variable to set */
export function gateOfSecret(provider: ProviderChoice, secret: Secret, maker: GateMaker): Gate {
  const keys: readonly unknown[] = isArray(secret) ? secret : [secret];
  if (keys.length === 0) throw missing('there is none', maker.keyVariableOf(provider));
  for (const key of keys) {
    const text = typeof key === 'object' && key !== null ? memberOf(key, 'secret') : key;
    const isEmptyKey = typeof key !== 'object' && (text === undefined || text === '');
    if (key === null || isEmptyKey) {
      throw missing(`it is ${describeGiven(key)}`, maker.keyVariableOf(provider));
    }
    if (typeof text === 'string' && isBlankSecret(text)) {
      throw missing('it is empty or only white space', maker.keyVariableOf(provider));
    }
  }
  try {
    return maker.createGate({ provider, keys: keys as readonly KeyInput[] });
  } catch (error) {
    throw error instanceof SetupError ? namedAsSecret(error, secret) : error;
  }
}

/** Who gives a secret has written neither `keys` nor `key-1`. */
function namedAsSecret(error: SetupError, secret: Secret): SetupError {
  const [, index, rest] = /^keys(\[\d+\])?(.*)$/.exec(error.option) ?? [];
  if (rest === undefined) return error;
  const isOne = !isArray(secret);
  const place = isOne ? '' : (index ?? '');
  const path = typeof secret === 'string' || rest === '.secret' ? '' : rest;
  const problem = isOne ? error.problem.replace(/^key "key-1" /, 'it ') : error.problem;
  return new SetupError(`secret${place}${path}`, problem, error.remedy);
}

function missing(problem: string, variable: string | undefined): SetupError {
  return new SetupError(
    'secret',
    problem,
    variable === undefined ? 'Give the secret that the sender signs with.' : setVariable(variable),
  );
}

function isGate(source: GateSource): source is Gate {
  return typeof memberOf(source, 'receive') === 'function';
}

/** What an adapter’s function was given, built and checked. */
export interface Chosen<Handler> {
  readonly gate: Gate;
  readonly handler: Handler;
  readonly settings: Settings;
}

/**
 * @param parameters in order: a provider with its secret, or a gate; a handler; then the options
 * @throws SetupError where the secret or the handler is missing, and where no gate can be built so
 */
export function choiceOf<Handler>(parameters: readonly unknown[], maker: GateMaker): Chosen<Handler> {
  const [first, second, third, fourth] = parameters;
  const hasSecret = typeof third === 'function';
  const handler = hasSecret ? third : second;
  if (typeof handler !== 'function') {
    const place = isWholeGate(first) ? second : third;
    throw new SetupError(
      'handler',
      place === undefined ? 'there is none' : `it is ${describeGiven(place)}`,
      `Give a function: ${maker.example}.`,
    );
  }
  if (!hasSecret && isProviderAlone(first)) {
    throw missing('there is none', maker.keyVariableOf(first));
  }
  const gate = hasSecret
    ? gateOfSecret(first as ProviderChoice, second as Secret, maker)
    : gateOf(first as GateSource, maker);
  const settings = settingsOf((hasSecret ? fourth : third) as AdapterOptions | undefined);
  warnOfKeys(gate.keys, gate.provider, settings.onWarning);
  return { gate, handler: handler as Handler, settings };
}

/** For what takes no handler. @param parameters in order: a provider with its secret, or a gate; then the options */
export function proofChoiceOf(
  parameters: readonly unknown[],
  maker: GateMaker,
): Omit<Chosen<never>, 'handler'> {
  const [first, second, third] = parameters;
  const isWhole = isWholeGate(first);
  const gate = isWhole
    ? gateOf(first as GateSource, maker)
    : gateOfSecret(first as ProviderChoice, second as Secret, maker);
  const settings = settingsOf((isWhole ? second : third) as AdapterOptions | undefined);
  warnOfKeys(gate.keys, gate.provider, settings.onWarning);
  return { gate, settings };
}

/** A provider, with its options or without. */
function isProviderAlone(source: unknown): source is ProviderChoice {
  if (typeof source === 'string' || isProvider(source)) return true;
  return !isWholeGate(source) && typeof memberOf(source, 'id') === 'string';
}

/** A gate or its options, and no provider. */
function isWholeGate(source: unknown): source is GateSource {
  return isGate(source as GateSource) || isGateOptions(source);
}
