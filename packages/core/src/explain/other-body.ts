/** A trial’s request with another body. */
import { byteText, decodeUtf8, latin1, utf8 } from '../text/bytes.ts';
import type { Change, Trial } from './trial.ts';

/** What takes longer to rewrite than other requests may wait is left as it is. */
const MAX_BYTES = 128 * 1024;

/** Letter by letter: a char is a byte. Nothing where the body stays what it is. */
export function* withBody(
  { request }: Trial,
  change: (body: string) => string | undefined,
): Generator<Change> {
  if (request.body.length > MAX_BYTES) return;
  const body = byteText(request.body);
  const other = change(body);
  const bytes = other === undefined || other === body ? undefined : latin1(other);
  if (bytes !== undefined) yield { request: { ...request, body: bytes } };
}

/** The same of the body’s text; nothing where it is no UTF-8. */
export function* withBodyText(
  { request }: Trial,
  change: (text: string) => string | undefined,
): Generator<Change> {
  const text = request.body.length > MAX_BYTES ? undefined : decodeUtf8(request.body);
  const other = text === undefined ? undefined : change(text);
  if (other !== undefined && other !== text) yield { request: { ...request, body: utf8(other) } };
}
