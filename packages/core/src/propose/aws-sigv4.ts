/** The scheme of a request by AWS Signature Version 4. */
import type { SignedRequest } from '../model.ts';
import { SIGV4_ALGORITHM } from '../schemes/aws-sigv4/authorization.ts';
import { HASH_HEADER } from '../schemes/aws-sigv4/claimed-hash.ts';
import { DATE_HEADER, parseTime } from '../schemes/aws-sigv4/signed-time.ts';
import { UNSIGNED_PAYLOAD } from '../schemes/aws-sigv4/string-to-sign.ts';
import { MAX_CHARS, type StandardCandidate } from './standard-candidate.ts';

/** What the credential of the header `authorization` names: `Credential=ID/DATE/REGION/SERVICE/aws4_request`. */
export function credentialScope(
  text: string,
): { readonly region: string; readonly service: string } | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const [, region, service] = /Credential=[^/,]+\/\d{8}\/([\w.-]+)\/([\w.-]+)\/aws4_request/.exec(text) ?? [];
  return region === undefined || service === undefined ? undefined : { region, service };
}

/** With the region and the service that the credential names, and the headers that are signed. */
export function* sigV4Candidates({ headers }: SignedRequest): Generator<StandardCandidate> {
  const text = headers.get('authorization') ?? '';
  const scope = credentialScope(text);
  if (!scope || !text.startsWith(`${SIGV4_ALGORITHM} `)) return;
  const names = (/SignedHeaders=([^,\s]+)/.exec(text)?.[1] ?? '').split(';');
  const further = names.filter((name) => name !== 'host' && !name.startsWith('x-amz-'));
  const scheme = {
    type: 'aws-sigv4',
    ...scope,
    ...(further.length > 0 && { signedHeaders: further }),
    ...(headers.get(HASH_HEADER) === UNSIGNED_PAYLOAD && { unsignedPayload: true }),
  };
  yield { scheme, signedMs: parseTime(headers.get(DATE_HEADER) ?? '') };
}
