/** `{body:sha256:…}`: the body’s digest, which a message has in the body’s place. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import type { MaybePromise } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import { byteText } from '../text/bytes.ts';
import { encodeHex } from '../text/encodings.ts';
import type { TemplatePassage } from './template-found.ts';
import { type DigestForm, parseTemplate } from './template-grammar.ts';
import type { TemplateOptions } from './template-options.ts';

/**
 * Whether a message names the digest.
 * @throws SetupError where the body is not signed as received: the digest of what remains without a signature is no sender’s.
 */
export function digestsBody({ message, signature, body }: TemplateOptions): boolean {
  const digests = [message]
    .flat()
    .some((one) => parseTemplate(one).some((part) => typeof part !== 'string' && part.field === 'digest'));
  if (!digests || (!('member' in signature || 'field' in signature) && body === undefined)) return digests;
  throw new SetupError(
    'scheme.message',
    '{body:sha256:…} is the digest of the body as received, which cannot hold its own signature',
    'Give a signature in a header or in the query.',
  );
}

/** Makes the digest, before a message is filled: WebCrypto makes it later. */
export function digestBody({ found, request }: TemplatePassage): MaybePromise<undefined> {
  return andThen(backend.sha256([request.body]), (digest) => {
    found.bodyDigest = digest;
    return undefined;
  });
}

/** As a part of a message. */
export function digestText({ found }: TemplatePassage, form: DigestForm): string {
  const digest = found.bodyDigest as Uint8Array;
  return form === 'hex' ? encodeHex(digest) : byteText(digest);
}
