/** What the log says, beside what raises it: no new line without a test that quotes it. */
import { expect, it } from 'vitest';
import { sentencesOf, unquotedSentences } from '../../../../scripts/sentences.ts';

/**
 * Raised by a store, a vendor or a system that fails at the one wrong moment; no test brings that about yet. That they are
 * listed here counts as a quotation.
 */
const NOT_RAISED: readonly string[] = [
  'a claim was not freed in the store: its request is taken for a repeat',
  'claims were not stored: a restart will not remember them',
  'claims of before the start are not all counted: more may be held than replay.maxClaims',
  'another process holds the store; it is waited for as long as a stop may take',
  'a connection could not be taken',
  'a streamed answer broke off',
  'a request could not be answered',
  'a connection was ended: more than … requests on it waited for an answer',
  'a verdict listener threw',
  'the admin token has expired',
  'the admin token is the configured one; it is not renewed',
  'an approval was sent and its answer was lost; it is not sent again: look the interview up at the vendor',
  'an unfinished approval could not be taken up; its next webhook does',
  'unfinished approvals could not be read',
  'the upstream fails again and again; it is left alone for a while',
  'the upstream answers again',
  'the token server’s circuit changed',
  'the store’s log could not be copied into its file; it grows until it can',
  'a lease could not be taken; the work is done without it',
  'a lease could not be given back; it ends by itself',
  'a folder of actions is watched no more',
];

const PLACES = { warn: [1], info: [1], error: [1], report: [0], onProblem: [0] } as const;

it('every other one stands in a test', () => {
  expect(unquotedSentences('packages/gateway', PLACES)).toEqual([]);
});

it('these are said still', () => {
  const said = new Set(sentencesOf('packages/gateway/src', PLACES).map(({ text }) => text));
  expect(NOT_RAISED.filter((one) => !said.has(one))).toEqual([]);
});
