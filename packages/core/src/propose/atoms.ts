/** What a message can be made of: the parts of one request, each with the text that the engine itself reads of it. */

import { joinMessage } from '../crypto/backend.ts';
import { queryOf } from '../effective-request.ts';
import { SECOND, type TimestampUnit } from '../freshness.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { byteText } from '../text/bytes.ts';
import { isGzip } from '../text/is-gzip.ts';
import { parseRfc3339 } from '../text/rfc3339.ts';
import type { Atom, AtomContext, AtomDraft, AtomKind } from './atom.ts';
import { likelyFirst, placeText } from './named-texts.ts';
import { otherOrigins } from './origins.ts';
import { listedHeaderDrafts, sourceDrafts } from './source-drafts.ts';
import { gateOf } from './trial.ts';

const MAX_TIMES = 5;

/** The likeliest of each kind first; of those that hold one text, the first, which names the others. */
export async function atomsOf(context: AtomContext): Promise<readonly Atom[]> {
  const atoms: Atom[] = [];
  for (const draft of drafts(context)) {
    const texts = typeof draft.options === 'string' ? [draft.options] : await textsOf(context, draft.options);
    for (const text of texts) atoms.push({ ...draft.atom, text, same: [] });
  }
  return folded(atoms);
}

function* drafts(context: AtomContext): Generator<AtomDraft> {
  const { request, guess } = context;
  // Of an item that is signed by itself only its members can be signed.
  if (guess.items !== undefined) {
    yield* sourceDrafts(context);
    return;
  }
  const isForm = /form/i.test(request.headers.get('content-type') ?? '');
  yield fixed('body', '{body}');
  if ('member' in guess.place) yield fixed('whole', 'body-without-member');
  if ('field' in guess.place) yield fixed('whole', 'sorted-form-lines');
  for (const body of bodyReadings(request)) yield fixed('body', '{body}', { body });
  yield fixed('body', '{body:sha256:hex}');
  yield fixed('body', '{body:sha256:bytes}');
  if (isForm) yield fixed('body', '{form:sorted}');
  yield* timeDrafts(context);
  yield fixed('method', '{method}');
  yield* addressDrafts(request);
  if (isForm || request.body.length === 0) yield fixed('body', '{url+form}');
  yield* listedHeaderDrafts(context);
  yield* itemDrafts(context);
  yield* sourceDrafts(context);
}

function fixed(kind: AtomKind, written: string, more: RawOptions = {}): AtomDraft {
  return {
    atom: { kind, written, isLikely: true, ...more },
    options: { message: written, ...more },
  };
}

/** Those that give this body another text. */
function bodyReadings({ body }: SignedRequest): readonly string[] {
  if (isGzip(body)) return ['gunzipped'];
  return [
    ...(body.some((byte) => byte > 0x7f) ? ['ascii-escaped'] : []),
    ...(body.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c) ? ['json-string'] : []),
  ];
}

/** What is made of the address comes behind what it is: mostly both are the same. */
function* addressDrafts(request: SignedRequest): Generator<AtomDraft> {
  yield fixed('address', '{url}');
  yield fixed('address', '{path}');
  yield fixed('address', '{query}');
  yield fixed('address', '{query:sorted}');
  yield fixed('address', '{host}');
  for (const origin of otherOrigins(request)) yield fixed('address', '{url}', { origin });
  yield fixed('address', '{target:escaped}');
  if (/[%+]/.test(request.url)) {
    yield fixed('address', '{url:decoded}');
    for (const origin of otherOrigins(request)) yield fixed('address', '{url:decoded}', { origin });
  }
  if (queryOf(request.url) !== '') yield fixed('address', '{query:encoded}');
}

/** The other items of the signature’s list. */
function* itemDrafts({ guess }: AtomContext): Generator<AtomDraft> {
  for (const item of guess.labelled) {
    const { label, text } = item;
    if (!/^[!-~]+$/.test(text) || /[{}]/.test(label)) continue;
    yield {
      atom: { kind: 'source', written: `{item:${label}}`, item, isLikely: true },
      options: text,
    };
  }
}

