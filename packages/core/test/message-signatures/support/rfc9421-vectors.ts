import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeaderList, type KeySpec, type SignedRequest } from '../../../src/index.ts';

const folder = join(import.meta.dirname, '../../../../../vectors');

/** A case of vectors/rfc9421.json: as others, with the provider's options and the key's id. */
export interface MessageSignatureCase {
  readonly name: string;
  readonly source: string;
  readonly keyId: string;
  readonly encoding?: 'base64';
  readonly options: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bodyBase64: string;
  readonly secret?: string;
  readonly publicKey?: string;
  readonly now: number;
  readonly expect: 'accept' | 'reject';
  readonly reason?: string;
}

interface MessageSignatureFile {
  readonly privateKeys: Readonly<Record<string, string>>;
  readonly cases: readonly MessageSignatureCase[];
}

/** Appendix B.2 as vectors/rfc.json has it: message, signature base, signature, key. */
export interface AppendixCase {
  readonly id: string;
  readonly alg: string;
  readonly signatureBase: string;
  readonly headers: string;
  readonly key: { readonly publicKeyPem?: string; readonly sharedSecretBase64?: string };
}

export const messageSignatures: MessageSignatureFile = JSON.parse(
  readFileSync(join(folder, 'rfc9421.json'), 'utf8'),
);

export const appendixB2: readonly AppendixCase[] = JSON.parse(
  readFileSync(join(folder, 'rfc.json'), 'utf8'),
).rfc9421;

export function caseNamed(name: string): MessageSignatureCase {
  const found = messageSignatures.cases.find((one) => one.name === name);
  if (!found) throw new Error(`the case ${name} is gone`);
  return found;
}

export function requestOfCase({ method, url, headers, bodyBase64 }: MessageSignatureCase): SignedRequest {
  return { method, url, headers: HeaderList.from(headers), body: Buffer.from(bodyBase64, 'base64') };
}

export function keyOfCase({ keyId, secret, publicKey, encoding }: MessageSignatureCase): KeySpec {
  return { id: keyId, secret: secret ?? publicKey ?? '', ...(encoding && { encoding }) };
}
