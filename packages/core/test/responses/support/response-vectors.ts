/** The signed responses of vectors/responses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestFrom, type SignedRequest } from '../../../src/index.ts';
import { createResponseGate, type ResponseGate, type ResponseParts } from '../../../src/responses/index.ts';

interface MessageCase {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
}

export interface ResponseCase extends MessageCase {
  readonly name: string;
  readonly source: string;
  readonly components: readonly string[];
  readonly request: MessageCase & { readonly method: string; readonly url: string };
  readonly status: number;
  readonly signatureBase: string;
  /** Seconds. */
  readonly now: number;
}

interface ResponseFile {
  readonly algorithm: 'ecdsa-p256-sha256';
  readonly keyId: string;
  readonly publicKey: string;
  readonly cases: readonly ResponseCase[];
}

const file = join(import.meta.dirname, '../../../../../vectors/responses/rfc9421.json');

export const rfcResponses: ResponseFile = JSON.parse(readFileSync(file, 'utf8'));

export function requestOfCase({ request }: ResponseCase): SignedRequest {
  const { method, url, headers, bodyBase64 } = request;
  return requestFrom({ method, url, headers, body: Buffer.from(bodyBase64, 'base64') });
}

export function responseOfCase({ status, headers, bodyBase64 }: ResponseCase): ResponseParts {
  return { status, headers, body: Buffer.from(bodyBase64, 'base64') };
}

export function gateOfCase({ components, now }: ResponseCase): ResponseGate {
  const { algorithm, keyId, publicKey } = rfcResponses;
  return createResponseGate({
    scheme: { algorithm, components },
    keys: [{ id: keyId, secret: publicKey }],
    now: () => now * 1000,
  });
}
