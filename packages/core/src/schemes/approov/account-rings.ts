/** Parts a gate’s keys: those that prove tokens, and those that account message signatures are made with. */
import { createKeyRing, type KeyForm, type KeyRing, type KeySpec } from '../../keys.ts';
import type { KeyContext, KeyRules } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';

/** The id, or its beginning, of a key for account message signatures. */
export const ACCOUNT_KEY_ID = 'account-message';

const ACCOUNT_FORM: KeyForm = { algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'base64' };

export interface AccountRings {
  /** Proves and signs tokens; lists every key. */
  readonly token: KeyRing;
  readonly account: KeyRing;
}

/** @throws SetupError where no key is for account signatures, and for what either ring refuses. */
export function createAccountRings(
  { create, forms }: KeyRules,
  specs: readonly (string | KeySpec)[],
  context: KeyContext,
): AccountRings {
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
  const tokenSpecs = specs.filter((spec) => !isAccount(spec));
  const ring = create ? create(tokenSpecs, context) : createKeyRing(tokenSpecs, forms);
  const account = createKeyRing(accountSpecs, [ACCOUNT_FORM]);
  return {
    account,
    token: {
      list: () => [...ring.list(), ...account.list()],
      usable: (nowMs, id) => ring.usable(nowMs, id),
      unusable: (nowMs, id) => ring.unusable(nowMs, id),
      outage: () => ring.outage(),
      signing: (nowMs) => ring.signing(nowMs),
    },
  };
}