/** The signature whose list has that item. */
export function withItem(
  { signature }: RawOptions,
  { label, text }: { readonly label: string; readonly text: string },
): RawOptions {
  const { list, ...rest } = signature as RawOptions & { readonly list: RawOptions };
  return {
    ...rest,
    list: { ...list, items: { ...(list['items'] as RawOptions | undefined), [label]: text } },
  };
}

function* timeDrafts({ texts, guess }: AtomContext): Generator<AtomDraft> {
  const items = guess.labelled.map(({ label, text }) => ({
    place: { item: label },
    text,
    isString: true,
    name: label,
  }));
  const own = placeText(guess.place);
  const others = texts.filter(({ place }) => placeText(place) !== own);
  const times = [...items, ...others].flatMap(({ place, text, isString, name }) => {
    const time = timeOf(text);
    if (!time) return [];
    const isText = 'member' in place && isString && time.unit !== 'rfc3339';
    const options = { ...place, unit: time.unit, ...(isText && { text: true }) };
    return [
      { place, options, ms: time.ms, isLikely: 'item' in place || /time|date|^ts?$|[-_]ts/i.test(name) },
    ];
  });
  for (const { place, options, ms, isLikely } of likelyFirst(times).slice(0, MAX_TIMES)) {
    yield {
      atom: { kind: 'time', written: '{timestamp}', place, time: { options, ms }, isLikely },
      options: { message: '{timestamp}', timestamp: options },
    };
  }
}

interface WrittenTime {
  readonly unit: TimestampUnit;
  readonly ms: number;
}

/** A time of these decades, as senders write it; a number that is none mostly has fewer digits. */
function timeOf(text: string): WrittenTime | undefined {
  if (/^[1-9]\d{9}(?:\.\d{1,9})?$/.test(text)) return { unit: 's', ms: Math.floor(Number(text) * SECOND) };
  if (/^[1-9]\d{12}$/.test(text)) return { unit: 'ms', ms: Number(text) };
  const ms = parseRfc3339(text);
  return ms === undefined ? undefined : { unit: 'rfc3339', ms };
}

/** What the engine reads: one text for each reading of the body, each once; none where the part is not there. */
async function textsOf({ request, base, key }: AtomContext, options: RawOptions): Promise<readonly string[]> {
  const { messages = [] } = (await gateOf({ ...base, ...options }, { spec: key }, 0)?.trace(request)) ?? {};
  const texts = messages.map(({ message }) => {
    const bytes = joinMessage(message);
    return bytes && byteText(bytes);
  });
  return [...new Set(texts.filter((text) => text !== undefined))];
}

/** Those of one text and kind as one; a text that is empty says nothing, but for the body and the query. */
function folded(atoms: readonly Atom[]): readonly Atom[] {
  const byText = new Map<string, Atom[]>();
  for (const atom of atoms) {
    const isPart = atom.text !== '' || atom.written === '{body}' || atom.written === '{query}';
    if (!isPart) continue;
    const identity = `${atom.kind === 'whole' ? 'whole' : ''} ${atom.text === '' ? atom.written : atom.text}`;
    byText.set(identity, [...(byText.get(identity) ?? []), atom]);
  }
  return [...byText.values()].map(([first, ...others]) => {
    const atom = first as Atom;
    // A time is a text as well; and what is made of an address is mostly the address itself.
    return {
      ...atom,
      same: others.filter((other) => !isAt(atom, other.place) && !DERIVED.test(other.written)),
    };
  });
}

/** Parts that are other parts unless something in those is escaped. */
const DERIVED = /^\{(?:url:decoded|query:encoded|target:escaped|item:.*|parameter:.*:lower)\}$/;

function isAt({ place }: Atom, other: Atom['place']): boolean {
  return place !== undefined && JSON.stringify(place) === JSON.stringify(other);
}
