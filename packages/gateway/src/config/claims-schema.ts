// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of `claims`; see `schema.ts`. */
import type { ClaimsConfig, ClaimsInput } from './claims-config.ts';
import type { Finding } from './finding.ts';
import { optional, withDefault } from './left-out.ts';
import { isMisfit } from './read-text.ts';
import { type RedisAddress, readRedisAddress } from './redis-address.ts';
import { duration, readable, secretText } from './schema-leaves.ts';
import { either, into, mapping, misread, type Schema } from './shape.ts';
import { MINUTE } from './units.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

const EXAMPLE = 'redis://redis.internal:6379/0';
const DEFAULT_TIMEOUT = '1s';
const DEFAULT_PREFIX = 'countersign:';

/** Makes the schema. */
export function claimsSchema(): Schema<ClaimsConfig, string | ClaimsInput> {
  const written = mapping(
    'The Redis server that gateways share.',
    {
      address: addressSchema(
        'redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss:// with TLS, or redis+unix:///PATH?db=DATABASE; all but the host or path can be left out. It is never shown with its password.',
      ),
      password: optional(
        secretText('The password, if the address has none: "${env:NAME}" or "${file:path}".'),
        'none',
      ),
      timeout: withDefault(
        duration(
          'How long an answer is waited for; after that Redis counts as down until it answers again.',
          MINUTE,
        ),
        DEFAULT_TIMEOUT,
      ),
      prefix: withDefault(prefixSchema(), DEFAULT_PREFIX),
    },
    `{ address: ${EXAMPLE} }`,
  );
  const full = into(written, ({ address, password, timeout, prefix }) => ({
    address: password === undefined ? address : { ...address, password },
    timeoutMs: timeout,
    prefix,
  }));
  const short = into(addressSchema('The Redis server that gateways share.'), (address) => ({
    address,
    timeoutMs: 1000,
    prefix: DEFAULT_PREFIX,
  }));
  const expected = `the address of a Redis server, such as ${EXAMPLE}, or a mapping with it`;
  const { parts, json } = either(short, full, { expected, description: DESCRIPTION });
  return {
    ...(parts && { parts }),
    json,
    // What is wrong with a text is wrong with the address.
    read: (value, place) =>
      isMapping(value)
        ? full.read(value, place)
        : typeof value === 'string'
          ? short.read(value, place)
          : misread(place, { expected }),
  };
}

const DESCRIPTION =
  'Where several gateways share the claims of gates that answer, forward or respond, and the rate limits of all gates: a Redis server (or Valkey), one address, no cluster and no Sentinel. Gates that keep have their claims in the store. An address, or a mapping of address, password, timeout and prefix.';

function addressSchema(description: string): Schema<RedisAddress, string> {
  return readable<RedisAddress>(
    {
      expected: `the address of a Redis server: redis://HOST:PORT/DATABASE, rediss:// with TLS, or redis+unix:///PATH, such as ${EXAMPLE}`,
      description,
      pattern: /^rediss?:\/\/|^redis\+unix:\/\//,
    },
    readRedisAddress,
  );
}

function prefixSchema(): Schema<string, string> {
  return readable<string>(
    {
      expected: 'up to 100 letters, digits and : . _ - { }, such as countersign:',
      description:
        'What the names of all keys begin with. Give deployments that share a database different ones.',
      pattern: /^[A-Za-z0-9:._{}-]{1,100}$/,
    },
    (text) => (/^[A-Za-z0-9:._{}-]{1,100}$/.test(text) ? text : { misfit: true }),
  );
}

/** One password, in one place. @param tree of any shape */
export function claimsRules(tree: unknown): readonly Finding[] {
  const claims = valueAt(tree, ['claims']);
  if (!isMapping(claims) || claims['password'] === undefined || !holdsPassword(claims['address'])) return [];
  return [
    {
      path: ['claims', 'password'],
      problem: 'is given, and the address has a password',
      expected: 'one of the two',
    },
  ];
}

/** Where an address with its password stands in the tree. @param tree of any shape */
export function passwordAddresses(tree: unknown): readonly ValuePath[] {
  const places: readonly ValuePath[] = [['claims'], ['claims', 'address']];
  return places.filter((path) => holdsPassword(valueAt(tree, path)));
}

function holdsPassword(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const address = readRedisAddress(text);
  return !isMisfit(address) && address.password !== undefined;
}
