/** One configured key: which of the scheme's forms it has, and the material that it stands for. Judged by its shape. */

import type { KeyMaterial } from '../crypto/backend.ts';
import { SetupError } from '../setup-error.ts';
import { counted } from '../text/amounts.ts';
import { decodeUtf8, utf8 } from '../text/bytes.ts';
import { base64Bytes } from './base64-text.ts';
import { decodeKeyText, isFault, isPem, type TextEncoding, unwrapped } from './decode-key-text.ts';
import { isKeyJson, jwkUseFault, parseKeyJson } from './jwk.ts';
import type { KeyContent as Content, KeyForm, KeyTextFault, PublicKeyForm, SecretForm } from './key-form.ts';
import { publicKeyShape } from './key-shape.ts';
import type { KeyEncoding, KeySpec } from './key-spec.ts';
import type { KeyWarning } from './key-warning.ts';
import { keyWarnings } from './key-warnings.ts';

export interface ReadKey {
  readonly form: KeyForm;
  /** What it was read as: an encoding, the form’s prefix, or `bytes`. */
  readonly readAs: string;
  readonly material: KeyMaterial;
  readonly warnings: readonly KeyWarning[];
}

/** @throws SetupError naming the option and the remedy; never quotes the key. */
export function readKey({ secret, encoding }: KeySpec, forms: readonly KeyForm[], option: string): ReadKey {
  if (isBlankSecret(secret)) {
    throw new SetupError(
      option,
      'the secret is empty or only white space',
      'Set it; an unset environment variable is the usual cause.',
    );
  }
  const first = forms[0] as KeyForm;
  const takesSecrets = forms.some(({ kind }) => kind === 'secret');
  const takesPublic = forms.some(({ kind }) => kind !== 'secret');
  // A PEM’s dashes are letters of base64url: no other encoding may have it.
  const isPublicText = takesPublic && typeof secret === 'string' && isPem(secret) && isPemEncoding(encoding);
  const shape =
    takesSecrets && !isPublicText && !isPrefixed(secret, forms) ? publicKeyShape(secret) : undefined;
  if (shape) throw notSecret(shape, option);
  const content =
    typeof secret === 'string'
      ? readText(secret, encoding, forms)
      : readBytes(secret, forms.find(({ prefix }) => prefix === undefined) ?? first);
  if ('problem' in content) throw new SetupError(option, content.problem, content.remedy);
  const { form, readAs, bytes, notes } = content;
  if (form.kind !== 'secret') {
    return { form, readAs, material: form.keys.materialOf({ ...content, form }), warnings: notes };
  }
  const decodedShape = publicKeyShape(bytes);
  if (decodedShape) throw notSecret(decodedShape, option);
  const text = typeof secret === 'string' ? secret : undefined;
  const warnings = keyWarnings({ form, text, bytes, isLiteral: content.isLiteral ?? false });
  return { form, readAs, material: { kind: 'secret', bytes }, warnings: [...notes, ...warnings] };
}

/** Whether nothing can be seen of a text. Bytes are a key whatever they are: of blanks only where they are none. */
export function isBlankSecret(secret: string | Uint8Array): boolean {
  return typeof secret === 'string'
    ? /^[\s\0-\x20\u00ad\u200b-\u200f\u2060\ufeff]*$/.test(secret)
    : secret.length === 0;
}

function isPemEncoding(encoding: KeyEncoding | undefined): boolean {
  return encoding === undefined || encoding === 'pem';
}

function isPrefixed(secret: string | Uint8Array, forms: readonly KeyForm[]): boolean {
  return typeof secret === 'string' && prefixedForm(unlabelled(secret), forms) !== undefined;
}

function notSecret(shape: string, option: string): SetupError {
  return new SetupError(
    option,
    `it is ${shape}, and this scheme takes a shared secret: anyone who knows the key could sign`,
    'Give the shared secret; or, where requests are signed with such a key, set the algorithm to that.',
  );
}

function readBytes(bytes: Uint8Array, form: KeyForm): Content | KeyTextFault {
  // A file's bytes that were not made a text.
  const text = form.kind === 'secret' || bytes[0] === 0x30 ? undefined : decodeUtf8(bytes);
  if (text !== undefined && isPem(text)) return readPem(text, [form]);
  return { form, readAs: 'bytes', bytes, notes: [] };
}

function readText(
  text: string,
  encoding: KeyEncoding | undefined,
  forms: readonly KeyForm[],
): Content | KeyTextFault {
  const first = forms[0] as KeyForm;
  if (encoding === 'pem' || (encoding === undefined && isPem(text))) return readPem(text, forms);
  if (encoding === 'jwks')
    return { problem: 'a key set is not taken by this scheme', remedy: 'Give one key of it.' };
  if (encoding === 'jwk' || (encoding === undefined && isKeyJson(text))) return readJwk(text, first);
  const bare = unlabelled(text);
  const prefixed = encoding === 'utf8' ? undefined : prefixedForm(bare, forms);
  if (prefixed) return readPrefixed(bare, prefixed, encoding);
  if (encoding === 'prefixed') {
    const prefixes = forms.flatMap(({ prefix }) => prefix ?? []).join(', ');
    return {
      problem: 'the key lacks its prefix',
      remedy: prefixes ? `Known prefixes: ${prefixes}.` : 'This scheme has none.',
    };
  }
  if (first.kind !== 'secret' && encoding === undefined) return first.keys.readText(text, first);
  const read = encoding ?? first.encoding;
  const decoded = decodeKeyText(text, read as TextEncoding);
  if (isFault(decoded)) return decoded;
  const isLiteral = read === 'utf8';
  return checkedContent({ form: first, readAs: read, ...decoded, isLiteral }, text, read);
}

