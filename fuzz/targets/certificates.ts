/** X.509 certificates, read by us for key and end, against OpenSSL’s reading. */
import { X509Certificate } from 'node:crypto';
import { type Certificate, readCertificate } from '../../packages/core/src/crypto/x509.ts';
import { require, target } from '../target.ts';

export const certificates = target<Certificate | string>({
  about: 'of a certificate that is taken, and that OpenSSL reads too, key and end are the same',
  words: ['0\u0003', '991231235959Z', '20991231235959Z', 'sns.amazonaws.com', '\u0006\u0003U\u001d\u0011'],
  read: (input) => readCertificate(input),
  judge(input, certificate) {
    const theirs = typeof certificate === 'string' ? undefined : opened(input);
    if (typeof certificate === 'string' || !theirs) return;
    require(theirs.key.equals(certificate.spki), 'OpenSSL reads another key');
    // The last second counts as a whole.
    require(theirs.endMs + 1000 === certificate.endMs, 'OpenSSL reads another end');
  },
});

/** Undefined where OpenSSL refuses the certificate, or its key. */
function opened(der: Uint8Array): { readonly key: Buffer; readonly endMs: number } | undefined {
  try {
    const { publicKey, validToDate } = new X509Certificate(der);
    return { key: publicKey.export({ type: 'spki', format: 'der' }), endMs: validToDate.getTime() };
  } catch {
    return undefined;
  }
}
