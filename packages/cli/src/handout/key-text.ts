/** What a partner is told of the key: the secret that both sides have, or the pair that it makes itself. */
import { algorithmName, curveOf } from './algorithms.ts';
import { block, code } from './markdown.ts';
import type { PlanAlgorithm, PlanEncoding } from './signing-plan.ts';

const KEY_ENCODINGS = {
  utf8: 'Use the text itself as UTF-8 bytes, exactly as it is: no quotes, no newline.',
  base64: 'It is encoded as base64: decode it, and sign with the bytes.',
  base64url: 'It is encoded as base64url: decode it, and sign with the bytes.',
  hex: 'It is encoded as hex: decode it, and sign with the bytes.',
  base32: 'It is encoded as base32: decode it, and sign with the bytes.',
} as const satisfies Readonly<Record<PlanEncoding, string>>;

/** Of a secret: what of its text is cut off, and how the rest becomes bytes. */
export function secretText({
  encoding,
  prefix,
}: {
  readonly encoding: string;
  readonly prefix: string;
}): string {
  const cut = prefix === '' ? '' : ` It begins with ${code(prefix)}: remove that first.`;
  const form =
    Object.entries(KEY_ENCODINGS).find(([name]) => name === encoding)?.[1] ?? `It is a ${encoding}.`;
  return `A secret that both sides know. Keep it out of code, logs and URLs.${cut} ${form}`;
}

/** Of a pair of keys: how to make it, and which half to hand over. */
export function pairText(algorithm: PlanAlgorithm): string {
  return `A key pair for ${algorithmName(algorithm)}. Generate it yourself, keep the private key (PEM, PKCS #8), and hand over the public key:\n\n${pairCommands(algorithm)}`;
}

/** The commands that make one. */
export function pairCommands(algorithm: PlanAlgorithm): string {
  return block(
    `${newKeyCommand(algorithm)} -out private.pem\nopenssl pkey -in private.pem -pubout -out public.pem`,
  );
}

function newKeyCommand(algorithm: PlanAlgorithm): string {
  if (algorithm === 'ed25519') return 'openssl genpkey -algorithm ed25519';
  if (algorithm.startsWith('rsa-')) return 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072';
  return `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${curveOf(algorithm)}`;
}
