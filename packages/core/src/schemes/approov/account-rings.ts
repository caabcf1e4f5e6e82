/** Parts a gate’s keys: those that prove tokens, and those that account message signatures are made with. */
import { andThen } from '../../and-then.ts';
import {
  type FoundKeys,
  type KeyForm,
  type KeyRing,
  type KeySpec,
  keyRing,
  type RingKey,
} from '../../keys.ts';
import type { Sliced } from '../../pause.ts';
import type { KeyContext, KeyRules } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';

/** The id, or its beginning, of a key for account message signatures. */
const ACCOUNT_KEY_ID = 'account-message';

const ACCOUNT_FORM: KeyForm = { algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'base64' };

/** A gate’s keys for tokens, with those for account message signatures beside them. */
export interface AccountKeys extends FoundKeys {
  readonly account: FoundKeys;
}

/** The key that signs tokens, with the one that signs account messages beside it. */
interface AccountSigningKey extends RingKey {
  readonly account: RingKey;
}

/**
 * Builds a ring that proves and signs tokens, lists every key, and finds the account’s with the token’s.
 * @throws SetupError where no key is for account signatures, or none for tokens, and for what either ring refuses.
 */
export function* accountRing(
  { create, forms, fromAddress }: KeyRules,
  specs: readonly (string | KeySpec)[],
  context: KeyContext,
): Sliced<KeyRing> {
  const isAccount = (spec: string | KeySpec): boolean =>
    typeof spec !== 'string' && spec.id?.startsWith(ACCOUNT_KEY_ID) === true;
  const accountSpecs = specs.filter(isAccount);
  if (accountSpecs.length === 0) {
    throw new SetupError(
      'keys',
      'no key is for account message signatures',
      `Give the account’s message signing key the id ${ACCOUNT_KEY_ID}, beside the tokens’ key.`,
    );
  }
  const bound = accountSpecs.find((spec) => typeof spec !== 'string' && spec.for !== undefined);
  if (bound !== undefined) {
    throw new SetupError(
      `keys[${specs.indexOf(bound)}].for`,
      'it is given for a key of account message signatures, which are for every action',
      'Leave it out: bind the tokens’ keys to actions.',
    );
  }
  const tokenSpecs = specs.filter((spec) => !isAccount(spec));
  if (tokenSpecs.length === 0 && !fromAddress) {
    throw new SetupError('keys', 'no key is for tokens', 'Give the tokens’ key beside the account’s.');
  }
  const ring = yield* create ? create(tokenSpecs, context) : keyRing(tokenSpecs, forms, context.name);
  const account = yield* keyRing(accountSpecs, [ACCOUNT_FORM]);
  return {
    list: () => [...ring.list(), ...account.list()],
    find: (query) => andThen(ring.find(query), (keys): AccountKeys => withAccount(keys, account)),
    written: [...ring.written, ...account.written],
    signing: (nowMs, mayProve): AccountSigningKey => ({
      ...ring.signing(nowMs, mayProve),
      account: account.signing(nowMs),
    }),
  };
}

function withAccount(keys: FoundKeys, account: FoundKeys): AccountKeys {
  return {
    list: () => [...keys.list(), ...account.list()],
    usable: keys.usable,
    unusable: keys.unusable,
    outage: keys.outage,
    account,
  };
}

/** Those for account message signatures; undefined where installations sign. */
export function accountKeysOf(keys: FoundKeys | undefined): FoundKeys | undefined {
  return keys && 'account' in keys ? (keys as AccountKeys).account : undefined;
}

/** The key that signs account messages; undefined where installations sign. */
export function accountSigningKey(key: RingKey): RingKey | undefined {
  return 'account' in key ? (key as AccountSigningKey).account : undefined;
}
