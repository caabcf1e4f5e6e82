/** What an operator is told of a proof’s gaps, beside the declaration that leaves them: read by `check` and at a start. */
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import {
  createGate,
  findProvider,
  type ProviderId,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';
const TIMED = { timestamp: { header: 'x-timestamp', unit: 's' } };

const template = (scheme: object, gate: object = {}) =>
  createGate({
    scheme: writtenScheme({ algorithm: 'hmac-sha256', signature: 'x-signature', ...scheme }),
    keys: [KEY],
    ...gate,
  }).coverage.warnings;
const fields = (scheme: object) =>
  createGate({
    scheme: writtenScheme({ type: 'http-message-signatures', algorithm: 'hmac-sha256', ...scheme }),
    keys: [KEY],
  }).coverage.warnings;
const provider = (id: ProviderId, options: object = {}) =>
  createGate({ provider: writtenProvider(id, { ...findProvider(id)?.needs, ...options }), keys: [KEY] })
    .coverage.warnings;

it.each<readonly [what: string, found: () => readonly string[], says: readonly string[]]>([
  [
    'a message of method and path',
    () => template({ message: '{method} {path}' }),
    [
      'No timestamp is signed: a captured request stays good until its claim is forgotten.',
      'The body is not signed: anyone on the way can change it.',
      'Two requests that differ only in query, host or body count as one for as long as the first is remembered: the second counts as a repeat.',
    ],
  ],
  [
    'seconds, and no nonce',
    () => template({ message: '{timestamp}.{body}', ...TIMED }),
    [
      'Two equal requests signed within one second cannot be told apart: the second counts as a repeat.',
      'Two requests that differ only in method, path, query or host count as one where they are signed within one second: the second counts as a repeat.',
    ],
  ],
  [
    'parts that nothing sets apart',
    () => template({ message: '{timestamp}.{nonce}{path}{body}', nonce: 'x-nonce', ...TIMED }),
    [
      'Nothing in the message shows where {path} ends and {body} begins: text can be moved from one into the other under a valid signature.',
    ],
  ],
  [
    'an id of GitHub, which the signature does not cover',
    () => provider('github'),
    ['The id is not signed: it is shown, never used against replay.'],
  ],
  [
    'blank fields of a form',
    () => provider('flow-production-tracking'),
    ['Fields without a value may be unsigned: anyone on the way can add or take them.'],
  ],
  [
    'a message signature of the method alone',
    () => fields({ components: ['@method'], lifetime: 'unbounded' }),
    [
      'No time is required: a captured request stays good until its claim is forgotten.',
      'The body is not signed: anyone on the way can change it.',
      'The path is not signed: the request is as good with another.',
      'The host is not signed: the request is as good with another.',
      'No nonce is required: two equal requests signed within one second cannot be told apart, and the second counts as a repeat.',
    ],
  ],
  [
    'parameters by name',
    () => template({ message: '{query:sorted}\n{body}' }),
    [
      'The order of the query’s parameters is not signed, but of those of one name: anyone on the way can change it.',
    ],
  ],
  [
    'a form’s fields by name',
    () => template({ message: '{form:sorted}' }),
    [
      'Nothing in the message shows where names and values of the form end: text can be moved from one into another under a valid signature.',
    ],
  ],
  [
    'a time of days',
    () =>
      template({
        message: '{timestamp}.{nonce}.{body}',
        nonce: 'x-nonce',
        ...TIMED,
        toleranceMs: 10 * 86_400_000,
      }),
    ['toleranceMs is 10 days: stale requests are accepted for that long.'],
  ],
  [
    'a time of a moment',
    () => template({ message: '{timestamp}.{nonce}.{body}', nonce: 'x-nonce', ...TIMED, toleranceMs: 300 }),
    ['toleranceMs is 300 ms, which honest requests cannot meet: is it meant in seconds?'],
  ],
  [
    'a short memory, where no time ends a proof',
    () => template({ message: '{body}' }, { rememberMs: 5000 }),
    ['A request is remembered for 5 s: after that a copy of it runs again.'],
  ],
])('%s', (_, found, says) => {
  expect(found()).toEqual(expect.arrayContaining([...says]));
});

it('every one stands in a test', () => {
  const places = { push: [0], report: [0], leaves: 'property' } as const;
  expect(unquotedSentences('packages/core', places)).toEqual([]);
});
