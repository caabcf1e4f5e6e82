/** Requests whose path was brought into its normal form on the way: dots resolved, letters decoded that need no encoding. */
import type { TrialHypothesis } from '../hypothesis.ts';
import { addressOf } from '../other-address.ts';
import { percent } from '../query-forms.ts';
import { withPath } from './place-path.ts';

/** In a path with more segments the rest is not tried. */
const MAX_SEGMENTS = 8;

/** Before these many segments, from the end, one that was stepped out of is guessed. */
const MAX_GUESSED = 4;
const MAX_WORDS = 12;

/** Segments that people most often step out of. */
const USUAL_SEGMENTS: readonly string[] = [
  'v1',
  'v2',
  'api',
  'hooks',
  'webhooks',
  'hook',
  'webhook',
  'x',
  'a',
  'b',
  'old',
  'test',
];

/** More punctuation than that is encoded together or not at all. */
const MAX_CHARS = 10;

const LEAVE_PATH =
  'Give the sender the address in the spelling that arrives; or have the proxy pass the path on as it came (nginx: proxy_pass http://app; without a path behind the host; HAProxy: no normalize-uri; Apache: nocanon)';

/** `place-dots-removed` at most 58 trials, `place-path-needlessly-encoded` 52. */
export const PLACE_PATH_NORMAL: readonly TrialHypothesis[] = [
  {
    id: 'place-dots-removed',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      for (const path of new Set(withDots(addressOf(trial)?.path ?? '')))
        yield* withPath(trial, () => ({ path }), path);
    },
    says: (path) =>
      `The sender signed the path ${path}, and a proxy resolved its dots on the way to the gate.`,
    mend: () =>
      `${LEAVE_PATH}. Clients resolve . and .. before they send; a sender that joins texts does not.`,
    example: 'proxy-path',
  },
  {
    id: 'place-path-needlessly-encoded',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      for (const path of new Set(moreEncoded(addressOf(trial)?.path ?? '')))
        yield* withPath(trial, () => ({ path }), path);
    },
    says: (path) =>
      `The sender signed the path ${path}, with characters percent-encoded that need not be, and something on the way decoded them.`,
    mend: () => `${LEAVE_PATH}. Letters, digits and - . _ ~ are best sent as they are.`,
    example: 'proxy-path',
  },
];

/** The path as it may have been: with single dots, and with segments that two dots step out of. */
function* withDots(path: string): Generator<string> {
  const [, ...segments] = path.split('/');
  const places = segments.slice(0, MAX_SEGMENTS).map((_, i) => i);
  const inserted = (at: number, ...more: readonly string[]): string =>
    `/${[...segments.slice(0, at), ...more, ...segments.slice(at)].join('/')}`;
  for (const at of places) yield inserted(at, '.');
  yield inserted(0, '..');
  for (const at of places.slice(-MAX_GUESSED).reverse())
    for (const word of outerSegments(segments, at)) yield inserted(at, word, '..');
}

/** What may have stood before a segment, to be stepped out of: its likes, what else the path has, and what is usual. */
function outerSegments(segments: readonly string[], at: number): readonly string[] {
  const next = segments[at] ?? '';
  const [, word = '', digits = ''] = /^(.*?)(\d{1,4})$/.exec(next) ?? [];
  const numbered = digits === '' ? [] : [`${word}${Number(digits) - 1}`, `${word}${Number(digits) + 1}`];
  const letter = /^[A-Za-z]$/.test(next) ? next.charCodeAt(0) : undefined;
  const lettered =
    letter === undefined ? [] : [String.fromCharCode(letter - 1), String.fromCharCode(letter + 1)];
  const own = segments.filter((segment) => segment !== '');
  return [
    ...new Set([...numbered, ...lettered, ...USUAL_SEGMENTS.slice(0, 6), ...own, ...USUAL_SEGMENTS]),
  ].slice(0, MAX_WORDS);
}

/** Kinds of characters that need no encoding, together. */
const UNRESERVED: readonly RegExp[] = [
  /[-._~]/,
  /-/,
  /_/,
  /\./,
  /[A-Z]/,
  /\d/,
  /[A-Za-z]/,
  /[A-Za-z0-9]/,
  /[^/]/,
];

/** The path as it may have been: kinds of characters encoded, single ones, or whole segments. */
function* moreEncoded(path: string): Generator<string> {
  for (const isEncoded of UNRESERVED) yield* inBothCases(path, (char) => isEncoded.test(char));
  const places = [...path.matchAll(/[-._~]/g)].slice(0, MAX_CHARS);
  for (const { index } of places) yield* inBothCases(path, (_, at) => at === index);
  const segments = [...path.matchAll(/[^/]+/g)].slice(-3);
  for (const { index, 0: segment } of segments)
    yield* inBothCases(path, (_, at) => at >= index && at < index + segment.length);
  for (const { index, 0: capitals } of [...path.matchAll(/[A-Z]{2,}/g)].slice(0, 3))
    yield* inBothCases(path, (_, at) => at >= index && at < index + capitals.length);
}

/** With its hex in capitals, and in small letters. What is encoded stays. */
function* inBothCases(path: string, isEncoded: (char: string, at: number) => boolean): Generator<string> {
  const encode = (toHex: (text: string) => string): string =>
    path.replace(/%[\da-f]{2}|[^/%]/gi, (char, at: number) =>
      char.length === 1 && isEncoded(char, at) ? toHex(percent(char)) : char,
    );
  yield encode((text) => text);
  yield encode((text) => text.toLowerCase());
}
