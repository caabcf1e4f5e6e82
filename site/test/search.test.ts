/** Prevents: a search that misses what stands in a page to the letter, or shows it below pages that matter less. */
import { expect, it } from 'vitest';
import { createSearch, excerptOf, type SearchPage } from '../client/search.ts';

const PAGES: readonly SearchPage[] = [
  {
    title: 'Express',
    address: 'docs/guides/express.html',
    bonus: 40,
    sections: [
      {
        heading: 'The raw body',
        anchor: 'the-raw-body',
        text: 'Mount it above express.json(). The bytes are kept.',
      },
    ],
  },
  {
    title: 'No signatures found matching the expected signature for payload: express.json() before the route',
    address: 'docs/failures/body-json-javascript.html',
    bonus: 0,
    sections: [
      {
        heading: 'What happened',
        anchor: 'what-happened',
        text: 'The raw body was parsed, and printed anew.',
      },
      {
        heading: 'How sure',
        anchor: 'how-sure',
        text: 'It is proved: the bytes are those of JSON.stringify.',
      },
    ],
  },
  {
    title: '2. A decision',
    address: 'docs/adr/0002-a-decision.html',
    bonus: -20,
    sections: [{ heading: '', anchor: '', text: 'The gate’s raw body, “as it came”, with \\u003c and C++.' }],
  },
];
const search = createSearch(PAGES);
const addresses = (query: string): readonly string[] => search(query).map(({ page }) => page.address);

it.each([
  ['raw body', 'docs/guides/express.html'],
  ['RAW   Body', 'docs/guides/express.html'],
  [
    'No signatures found matching the expected signature for payload',
    'docs/failures/body-json-javascript.html',
  ],
  ['JSON.stringify', 'docs/failures/body-json-javascript.html'],
  ['\\u003c', 'docs/adr/0002-a-decision.html'],
  // As people write it.
  ['stringifyjson', undefined],
  ['jsonstringify', 'docs/failures/body-json-javascript.html'],
  ['c++', 'docs/adr/0002-a-decision.html'],
  ["gate's", 'docs/adr/0002-a-decision.html'],
  ['"as it came"', 'docs/adr/0002-a-decision.html'],
  // A whole line of a log: no page has each of its words.
  [
    'StripeSignatureVerificationError: No signatures found matching the expected signature for payload. Are you passing the raw request body?',
    'docs/failures/body-json-javascript.html',
  ],
])('%s finds %s first', (query, address) => {
  expect(addresses(query)[0]).toBe(address);
});

it('a page whose title has every word is meant as a whole', () => {
  expect(search('expected signature')[0]?.section.anchor).toBe('what-happened');
});

it('each page is there once, with the section that has the words', () => {
  expect(addresses('the')).toHaveLength(3);
  expect(search('stringify').map(({ section }) => section.anchor)).toEqual(['how-sure']);
});

it.each(['', '   ', 'zebra', '…'])('%j finds nothing', (query) => {
  expect(search(query)).toEqual([]);
});

it('what marks and braces mean in a pattern means nothing in a query', () => {
  for (const query of ['(', '[a', '*', '\\', '+', '{1}', '$^']) {
    expect(() => search(query)).not.toThrow();
    expect(() => excerptOf('a (b) [a] * \\ + {1} $^', query)).not.toThrow();
  }
});

it('an excerpt is cut around what was searched, which is marked as a whole', () => {
  const text = `${'before '.repeat(60)}the raw body of it ${'after '.repeat(60)}`;
  const pieces = excerptOf(text, 'Raw body');
  expect(pieces.filter(({ isMarked }) => isMarked).map(({ text: piece }) => piece)).toEqual(['raw body']);
  const whole = pieces.map(({ text: piece }) => piece).join('');
  expect(whole).toMatch(/^… before .* the raw body of it after .* …$/);
  expect(whole.length).toBeLessThan(180);
});

it('of single words the long are marked, and a text without them is shown from its beginning', () => {
  const marked = excerptOf('The body was signed, and it is raw.', 'it body raw').filter(
    ({ isMarked }) => isMarked,
  );
  expect(marked.map(({ text }) => text)).toEqual(['body']);
  expect(excerptOf('Another text.', 'body')).toEqual([{ text: 'Another text.', isMarked: false }]);
});
