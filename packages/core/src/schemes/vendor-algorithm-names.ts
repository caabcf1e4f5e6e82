/** How vendors write algorithms, folded to letters and digits, and the names for them here. */
const NAMES: readonly (readonly [written: RegExp, name: string])[] = [
  // JSON Web Algorithms, RFC 7518.
  [/^hs(256|384|512)$/, 'hmac-sha$1'],
  [/^(?:rs|rsasha|rsav15sha)(256|384|512)$/, 'rsa-pkcs1-sha$1'],
  [/^(?:ps|rsapsssha)(256|384|512)$/, 'rsa-pss-sha$1'],
  [/^es(256|384)$/, 'ecdsa-p$1-sha$1'],
  [/^eddsa$/, 'ed25519'],
  // Java’s, which writes ECDSA as DER, as OpenSSL does.
  [/^sha(256|384|512)withrsa(?:encryption)?$/, 'rsa-pkcs1-sha$1'],
  [/^(?:sha(256|384)withecdsa|ecdsasha(256|384))$/, 'ecdsa-p$1$2-sha$1$2-der'],
];

/** The name here of an algorithm that is written as vendors do; else the text itself. */
export function vendorAlgorithmName(written: string): string {
  const letters = written.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const row = NAMES.find(([pattern]) => pattern.test(letters));
  return row === undefined ? written : letters.replace(row[0], row[1]);
}
