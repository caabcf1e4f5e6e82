/** An answer that is sent as it comes. */
import { checkContentType } from './content-type.ts';
import { asResult } from './mark.ts';
import { openSource, type Source } from './source.ts';

export interface StreamResult {
  readonly kind: 'stream';
  readonly contentType: string;
  readonly chunks: AsyncIterable<string | Uint8Array>;
}

export interface StreamOptions {
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
}

/**
 * Sends each part as it comes. Where the caller leaves, the iterator's `return()` is called and `context.signal` aborts;
 * where the source throws, the answer breaks off and the log says why. Nothing is escaped: for pages take `progress`.
 * @throws TypeError for a content type that is none, or a source that is no async iterable.
 */
export function stream(
  chunks: Source<string | Uint8Array>,
  { contentType = 'text/plain; charset=utf-8' }: StreamOptions = {},
): StreamResult {
  return asResult({
    kind: 'stream',
    contentType: checkContentType(contentType, 'stream'),
    chunks: openSource(chunks, 'stream: the source'),
  });
}
