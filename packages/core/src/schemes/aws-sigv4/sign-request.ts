/** Signing a request: its time, its host, its type and every `x-amz-*` that it has, and what the gate demands besides. */
import { andThen } from '../../and-then.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import type { SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { encodeHex } from '../../text/encodings.ts';
import { SIGV4_ALGORITHM } from './authorization.ts';
import type { StringToSign } from './signing-key.ts';
import type { SigV4Options } from './sigv4-options.ts';
import { hashOf, scopeText, stringToSign, timeText, UNSIGNED_PAYLOAD } from './string-to-sign.ts';

/** S3 demands the header of the hash; the others take the hash alone. Where any body is taken, that is what is signed. */
export function signRequest(options: SigV4Options, draft: SigningDraft): MaybePromise<SignedRequest> {
  const { method, url, body, key, timestampMs } = draft;
  const time = timeText(timestampMs);
  const date = time.slice(0, 8);
  const { id } = key.info;
  if (!/^[\w.-]+$/.test(id)) {
    throw new SetupError(
      'keys',
      'the key’s id is no access key id, and the signature names it',
      'Give letters, digits and - _ . as the id.',
    );
  }
  const isNamed = options.service === 's3' || options.unsignedPayload;
  return andThen(options.unsignedPayload ? UNSIGNED_PAYLOAD : hashOf(body), (hash) => {
    const dated = draft.headers.with('X-Amz-Date', time);
    const headers = isNamed ? dated.with('X-Amz-Content-Sha256', hash) : dated;
    const request: SignedRequest = { method, url, headers, body };
    const signedHeaders = headersToSign(options, request);
    const text = stringToSign(options, request, { date, signedHeaders }, time, hash);
    return andThen(text, (result) => {
      if (typeof result !== 'string') {
        throw new SetupError(
          'request',
          result.problem,
          'Give the part, or take it out of the gate’s signedHeaders.',
        );
      }
      const scope = scopeText(date, options);
      return andThen(key.proof.sign([result] satisfies StringToSign), (signature) => ({
        ...request,
        headers: headers.with(
          'Authorization',
          `${SIGV4_ALGORITHM} Credential=${id}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${encodeHex(signature)}`,
        ),
      }));
    });
  });
}

function headersToSign({ signedHeaders }: SigV4Options, request: SignedRequest): readonly string[] {
  const names = request.headers.flat.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const own = names.filter((name) => name.startsWith('x-amz-') || name === 'content-type');
  return [...new Set(['host', ...signedHeaders, ...own])].sort();
}
