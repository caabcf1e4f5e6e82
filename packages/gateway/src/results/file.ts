/** An answer that the browser saves. */
import { checkContentType } from './content-type.ts';
import { asResult } from './mark.ts';
import { openSource, type Source } from './source.ts';

export interface FileResult {
  readonly kind: 'file';
  readonly name: string;
  readonly contentType: string;
  readonly content: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export interface FileContent {
  /** What the browser shall save it as; characters that no file name may have are replaced by `_`. */
  readonly name: string;
  /** A text is written as UTF-8. Parts that come one by one are sent as they come. */
  readonly content: string | Uint8Array | Source<string | Uint8Array>;
  /** Default `application/octet-stream`. */
  readonly contentType?: string;
}

/**
 * A download.
 * @throws TypeError for a content type that is none, or content that is neither text, bytes nor an async iterable of them.
 */
export function file({ name, content, contentType = 'application/octet-stream' }: FileContent): FileResult {
  if (typeof name !== 'string') throw new TypeError('file: name is not text. Say what to save it as.');
  return asResult({
    kind: 'file',
    name,
    contentType: checkContentType(contentType, 'file'),
    content:
      typeof content === 'string' || content instanceof Uint8Array
        ? content
        : openSource(content, 'file: content that is neither text nor bytes'),
  });
}
