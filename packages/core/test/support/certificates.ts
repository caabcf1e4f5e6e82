/** X.509 certificates as a test needs them. Their own signatures are nobody's: who issued one is not judged. */
import type { KeyObject } from 'node:crypto';
import { derElement } from '../../src/crypto/der.ts';
import { RSA_PAIR } from './rsa-pairs.ts';

export interface CertificateParts {
  readonly publicKey: KeyObject;
  readonly commonName: string | undefined;
  /** Names of the DNS. Default: no such extension. */
  readonly names?: readonly string[];
  readonly endMs: number;
}

const ascii = (tag: number, text: string): Uint8Array => derElement(tag, Buffer.from(text, 'latin1'));
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => derElement(0x30, ...parts);
const oid = (hex: string): Uint8Array => derElement(0x06, Buffer.from(hex, 'hex'));

const RSA_SHA256 = sequence(oid('2a864886f70d01010b'), derElement(0x05));

const name = (commonName: string | undefined): Uint8Array =>
  commonName === undefined
    ? sequence()
    : sequence(derElement(0x31, sequence(oid('550403'), ascii(0x0c, commonName))));

function timeOf(ms: number): Uint8Array {
  const text = `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  const year = new Date(ms).getUTCFullYear();
  return year < 1950 || year > 2049 ? ascii(0x18, text) : ascii(0x17, text.slice(2));
}

export function certificateDer(parts: Partial<CertificateParts> = {}): Uint8Array {
  const {
    publicKey = RSA_PAIR.publicKey,
    commonName = 'sns.amazonaws.com',
    names,
    endMs = Date.UTC(2126, 0, 1),
  } = parts;
  const alternative =
    names && sequence(oid('551d11'), derElement(0x04, sequence(...names.map((name) => ascii(0x82, name)))));
  const signed = sequence(
    derElement(0xa0, derElement(0x02, Uint8Array.of(2))),
    derElement(0x02, Uint8Array.of(1)),
    RSA_SHA256,
    name('An issuer'),
    sequence(timeOf(0), timeOf(endMs)),
    name('commonName' in parts ? parts.commonName : commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(alternative ? [derElement(0xa3, sequence(alternative))] : []),
  );
  return sequence(signed, RSA_SHA256, derElement(0x03, new Uint8Array(257)));
}

export function pemOfCertificate(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

export function certificatePem(parts?: Partial<CertificateParts>): string {
  return pemOfCertificate(certificateDer(parts));
}
