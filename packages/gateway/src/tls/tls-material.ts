/** Certificates, keys and authorities of a listener, read and judged before they are used. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { SetupError } from '@countersign/core';
import type { PemSource, TlsConfig } from '../config/config.ts';

/** Where the configuration says how a listener speaks TLS. */
export type TlsOption = 'listen.tls' | 'listen.adminTls';

/** What a listener speaks TLS with. */
export interface TlsMaterial {
  readonly options: SecureContextOptions;
  /** When the first certificate of the chain expires, in milliseconds since the epoch. */
  readonly expiresMs: number;
  /** The same for the same certificates, key, authorities and version. */
  readonly digest: string;
  /** The same for the same authorities of clients. */
  readonly authoritiesDigest: string;
}

/** A bundle of all public authorities has a quarter of a megabyte. */
const MAX_FILE_BYTES = 1_048_576;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws SetupError for what cannot be read, is no certificate or key, or does not belong together */
export async function readTlsMaterial(config: TlsConfig, option: TlsOption): Promise<TlsMaterial> {
  const { cert, key, ca, minVersion } = config;
  const [certPem, keyPem, caPem] = await Promise.all([
    readPem(cert, `${option}.cert`),
    readPem(key, `${option}.key`),
    ca && readPem(ca, `${option}.ca`),
  ]);
  const chain = certificatesOf(certPem, `${option}.cert`);
  const [own] = chain;
  const privateKey = privateKeyOf(keyPem, `${option}.key`);
  if (own?.checkPrivateKey(privateKey) !== true)
    throw new SetupError(
      `${option}.key`,
      'it is not the key of the certificate in cert',
      'Give the key that the certificate was requested with; the server’s own certificate stands first in cert.',
    );
  if (caPem !== undefined) certificatesOf(caPem, `${option}.ca`);
  const options: SecureContextOptions = { cert: certPem, key: keyPem, minVersion };
  if (caPem !== undefined) options.ca = caPem;
  try {
    createSecureContext(options);
  } catch (error) {
    throw new SetupError(
      `${option}.cert`,
      `TLS does not take it (${messageOf(error)})`,
      'Have a certificate issued with a key that is strong enough: RSA of 2,048 bits or more, or P-256.',
    );
  }
  return {
    options,
    expiresMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
    digest: digestOf(certPem, keyPem, caPem ?? '', minVersion),
    authoritiesDigest: digestOf(caPem ?? ''),
  };
}

async function readPem(source: PemSource, option: string): Promise<string> {
  return source.kind === 'text' ? source.pem.reveal() : readFileText(source.file, option);
}

async function readFileText(file: string, option: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === bytes.length) break;
      }
      if (length <= MAX_FILE_BYTES) return bytes.toString('utf8', 0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new SetupError(
      option,
      `the file ${file} cannot be read (${messageOf(error)})`,
      'Put the file there, or give the gateway’s user the right to read it.',
    );
  }
  throw new SetupError(option, `the file ${file} is longer than 1 MB`, 'Name a PEM file.');
}

function certificatesOf(pem: string, option: string): readonly X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    throw new SetupError(
      option,
      'it holds no certificate',
      'Give certificates in PEM: -----BEGIN CERTIFICATE-----.',
    );
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new SetupError(
        option,
        `its certificate ${i + 1} of ${blocks.length} cannot be read`,
        'Compare it with `openssl x509 -noout -text`; a file that was cut off is the usual cause.',
      );
    }
  });
}

function privateKeyOf(pem: string, option: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw new SetupError(
      option,
      'the key is encrypted with a passphrase',
      'Decrypt it, for instance with `openssl pkey`, and let nobody but the gateway’s user read the file.',
    );
  try {
    return createPrivateKey(pem);
  } catch {
    throw new SetupError(
      option,
      'it is no private key',
      'Give the private key in PEM: -----BEGIN PRIVATE KEY-----.',
    );
  }
}

function digestOf(...texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest('base64');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
