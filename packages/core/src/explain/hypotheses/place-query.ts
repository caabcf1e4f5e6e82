/** Requests whose query was signed otherwise than the gate read it. */

import { byteText, utf8 } from '../../text/bytes.ts';
import { compareText } from '../../text/compare-text.ts';
import { shownText } from '../../text/shown-text.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { likelyOrdersOf } from '../orders.ts';
import { addressOf, isCovered, replacing, withAddress, withMessage } from '../other-address.ts';
import { decodedPart, eachPart, hexIn, QUERY_ENCODERS } from '../query-forms.ts';
import type { Change, Trial } from '../trial.ts';

/** Beyond so many parameters the rest are not tried. */
const MAX_PARAMETERS = 12;

/** A longer query is not written anew. */
const MAX_QUERY_CHARS = 4096;

const AS_RECEIVED =
  'Hand the gate the query as it came in the request line (Express: req.originalUrl; PHP: REQUEST_URI; WSGI: QUERY_STRING), before anything parses it and writes it anew.';

/** `place-query-order` at most 23 trials, `place-query-parameter-added` 15, `place-query-encoded-anew` 7, the others 1 to 3. */
export const PLACE_QUERY: readonly TrialHypothesis[] = [
  {
    id: 'place-query-order',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const pairs = (queryOf(trial) ?? '').split('&');
      if (pairs.length < 2) return;
      for (const order of likelyOrdersOf(pairs, [compareText, byName]))
        yield* withQuery(trial, () => order.join('&'));
    },
    says: () => 'The parameters of the query stood in another order when the URL was signed.',
    mend: () => `${AS_RECEIVED} CDNs sort it too, where that is switched on.`,
    example: 'query-encoding',
  },
  {
    id: 'place-query-plus',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withQuery(trial, (query) => query.replaceAll('+', '%20'));
      yield* withQuery(trial, (query) => query.replaceAll('%20', '+'));
    },
    says: () =>
      'The blanks of the query were written otherwise when the URL was signed: one side writes +, the other %20.',
    mend: () => AS_RECEIVED,
    example: 'query-encoding',
  },
  {
    id: 'place-query-hex-case',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withQuery(trial, (query) => hexIn('upper', query));
      yield* withQuery(trial, (query) => hexIn('lower', query));
    },
    says: () =>
      'The percent-encoding of the query had hex digits of the other case when the URL was signed (%3A and %3a).',
    mend: () => AS_RECEIVED,
    example: 'query-encoding',
  },
  {
    id: 'place-query-encoded-anew',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      for (const { writer, encode } of QUERY_ENCODERS) {
        const anew = (query: string): string => eachPart(query, (part) => encode(decodedPart(part)));
        for (const change of withQuery(trial, anew)) yield { ...change, detail: writer };
      }
    },
    says: (writer) =>
      `The query was percent-encoded as ${writer} writes it when the URL was signed, and was written anew since.`,
    mend: () => AS_RECEIVED,
    example: 'query-encoding',
  },
  {
    id: 'place-query-decoded',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const query = queryOf(trial);
      if (query === undefined || !/[%+]/.test(query)) return;
      const other = eachPart(query, decodedPart);
      yield withMessage(trial, replacing(query, byteText(utf8(other))));
      yield withMessage(
        trial,
        replacing(query, byteText(utf8(eachPart(query, (part) => decodedPart(part.replaceAll('+', '%2B')))))),
      );
    },
    says: () => 'The sender signed the query decoded, and sent it percent-encoded.',
    mend: () => 'Have the sender sign the query as it sends it, percent-encoding and all.',
    example: 'query-encoding',
  },
  {
    id: 'place-query-equals',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withQuery(trial, (query) => query.replace(/=(?=&|$)/g, ''));
      yield* withQuery(trial, (query) =>
        query
          .split('&')
          .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
          .join('&'),
      );
      yield* withQuery(trial, (query) => query.replace(/&{2,}/g, '&').replace(/^&|&$/g, ''));
    },
    says: () =>
      'An empty parameter of the query, or an & too many, was written otherwise when the URL was signed (a= and a).',
    mend: () => AS_RECEIVED,
    example: 'query-encoding',
  },
  {
    id: 'place-query-markup',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withQuery(trial, (query) => query.replaceAll('&amp;', '&'));
      yield* withQuery(trial, (query) => query.replaceAll('&', '&amp;'));
    },
    says: () =>
      'The URL was signed with & where it came with &amp;, or the reverse: it was copied out of HTML or XML, or into it.',
    mend: () => 'Give the sender the address with a plain & between its parameters.',
    example: 'query-encoding',
  },
  {
    id: 'place-query-mark',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      if (!isCovered(trial, 'query')) return;
      const query = queryOf(trial);
      if (query === undefined) yield* withAddress(trial, { query: '' });
      if (query === '') yield* withAddress(trial, { query: undefined });
    },
    says: () =>
      'The URL was signed with a question mark and nothing behind it, and came without one, or the reverse.',
    mend: () => 'Give the sender the address without the question mark.',
    example: 'query-encoding',
  },
  {
    id: 'place-query-parameter-added',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const pairs = (queryOf(trial) ?? '').split('&');
      if (!isCovered(trial, 'query') || pairs.length > MAX_PARAMETERS) return;
      for (const at of pairs.keys()) {
        const rest = pairs.filter((_, i) => i !== at);
        if (rest.length > 0) yield* withQuery(trial, () => rest.join('&'), nameOf(pairs[at]));
      }
      for (const count of [2, 3])
        if (pairs.length > count)
          yield* withQuery(
            trial,
            () => pairs.slice(0, -count).join('&'),
            pairs.slice(-count).map(nameOf).join(', '),
          );
      if (queryOf(trial) !== undefined)
        yield* withAddress(trial, { query: undefined }, pairs.map(nameOf).join(', '));
    },
    says: (names) => `The sender signed the URL without ${names} in its query.`,
    mend: () =>
      'Look for what adds a parameter on the way (a proxy, a gateway’s stage, a tracker); or have the sender sign the whole URL that it calls.',
    example: 'query-encoding',
  },
];

function queryOf(trial: Trial): string | undefined {
  const query = addressOf(trial)?.query;
  return query !== undefined && query.length <= MAX_QUERY_CHARS ? query : undefined;
}

function* withQuery(trial: Trial, change: (query: string) => string, detail?: string): Generator<Change> {
  const query = isCovered(trial, 'query') ? queryOf(trial) : undefined;
  if (query) yield* withAddress(trial, { query: change(query) }, detail);
}

function nameOf(pair = ''): string {
  return shownText(pair.split('=', 1)[0] ?? '');
}

function byName(a: string, b: string): number {
  return compareText(nameOf(a), nameOf(b));
}
