/** Makes of what names a tenant, and what finds its keys, the choice that a gate goes by. */
import { andThen, ownPromise } from './and-then.ts';
import { describeGiven, isArray, memberOf } from './given.ts';
import type { FoundAnswer, KeyFinder } from './key-finder.ts';
import type { MaybePromise, SignedRequest } from './model.ts';
import { type Objection, objection } from './objection.ts';
import { SetupError } from './setup-error.ts';
import type { TenantChoice, TenantHint, TenantOptions } from './tenant-keys.ts';
import { shownText } from './text/shown-text.ts';
import { createTokenBucket } from './token-bucket.ts';

/** A name goes into logs, lists and claims: half a surrogate pair would be another character in some of them. */
const TENANT = /^\P{C}{1,128}$/u;

/** Of look-ups that find nobody: so many at once, and then so many a second. Those that find a tenant are free. */
const MISSES_AT_ONCE = 100;
const MISSES_A_SECOND = 20;

/**
 * Keys by tenant, for a gate of many tenants: what of a request says whose it is, and what finds that tenant’s keys.
 * @throws SetupError for what is no function
 * @example createGate({ provider, tenants: tenantsFrom({ hint: ({ url }) => url.split('/').at(-1), keysOf }) })
 */
export function tenantsFrom(options: TenantOptions): TenantChoice {
  for (const name of ['hint', 'keysOf'] as const) {
    const value = memberOf(options, name);
    if (typeof value === 'function') continue;
    throw new SetupError(
      name,
      `it is ${describeGiven(value)}`,
      'Give two functions: tenantsFrom({ hint, keysOf }).',
    );
  }
  return { bind: (gate) => tenantFinder(options, gate) };
}

function tenantFinder(
  { hint, keysOf }: TenantOptions,
  gate: Pick<TenantHint, 'gate' | 'provider'>,
): KeyFinder {
  return {
    what: 'source',
    misses: createTokenBucket({ atOnce: MISSES_AT_ONCE, perSecond: MISSES_A_SECOND }),
    asList:
      'Have it give { tenant, keys }, keys as the gate’s option keys takes them, and nothing for a tenant that is not known.',
    namesOf: ({ request }) => andThen(request && hintOf(hint, request), namesOf),
    ask: (name = '') => keysOf(Object.freeze({ ...gate, untrustedTenant: name })),
    read,
    none: (name) => (name === undefined ? NAMES_NOBODY : unknownTenant(name)),
    // A tenant’s keys have names of their own, which are not the tenant’s.
    ringName: () => undefined,
  };
}

/** A stranger’s request, at which it fails, names nobody. */
function hintOf(hint: TenantOptions['hint'], request: SignedRequest): MaybePromise<string | undefined> {
  try {
    const name = ownPromise(hint(request));
    return name instanceof Promise ? name.catch(() => undefined) : name;
  } catch {
    return undefined;
  }
}

function namesOf(name: unknown): readonly string[] {
  return isTenant(name) ? [name] : [];
}

function isTenant(name: unknown): name is string {
  return typeof name === 'string' && TENANT.test(name);
}

function read(answer: unknown): FoundAnswer | string {
  if (answer === undefined || answer === null) return { specs: [] };
  const keys = memberOf(answer, 'keys');
  const tenant = memberOf(answer, 'tenant');
  if (!isArray(keys)) return `returned ${describeGiven(answer)}, and no list of keys in it`;
  if (keys.length === 0) return { specs: [] };
  if (!isTenant(tenant)) return 'returned keys, and not whose they are as 1 to 128 printable characters';
  return { specs: keys, tenant };
}

const NAMES_NOBODY: Objection = objection('unknown-tenant', 'the request does not say which tenant it is of');

function unknownTenant(name: string): Objection {
  return objection(
    'unknown-tenant',
    `the request says it is of the tenant "${shownText(name)}", and there are no keys of that tenant`,
  );
}
