/** Attacks on a text, wherever it stands in a request. */
import { byteText } from '../engine/meaning.ts';
import type { Attack, Draw, Opened, PlaceId } from '../engine/model.ts';

export interface TextAttack {
  readonly id: string;
  readonly summary: string;
  /** How many variants there are of a text before chance begins. */
  count(text: string): number;
  change(text: string, n: number, draw: Draw): string;
}

/** Why a place has no text. */
const NO_TEXT: Readonly<Record<PlaceId, string>> = {
  method: 'every request has a method',
  host: 'the request names no host',
  path: 'every request has a path',
  query: 'the request has no query',
  headers: 'it has no header but Host and proof',
  body: 'every request has a body',
  proof: 'every request has a proof',
  time: 'no time stands in the open',
  id: 'no id is proved',
  clock: 'a clock is a number',
  gate: 'a gate is no text',
};

export function onTexts({ id, summary, count, change }: TextAttack): Attack {
  const textsOf = (subject: Opened, place: PlaceId) => subject.places.get(place) ?? [];
  return {
    id,
    summary,
    count(subject, place) {
      const texts = textsOf(subject, place);
      return texts.length === 0 ? NO_TEXT[place] : texts.reduce((sum, { text }) => sum + count(text), 0);
    },
    variant(subject, place, n, draw) {
      let rest = n;
      for (const { text, put } of textsOf(subject, place)) {
        const variants = count(text);
        if (rest < variants) {
          const changed = change(text, rest, draw);
          return changed === text ? undefined : { request: put(subject.request, changed) };
        }
        rest -= variants;
      }
      return undefined;
    },
  };
}

/** Puts each piece in at each place of the text. */
export function inserting(id: string, summary: string, pieces: readonly string[]): TextAttack {
  const texts = pieces.map(byteText);
  return {
    id,
    summary,
    count: (text) => (text.length + 1) * texts.length,
    change(text, n) {
      const at = n % (text.length + 1);
      return text.slice(0, at) + texts[Math.floor(n / (text.length + 1))] + text.slice(at);
    },
  };
}

/** Writes each piece over each char of the text. */
export function overwriting(id: string, summary: string, pieces: readonly string[]): TextAttack {
  const texts = pieces.map(byteText);
  return {
    id,
    summary,
    count: (text) => text.length * texts.length,
    change(text, n) {
      const at = n % text.length;
      return text.slice(0, at) + texts[Math.floor(n / text.length)] + text.slice(at + 1);
    },
  };
}

/** Replaces each char that has other spellings by each of them; and all of them at once. */
export function respelling(
  id: string,
  summary: string,
  spellings: (char: string) => readonly string[],
): TextAttack {
  const placesIn = (text: string) =>
    [...text].flatMap((char, at) => spellings(char).map((other) => ({ at, other: byteText(other) })));
  let last: { readonly text: string; readonly places: ReturnType<typeof placesIn> } | undefined;
  const placesOf = (text: string): ReturnType<typeof placesIn> => {
    if (last?.text !== text) last = { text, places: placesIn(text) };
    return last.places;
  };
  return {
    id,
    summary,
    count: (text) => placesOf(text).length + 1,
    change(text, n) {
      const place = placesOf(text)[n];
      if (place) return text.slice(0, place.at) + place.other + text.slice(place.at + 1);
      return [...text].map((char) => byteText(spellings(char)[0] ?? '') || char).join('');
    },
  };
}

/** Gives the whole text anew. */
export function rewriting(
  id: string,
  summary: string,
  rewrite: readonly ((text: string, draw: Draw) => string)[],
): TextAttack {
  return {
    id,
    summary,
    count: () => rewrite.length,
    change: (text, n, draw) => (rewrite[n] as (text: string, draw: Draw) => string)(text, draw),
  };
}
