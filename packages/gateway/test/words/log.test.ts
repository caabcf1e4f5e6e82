/** What the log says, beside what raises it: no new line without a test that quotes it. */
import { expect, it } from 'vitest';
import { sentencesOf, unquotedSentences } from '../../../../scripts/sentences.ts';

/** What no test can bring about by what it speaks of, and why. That they are listed here counts as a quotation. */
const NOT_RAISED: Readonly<Record<string, string>> = {
  'a connection could not be taken':
    'Where descriptors run out, libuv takes the connection with one in reserve and closes it: the error comes where that one is used up too.',
  'a request could not be answered': 'Only a bug in the answering of a bug gets there.',
  'a request could not be verified by the shadow proof':
    'Only a bug of the engine gets there: what a request or a key set brings about is a verdict.',
  'a connection to PostgreSQL was lost': 'Of those that lie idle then, and which do is chance.',
  'the delayed jobs met an error':
    'What fails of them is told by what asks for it, but for their own upkeep, each quarter of a minute.',
  'delayed jobs could not be read':
    'A server that is lost is told of by its connections; this needs it lost at the moment of a look.',
  'an erasure that was begun could not be ended':
    'The server would have to be lost between the opening of the store and the first statement after it.',
  'a folder of actions is no longer watched':
    'Linux tells of a folder that goes as of any change in it; an error comes of a file system that fails.',
};

const PLACES = { warn: [1], info: [1], error: [1], report: [0], onProblem: [0] } as const;

it('every other one stands in a test', () => {
  expect(unquotedSentences('packages/gateway', PLACES)).toEqual([]);
});

it('these are said still', () => {
  const said = new Set(sentencesOf('packages/gateway/src', PLACES).map(({ text }) => text));
  expect(Object.keys(NOT_RAISED).filter((one) => !said.has(one))).toEqual([]);
});