/** Bytes that are no public key where one is due are told by what their text looks like. */
function checkedContent(content: Content, text: string, encoding: KeyEncoding): Content | KeyTextFault {
  const { form } = content;
  return form.kind === 'secret'
    ? content
    : (form.keys.faultOf({ ...content, form }, text, encoding) ?? content);
}

/** Standard Webhooks’ label of a signature, which some dashboards put before the key as well. */
function unlabelled(text: string): string {
  return unwrapped(text).replace(/^v1a?,(?=wh(?:sec|sk|pk)_)/, '');
}

function prefixedForm(text: string, forms: readonly KeyForm[]): (KeyForm & { prefix: string }) | undefined {
  return forms.find(
    (form): form is KeyForm & { prefix: string } => form.prefix !== undefined && prefixBytes(text, form) > 0,
  );
}

/** How much of the text is the form’s prefix; 0 where it does not begin so. */
function prefixBytes(text: string, { prefix = '', prefixEnd }: KeyForm): number {
  if (!text.startsWith(prefix)) return 0;
  if (prefixEnd === undefined) return prefix.length;
  const end = text.indexOf(prefixEnd, prefix.length);
  return end > 0 && /^\w+$/.test(text.slice(prefix.length, end)) ? end + prefixEnd.length : 0;
}

function readPrefixed(
  text: string,
  form: KeyForm & { prefix: string },
  encoding: KeyEncoding | undefined,
): Content | KeyTextFault {
  const rest = text.slice(prefixBytes(text, form));
  if (rest.includes(form.prefix)) {
    return { problem: `the text holds ${form.prefix} twice`, remedy: 'Give each key its own entry.' };
  }
  // To the letter it would be a key of no bytes, which everybody has.
  if (isBlankSecret(rest)) {
    return { problem: `nothing stands behind ${form.prefix}`, remedy: 'Give the whole key: it was cut off.' };
  }
  const read = encoding === undefined || encoding === 'prefixed' ? form.encoding : encoding;
  const decoded = decodeKeyText(rest, read as TextEncoding);
  if (isFault(decoded)) return decoded;
  return checkedContent({ form, readAs: form.prefix, ...decoded }, rest, read);
}

/** RFC 7518 §6.4: the secret of a JWK whose `kty` is `oct`; of the scheme’s algorithm, where it names one. */
function readJwk(text: string, form: KeyForm): Content | KeyTextFault {
  const jwk = parseKeyJson(utf8(unwrapped(text)));
  if (!jwk)
    return {
      problem: 'the text is not a JSON object of unique names',
      remedy: 'Give one JWK: {"kty":"oct","k":"…"}.',
    };
  if (form.kind !== 'secret') {
    return {
      problem: 'a JWK is not taken by this scheme',
      remedy: 'Give a PEM of a PUBLIC KEY; to sign, of a PRIVATE KEY.',
    };
  }
  const bytes = jwk['kty'] === 'oct' && typeof jwk['k'] === 'string' ? base64Bytes(jwk['k']) : undefined;
  if (!bytes?.length)
    return {
      problem: 'the JWK has no kty oct and k in base64url',
      remedy: 'Give the JWK of the shared secret.',
    };
  const use = jwkUseFault(jwk);
  if (use)
    return {
      problem: `the JWK is not for signatures: ${use}`,
      remedy: 'Give the key that requests are signed with.',
    };
  const { alg } = jwk;
  const ownAlgorithm = JWK_ALGORITHMS[form.algorithm];
  if (alg !== undefined && alg !== ownAlgorithm?.name) {
    return {
      problem: `the JWK’s alg is not ${ownAlgorithm?.name ?? 'one of this scheme'}`,
      remedy: 'Set the algorithm to the key’s, or give the key for this one.',
    };
  }
  if (ownAlgorithm && (form.least || alg !== undefined) && bytes.length < ownAlgorithm.bytes) {
    return {
      problem: `the JWK’s key is ${counted(bytes.length, 'byte')} long; ${ownAlgorithm.name} demands at least ${ownAlgorithm.bytes} (RFC 7518 §3.2)`,
      remedy: 'Make a longer one.',
    };
  }
  return { form, readAs: 'jwk', bytes, notes: [] };
}

const JWK_ALGORITHMS: Readonly<
  Partial<Record<SecretForm['algorithm'], { readonly name: string; readonly bytes: number }>>
> = {
  'hmac-sha1': { name: 'HS1', bytes: 20 },
  'hmac-sha256': { name: 'HS256', bytes: 32 },
  'hmac-sha384': { name: 'HS384', bytes: 48 },
  'hmac-sha512': { name: 'HS512', bytes: 64 },
};

function readPem(text: string, forms: readonly KeyForm[]): Content | KeyTextFault {
  const form = forms.find((candidate): candidate is PublicKeyForm => candidate.kind !== 'secret');
  if (!form)
    return {
      problem: 'this scheme takes a shared secret, not a PEM key',
      remedy: 'Leave encoding: pem out, if this is the secret.',
    };
  const der = form.keys.readPem(text);
  return der instanceof Uint8Array ? { form, readAs: 'pem', bytes: der, notes: [], isDer: true } : der;
}
