/** The text that is signed: the algorithm, the time, the credential’s scope, and the hash of the canonical request, a line each. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import type { Objection } from '../../objection.ts';
import { byteString } from '../../text/bytes.ts';
import { encodeHex } from '../../text/encodings.ts';
import { SCOPE_END, SIGV4_ALGORITHM, type SigV4Authorization } from './authorization.ts';
import { canonicalRequest } from './canonical-request.ts';
import { SIGNATURE_PARAMETER } from './presigned.ts';
import type { SigV4Options } from './sigv4-options.ts';

/** What stands for a body that is not signed. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** @param time as `timeText` writes it @param payloadHash what stands for the body */
export function stringToSign(
  { region, service, origin }: SigV4Options,
  request: SignedRequest,
  { date, signedHeaders, presigned }: Pick<SigV4Authorization, 'date' | 'signedHeaders' | 'presigned'>,
  time: string,
  payloadHash: string,
): MaybePromise<string | Objection> {
  const encodesPathTwice = service !== 's3';
  const canonical = canonicalRequest({
    request,
    signedHeaders,
    payloadHash,
    origin,
    encodesPathTwice,
    unsignedParameter: presigned && SIGNATURE_PARAMETER,
  });
  if (typeof canonical !== 'string') return canonical;
  return andThen(backend.sha256([byteString(canonical)]), (hash) => {
    const scope = scopeText(date, { region, service });
    return `${SIGV4_ALGORITHM}\n${time}\n${scope}\n${encodeHex(hash)}`;
  });
}

/** `20150830/us-east-1/iam/aws4_request`. */
export function scopeText(
  date: string,
  { region, service }: Pick<SigV4Options, 'region' | 'service'>,
): string {
  return `${date}/${region}/${service}/${SCOPE_END}`;
}

/** `20150830T123600Z`. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[:-]/g, '')}Z`;
}

/** SHA-256 in hex. */
export function hashOf(bytes: Uint8Array): MaybePromise<string> {
  return andThen(backend.sha256([bytes]), encodeHex);
}
