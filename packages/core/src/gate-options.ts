/** What `createGate` is handed, checked before anything is built: untyped code reaches it. */
import type { GateOptions } from './gate.ts';
import { describeGiven, isPlain } from './given.ts';
import { checkKeySpecs } from './key-specs.ts';
import { remedyOf } from './options.ts';
import { SetupError } from './setup-error.ts';

interface Rule {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const FUNCTION: Rule = { expected: 'a function', isValid: (value) => typeof value === 'function' };
/** How long is judged where it is used. */
const PERIOD: Rule = { expected: 'a number of milliseconds', isValid: (value) => typeof value === 'number' };

const RULES: Readonly<Record<keyof GateOptions, Rule>> = {
  provider: {
    expected: 'a provider’s id, or { id, … } with its options',
    isValid: (value) => typeof value === 'string' || (isPlain(value) && typeof value['id'] === 'string'),
  },
  scheme: { expected: 'an object', isValid: isPlain },
  keys: { expected: 'a list of keys, e.g. [process.env.SECRET]', isValid: Array.isArray },
  id: { expected: 'a text', isValid: (value) => typeof value === 'string' && value !== '' },
  replay: { expected: 'a ReplayGuard, with begin, commit and abort', isValid: isReplayGuard },
  repeats: {
    expected: 'acknowledge, refuse or by-id',
    isValid: (value) => value === 'acknowledge' || value === 'refuse' || value === 'by-id',
  },
  leaseMs: PERIOD,
  rememberMs: PERIOD,
  maxBodyBytes: {
    expected: 'a whole number of bytes, 0 or more',
    isValid: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  now: FUNCTION,
  fetch: FUNCTION,
  report: FUNCTION,
};

const NAMES = Object.keys(RULES);

/**
 * @param innerOptions the options of the provider that was chosen, which people put one level too high.
 * @throws SetupError naming the option, what it got, and where it belongs.
 */
export function checkGateOptions(
  options: unknown,
  innerOptions: (provider: string) => readonly string[],
): asserts options is GateOptions {
  if (!isPlain(options)) {
    throw new SetupError('options', `they are ${describeGiven(options)}`, 'Give { provider, keys }.');
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof GateOptions] : undefined;
    if (!rule) throw unknown(options, name, innerOptions);
    if (value === undefined || rule.isValid(value)) continue;
    throw new SetupError(name, `it is ${describeGiven(value)}`, `Give ${rule.expected}.`);
  }
  if (Array.isArray(options['keys'])) checkKeySpecs(options['keys']);
}

function unknown(
  { provider, scheme }: Readonly<Record<string, unknown>>,
  name: string,
  innerOptions: (provider: string) => readonly string[],
): SetupError {
  const id = typeof provider === 'string' ? provider : isPlain(provider) ? String(provider['id']) : undefined;
  const remedy =
    id !== undefined && innerOptions(id).includes(name)
      ? `It belongs in provider: { id: '${id}', ${name}: … }.`
      : `${scheme === undefined ? '' : 'What the scheme says belongs in scheme: { … }. '}${remedyOf('Options', name, NAMES)}`;
  return new SetupError(name, 'a gate has no such option', remedy);
}

function isReplayGuard(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['begin', 'commit', 'abort'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** A clock that the caller gave, looked at each time: a `Date` in place of a number would add up to a text. */
export function checkedClock(now: () => number): () => number {
  return () => {
    const ms: unknown = now();
    if (typeof ms === 'number') return ms;
    throw new SetupError('now', `it returned ${describeGiven(ms)}`, 'Return milliseconds since the epoch.');
  };
}
