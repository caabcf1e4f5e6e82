/** Texts of a request that a message may have by their names: headers, parameters, members, fields. */
import type { SignedRequest } from '../model.ts';
import { isToken } from '../text/token.ts';
import type { AtomContext, AtomDraft } from './atom.ts';
import { likelyFirst, NOT_SIGNED, type Place, placeText } from './named-texts.ts';

const MAX_SOURCES = 12;
const MAX_SOURCE_CHARS = 1024;

const LIKELY =
  /(?:^|[^a-z])(?:id|nonce|uuid|guid|request|delivery|event|key|account|client|app|version|topic|date|digest|message|idempotency|token)(?:$|[^a-z])|[a-z]Id$|nonce|[-_]id|digest/i;

export function* sourceDrafts({ texts, guess }: AtomContext): Generator<AtomDraft> {
  const own = placeText(guess.place);
  const sources = texts
    .filter(({ place, text }) => placeText(place) !== own && text.length <= MAX_SOURCE_CHARS)
    .filter(({ place }) => !('header' in place && NOT_SIGNED.test(place.header)))
    .map(({ place, name, text }) => ({ place, text, isLikely: LIKELY.test(name) }));
  for (const { place, text, isLikely } of likelyFirst(sources).slice(0, MAX_SOURCES)) {
    const message = writtenPlace(place);
    if (message === undefined) continue;
    yield { atom: { kind: 'source', written: message, place, isLikely }, options: { message } };
    if (!('query' in place) || !/[A-Z]/.test(text)) continue;
    const lower = message.replace('}', ':lower}');
    yield { atom: { kind: 'source', written: lower, isLikely: false }, options: { message: lower } };
  }
}

/** The field that has the text of a place; undefined where a template cannot write its name. */
export function writtenPlace(place: Place): string | undefined {
  const names = Object.values(place);
  if (names.some((name) => /[{}?]/.test(name))) return undefined;
  if ('header' in place) return `{header:${place.header}}`;
  if ('query' in place) return /:lower$/.test(place.query) ? undefined : `{parameter:${place.query}}`;
  if ('field' in place && 'member' in place)
    return place.field.includes(':') ? undefined : `{json:${place.field}:${place.member}}`;
  return 'field' in place ? `{field:${place.field}}` : `{member:${place.member}}`;
}

/** Headers that name the headers that are signed. */
export function* listedHeaderDrafts({ request, guess }: AtomContext): Generator<AtomDraft> {
  for (const [header] of listsOfHeaders(request)) {
    if ('header' in guess.place && guess.place.header === header) continue;
    const message = `{headers:${header}}`;
    yield { atom: { kind: 'source', written: message, isLikely: true }, options: { message } };
  }
}

/** By their names, what each lists. */
function listsOfHeaders({ headers }: SignedRequest): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>();
  for (const [name, text] of headers) {
    if (text.length > MAX_SOURCE_CHARS || headers.count(name) > 1) continue;
    const names = text.split(',').map((item) => item.trim().toLowerCase());
    const isList = names.every((item) => isToken(item) && headers.count(item) === 1);
    if (isList && names.includes(name.toLowerCase())) lists.set(name.toLowerCase(), names);
  }
  return lists;
}
