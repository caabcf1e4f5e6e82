/** How the keys of a declared scheme become bytes. */
import { isMac, type SignatureAlgorithm } from '../crypto/backend.ts';
import { isKeyedHash } from '../crypto/keyed-hash-bytes.ts';
import type { SecretForm } from '../keys/key-form.ts';
import { publicKeyForm } from '../keys/public-key-form.ts';
import type { KeyForm } from '../keys.ts';
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { digestedKeyForm, KEY_DIGESTS, type KeyDigest } from './digested-key-form.ts';
import { keyedHashForm } from './keyed-hash-form.ts';

/** What encodings the text of a secret may have. */
export const SECRET_ENCODINGS = ['utf8', 'base64', 'base64url', 'hex', 'base32'] as const;

/** What a declaration says of its keys. */
export type DeclaredKey = Pick<SecretForm, 'prefix' | 'prefixEnd'> & {
  readonly encoding?: (typeof SECRET_ENCODINGS)[number];
  readonly digest?: KeyDigest;
};

/** Reads the option `key`. */
export function readDeclaredKey(options: OptionReader): DeclaredKey | undefined {
  const key = options.object('key');
  if (!key) return undefined;
  const encoding = key.oneOf('encoding', SECRET_ENCODINGS);
  const digest = key.oneOf('digest', KEY_DIGESTS);
  const prefix = key.text('prefix');
  key.refuseUnread();
  return {
    ...(encoding && { encoding }),
    ...(digest && { digest }),
    ...(prefix !== undefined && readKeyPrefix(prefix, key.path('prefix'))),
  };
}

/** `signkey-*-`: the star stands for letters, digits and underscores. */
function readKeyPrefix(prefix: string, option: string): Pick<SecretForm, 'prefix' | 'prefixEnd'> {
  const [, begins, end] = /^([!-)+-~]+)(?:\*([!-)+-/:-@[-^`{-~][!-)+-~]*))?$/.exec(prefix) ?? [];
  if (begins !== undefined) return { prefix: begins, ...(end !== undefined && { prefixEnd: end }) };
  throw new SetupError(
    option,
    `${JSON.stringify(prefix)} is not how a key begins`,
    'Give its first characters without blanks, e.g. whsec_; one * among them stands for letters, digits and underscores, and something else follows it, e.g. signkey-*-.',
  );
}

/** A secret to the letter, unless the declaration says otherwise; of public keys a PEM, or base64. */
export function keyFormOf(
  algorithm: SignatureAlgorithm,
  key: DeclaredKey | undefined,
  option: string,
): KeyForm {
  if (!isMac(algorithm) && !isKeyedHash(algorithm)) {
    if (key === undefined)
      return publicKeyForm({ algorithm, variant: 0, kind: 'public', encoding: 'base64' });
    throw new SetupError(
      option,
      `${algorithm} takes public keys, and it says how a secret becomes bytes`,
      'Leave it out: a PEM, DER in base64 or a JWK says itself what it is.',
    );
  }
  const { encoding = 'utf8', digest, ...prefix } = key ?? {};
  const form = { variant: 0, kind: 'secret', encoding, ...prefix } as const;
  if (isKeyedHash(algorithm)) {
    if (digest === undefined) return keyedHashForm({ ...form, algorithm });
    throw new SetupError(
      option,
      `${algorithm} hashes the secret with the message, and not its digest`,
      'Leave digest out, or set the algorithm to an HMAC.',
    );
  }
  return digest ? digestedKeyForm({ ...form, algorithm }, digest) : { ...form, algorithm };
}
