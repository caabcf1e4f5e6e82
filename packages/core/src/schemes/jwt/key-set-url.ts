/** The address of a key set (JWKS), and how it is fetched and kept. */
import { HOUR, MINUTE, SECOND } from '../../freshness.ts';
import { memberIfGiven, notGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';

export interface KeySetUrl {
  readonly url: string;
  /** How long a set is used before it is fetched again. Default 600,000 ms. */
  readonly maxAgeMs: number;
  /** The least time between two fetches, whatever asks for them. Default 30,000 ms. */
  readonly cooldownMs: number;
  /** How long one fetch may take, its body included. Default 5,000 ms. */
  readonly timeoutMs: number;
  /** Default 65,536. */
  readonly maxBytes: number;
  /** How long past `maxAgeMs` the last good set is believed while none can be fetched. Default 24 h. */
  readonly maxOutageMs: number;
}

/** How a set is fetched and kept, as far as it is said. */
export type KeySetBounds = Partial<Omit<KeySetUrl, 'url'>>;

const DEFAULTS: Omit<KeySetUrl, 'url'> = {
  maxAgeMs: 10 * MINUTE,
  cooldownMs: 30 * SECOND,
  timeoutMs: 5 * SECOND,
  maxBytes: 64 * 1024,
  maxOutageMs: 24 * HOUR,
};

type Bound = { readonly least: number; readonly most: number };

/** Outside these bounds a set would be fetched for every request, never again, or not at all. */
export const KEY_SET_BOUNDS: Readonly<Record<Exclude<keyof KeySetUrl, 'url'>, Bound>> = {
  maxAgeMs: { least: SECOND, most: 24 * HOUR },
  cooldownMs: { least: SECOND, most: HOUR },
  timeoutMs: { least: 10, most: MINUTE },
  maxBytes: { least: 256, most: 16 * 1024 * 1024 },
  maxOutageMs: { least: 0, most: 30 * 24 * HOUR },
};

/**
 * Reads the option `jwks`: an address, or `{ url, maxAgeMs, cooldownMs, timeoutMs, maxBytes, maxOutageMs }`.
 * @param defaults in place of those that hold for all @throws SetupError where the address is not https, except on this machine.
 */
export function readKeySetUrl(options: OptionReader, defaults: KeySetBounds = {}): KeySetUrl | undefined {
  const raw = options.raw('jwks');
  if (raw === undefined) return undefined;
  if (typeof raw === 'string') return { ...keySetUrl(raw, options.path('jwks')), ...defaults };
  const reader = options.object('jwks') as OptionReader;
  const url = reader.text('url');
  const bounds = readKeySetBounds(reader);
  reader.refuseUnread();
  if (url === undefined) {
    throw notGiven(reader, 'url', 'Give the address of the issuer’s JWKS.');
  }
  return { ...keySetUrl(url, reader.path('url')), ...defaults, ...bounds };
}

/** How a set is fetched and kept, where nothing else is said. */
export function keySetDefaults(): Omit<KeySetUrl, 'url'> {
  return DEFAULTS;
}

/** Those of the bounds that an option gives. @throws SetupError for one that is not taken. */
export function readKeySetBounds(reader: OptionReader): KeySetBounds {
  return Object.assign({}, ...BOUNDED.map((name) => memberIfGiven(name, readBounded(reader, name))));
}

const BOUNDED = Object.keys(KEY_SET_BOUNDS) as readonly (keyof typeof KEY_SET_BOUNDS)[];

function readBounded(reader: OptionReader, name: keyof typeof KEY_SET_BOUNDS): number | undefined {
  const { least, most } = KEY_SET_BOUNDS[name];
  const value = name === 'maxBytes' ? reader.integer(name) : reader.milliseconds(name);
  if (value === undefined || (value >= least && value <= most)) return value;
  throw new SetupError(
    reader.path(name),
    `${value} is not taken`,
    `Give ${least} to ${most}, or leave it out: ${DEFAULTS[name]}.`,
  );
}

/** A set at that address with every default. @throws SetupError where the address is not https, except on this machine. */
export function keySetUrl(text: string, option: string): KeySetUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback)) {
    throw new SetupError(
      option,
      'the address is not https: anyone on the way could put in keys of their own',
      'Give an https address; http is taken for this machine only.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new SetupError(option, 'the address holds credentials', 'Leave them out: a JWKS is public.');
  }
  return { url: url.href, ...DEFAULTS };
}
