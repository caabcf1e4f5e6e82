/** What `createGate` is handed, checked before anything is built: untyped code reaches it. */
import { checkOptions, IS, type OptionRule, type OptionRules, word } from './check-options.ts';
import { HOUR, MINUTE } from './freshness.ts';
import type { GateOptions } from './gate.ts';
import { isPlain, memberOf } from './given.ts';
import { checkKeySpecs } from './key-specs.ts';
import type { KeyLookupOptions } from './keys/key-hint.ts';
import type { Provider } from './provider.ts';
import { isProvider, optionNamesOf } from './provider-scheme.ts';
import { SetupError } from './setup-error.ts';

/** How long is judged where it is used. */
const PERIOD: OptionRule = {
  expected: 'a number of milliseconds',
  isValid: (value) => typeof value === 'number',
};

export const PROVIDER_CHOICE: OptionRule = {
  expected: 'a provider’s id, { id, … } with its options, or a provider that is imported',
  isValid: (value) => typeof value === 'string' || (isPlain(value) && typeof value['id'] === 'string'),
};

const RULES: OptionRules<GateOptions> = {
  provider: PROVIDER_CHOICE,
  scheme: IS.record,
  keys: {
    expected: 'a list of keys, e.g. [process.env.SECRET], or a function that finds them',
    isValid: (value) => Array.isArray(value) || typeof value === 'function',
  },
  action: {
    expected: 'what actionFrom makes',
    isValid: (value) => typeof memberOf(value, 'bind') === 'function',
  },
  tenants: {
    expected: 'what tenantsFrom makes',
    isValid: (value) => typeof memberOf(value, 'bind') === 'function',
  },
  allowShortKey: IS.flag,
  takeKey: IS.function,
  keyLookup: IS.record,
  id: IS.text,
  replay: { expected: 'a ReplayGuard, with begin, renew, commit and abort', isValid: isReplayGuard },
  repeats: word('acknowledge', 'refuse', 'by-id'),
  leaseMs: PERIOD,
  rememberMs: PERIOD,
  maxBodyBytes: IS.count,
  now: IS.function,
  fetch: IS.function,
  report: IS.function,
};

const LOOKUP_RULES: OptionRules<KeyLookupOptions> = {
  maxAgeMs: between(0, 24 * HOUR, 'milliseconds'),
  timeoutMs: between(10, MINUTE, 'milliseconds'),
  maxNames: between(1, 1_000_000, 'a whole number of key ids'),
};

function between(least: number, most: number, what: string): OptionRule {
  return {
    expected: `${what} from ${least} to ${most}`,
    isNumber: true,
    isValid: (value) => IS.count.isValid(value) && (value as number) >= least && (value as number) <= most,
  };
}

/** Options of a gate, where a provider may stand in their place; one that is imported has a scheme, too. */
export function isGateOptions(value: unknown): value is GateOptions {
  if (memberOf(value, 'provider') !== undefined) return true;
  return memberOf(value, 'scheme') !== undefined && !isProvider(value);
}

/** @param providerOf finds it by its id, where providers are at hand */
export function chosenProvider(
  choice: unknown,
  providerOf: (id: string) => Provider | undefined,
): Provider | undefined {
  if (isProvider(choice)) return choice;
  const id = typeof choice === 'string' ? choice : memberOf(choice, 'id');
  return typeof id === 'string' ? providerOf(id) : undefined;
}

/**
 * @param providerOf finds a provider by its id: people put its options one level too high.
 * @throws SetupError naming the option, what it got, and where it belongs.
 */
export function checkGateOptions(
  options: unknown,
  providerOf: (id: string) => Provider | undefined,
): asserts options is GateOptions {
  checkOptions<GateOptions>(options, RULES, '', (name) => {
    const choice = memberOf(options, 'provider');
    const provider = chosenProvider(choice, providerOf);
    if (provider !== undefined && optionNamesOf(provider).includes(name)) {
      return isProvider(choice)
        ? `It belongs to the provider: withOptions(provider, { ${name}: … }).`
        : `It belongs in provider: { id: '${provider.id}', ${name}: … }.`;
    }
    return memberOf(options, 'scheme') === undefined
      ? undefined
      : `What the scheme says belongs in scheme: { … }. Options of a gate: ${Object.keys(RULES).join(', ')}.`;
  });
  const { keys = [], tenants, keyLookup } = options;
  if (keyLookup !== undefined) checkOptions<KeyLookupOptions>(keyLookup, LOOKUP_RULES, 'keyLookup.');
  if (tenants !== undefined) {
    if (options.keys === undefined) return;
    throw new SetupError('tenants', 'keys are given as well', 'Give one of them.');
  }
  if (typeof keys !== 'function') {
    checkKeySpecs(keys, chosenProvider(options.provider, providerOf)?.keyVariable);
    if (keyLookup === undefined) return;
    throw new SetupError(
      'keyLookup',
      'keys is not a function',
      'Leave it out, or give a function that finds keys.',
    );
  }
}

function isReplayGuard(value: unknown): boolean {
  return ['begin', 'renew', 'commit', 'abort'].every((name) => typeof memberOf(value, name) === 'function');
}
