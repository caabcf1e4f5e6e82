/** `{body:sha256:…}`: the body’s digest, which a message has in the body’s place. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import type { MaybePromise } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import { byteText } from '../text/bytes.ts';
import { encodeHex } from '../text/encodings.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/** In lower-case hex. */
export const BODY_SHA256_HEX: MessageField = {
  field: 'digest',
  written: '{body:sha256:hex}',
  covers: ['body'],
  reader: (options) => digestReader(options, digestHex),
  prepare: digestBody,
};

/** As it is. */
export const BODY_SHA256_BYTES: MessageField = {
  field: 'digest',
  written: '{body:sha256:bytes}',
  covers: ['body'],
  reader: (options) => digestReader(options, ({ found }) => byteText(found.bodyDigest as Uint8Array)),
  prepare: digestBody,
};

/** @throws SetupError where the body is not signed as received: the digest of what remains without a signature is no sender’s. */
function digestReader({ body }: TemplateOptions, read: FieldReader): FieldReader {
  if (body === undefined) return read;
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

export function digestHex({ found }: TemplatePassage): string {
  return encodeHex(found.bodyDigest as Uint8Array);
}
