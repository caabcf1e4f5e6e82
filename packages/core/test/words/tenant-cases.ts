/** Refusals of gates whose keys are looked up by tenant. */
import { type TenantOptions, tenantsFrom } from '../../src/index.ts';
import { hmacHex, NO_SIGNATURE, type RefusalCase, SECRET } from './refusal-case.ts';

/** Hands over what the types forbid. */
const untyped = (value: unknown): TenantOptions => value as TenantOptions;

const finding = (keysOf: () => unknown, hint: () => unknown = () => 'acme'): RefusalCase['gate'] => ({
  provider: 'github',
  keys: undefined,
  tenants: tenantsFrom(untyped({ hint, keysOf })),
  keyLookup: { timeoutMs: 10 },
});
const signed: RefusalCase['request'] = { headers: { 'x-hub-signature-256': `sha256=${hmacHex('{}')}` } };
const AS_TENANT =
  'Have it give { tenant, keys }, keys as the gate’s option keys takes them, and nothing for a tenant that is not known.';
const GIVE_KEYS =
  'The request does not say whose it is, or names a tenant of whom there are no keys. Look at what the sender sends; give the tenant keys where the gate looks them up. Keys that were added are seen within two seconds.';

export const tenantCases: readonly RefusalCase[] = [
  {
    when: 'a request that says nothing of a tenant',
    gate: finding(
      async () => undefined,
      () => undefined,
    ),
    request: signed,
    says: 'the request does not say which tenant it is of',
    remedy: GIVE_KEYS,
  },
  {
    when: 'a tenant that nobody knows',
    gate: finding(async () => undefined),
    request: signed,
    says: 'the request says it is of the tenant "acme", and there are no keys of that tenant',
    remedy: GIVE_KEYS,
  },
  {
    when: 'a list of keys, and nothing of whose they are',
    gate: finding(async () => [SECRET]),
    request: signed,
    says: 'the source of keys returned an array, and no list of keys in it',
    remedy: AS_TENANT,
  },
  {
    when: 'keys of nobody',
    gate: finding(async () => ({ keys: [SECRET] })),
    request: signed,
    says: 'the source of keys returned keys, and not whose they are as 1 to 128 printable characters',
    remedy: AS_TENANT,
  },
  {
    when: 'a source of keys that is down',
    gate: finding(async () => {
      throw Object.assign(new Error('connect postgres://user:password@db'), { code: 'ECONNREFUSED' });
    }),
    request: signed,
    says: 'the source of keys failed (ECONNREFUSED)',
    remedy:
      'Look at what it reads the keys from; it is asked again in a moment, and the sender should retry.',
  },
  {
    when: 'a signature of none of the tenant’s keys',
    gate: finding(async () => ({ tenant: 'acme', keys: [SECRET] })),
    request: { headers: { 'x-hub-signature-256': `sha256=${NO_SIGNATURE}` } },
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
];
