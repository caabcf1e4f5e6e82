/** The media types that a file or a stream may be sent as. */

import { TOKEN_CHAR } from '@countersign/core/internal/token';

const TOKEN = `${TOKEN_CHAR}+`;
/** RFC 9110 §8.3.1. */
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[ !#-\\[\\]-~]*"))*$`,
);

/** @throws TypeError for what is no media type. */
export function checkContentType(contentType: string, what: string): string {
  if (typeof contentType === 'string' && MEDIA_TYPE.test(contentType)) return contentType;
  const quoted = JSON.stringify(contentType);
  throw new TypeError(`${what}: ${quoted} is not a media type. Give one such as "text/csv; charset=utf-8".`);
}
