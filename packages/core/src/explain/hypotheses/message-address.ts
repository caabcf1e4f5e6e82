/** Messages that have another piece of the URL than the gate’s. */
import { HOST, PATH, QUERY, WHOLE_URL } from '../../schemes/address-parts.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { isField, mapField, type Parts, placesOf, replacedBy } from '../other-message.ts';
import { messageRow, PATH_AND_QUERY } from './message.ts';

/** A piece of the URL. */
const urlPiece = (name: string, change: (url: string) => string | undefined): MessageField =>
  mapField(WHOLE_URL, name, change);

const piece =
  (pattern: RegExp) =>
  (url: string): string | undefined =>
    pattern.exec(url)?.[1];

export const MESSAGE_ADDRESS: readonly TrialHypothesis[] = [
  messageRow('message-path-for-url', 'The sender signs the path, and not the whole URL', (parts) =>
    replacedBy(parts, 'url', [PATH_AND_QUERY], [PATH], [PATH, QUERY]),
  ),
  messageRow('message-host-for-url', 'The sender signs a piece of the URL, and not the whole', (parts) =>
    replacedBy(
      parts,
      'url',
      [urlPiece('{host}{path}?{query}', piece(/^[a-z]+:\/\/(.*\?.*)$/i))],
      [HOST, PATH],
      [urlPiece('{url up to its path}', piece(/^([a-z]+:\/\/[^/?]*)/i))],
      [HOST],
    ),
  ),
  messageRow(
    'message-url-for-path',
    'The sender signs the whole URL, and not its path alone',
    function* (parts) {
      yield* replacedBy(
        parts,
        'path',
        [WHOLE_URL],
        [urlPiece('{url without its query}', piece(/^([^?]*)\?/))],
      );
      yield* withAddress(parts, [WHOLE_URL]);
    },
  ),
  messageRow('message-query-mark', 'The sender signs the query with its question mark', (parts) =>
    replacedBy(parts, 'query', [
      mapField(QUERY, '?{query}', (query) => (query === '' ? undefined : `?${query}`)),
    ]),
  ),
  messageRow(
    'message-query-with-path',
    'The sender signs the path with the query behind it',
    function* (parts) {
      yield* replacedBy(parts, 'path', [PATH_AND_QUERY]);
      yield* withAddress(parts, [PATH_AND_QUERY]);
    },
  ),
];

/** With something in the place of the path, of what stands before it of the host, and of the query behind it. */
function* withAddress(parts: Parts, others: Parts): Generator<Parts> {
  const [path] = placesOf(parts, 'path');
  const [query] = placesOf(parts, 'query');
  if (path === undefined || query === undefined || query < path) return;
  const between = parts.slice(path + 1, query);
  if (between.some(isField)) return;
  yield [...parts.slice(0, path), ...others, ...parts.slice(query + 1)];
  // The query’s own place stays, and is empty.
  yield [...parts.slice(0, path), ...others, ...between, ...parts.slice(query + 1)];
  const [host] = placesOf(parts, 'host');
  if (host !== undefined && host < path)
    yield [...parts.slice(0, host), ...others, ...parts.slice(query + 1)];
}
