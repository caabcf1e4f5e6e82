/** Prevents: a judge that is too blind to see a fault, or too strict to let another spelling pass; and a page that lists other attacks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../scripts/effort.ts';
import { ATTACKS } from '../attacks/all.ts';
import { budgetOf, numbersOf } from '../engine/budget.ts';
import { bodyMeaning, factsOf, headerMeaning, type Meaning } from '../engine/meaning.ts';
import { PLACE_IDS } from '../engine/model.ts';
import { openSearch, runJob, type Search } from '../engine/search.ts';
import { vectorSubjects } from '../engine/vector-subjects.ts';
import { FAULTS } from '../faults/faults.ts';

const request = (change: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  url: '/a?x=1',
  headers: new HeaderList(['Host', 'api.example']),
  body: Buffer.from(''),
  ...change,
});

describe('what a request means', () => {
  it.each([
    ['/a?x=1', 'api.example', '/a?x=1', 'API.example:443'],
    ['/%7ea?x=1', 'a.example', '/~a?x=1', 'a.example'],
    ['/a?x=1', 'a.example', 'https://a.example/a?x=1', 'evil.example'],
    ['/', 'a.example', 'https://a.example', 'a.example'],
  ])('is the same for %s of %s and %s of %s', (url, host, otherUrl, otherHost) => {
    const [first, other] = [
      request({ url, headers: new HeaderList(['Host', host]) }),
      request({ url: otherUrl, headers: new HeaderList(['Host', otherHost]) }),
    ];
    expect(factsOf(other, {})).toEqual(factsOf(first, {}));
  });

  it.each([
    ['/a?x=1', 'a.example', '/a?x=1#y', 'a.example'],
    ['/b/c', 'a.example', '/c', 'a.example/b'],
    ['/a', 'a.example', 'https://evil.example/a', 'a.example'],
    ['/a', 'a.example', '/A', 'a.example'],
    ['/a', 'a.example', 'http://a.example/a', 'a.example'],
    ['/a%2fb', 'a.example', '/a/b', 'a.example'],
  ])('is another for %s of %s and %s of %s', (url, host, otherUrl, otherHost) => {
    const [first, other] = [
      request({ url, headers: new HeaderList(['Host', host]) }),
      request({ url: otherUrl, headers: new HeaderList(['Host', otherHost]) }),
    ];
    expect(factsOf(other, {})).not.toEqual(factsOf(first, {}));
  });

  it('has all values of a header, whatever their spelling', () => {
    const headers = new HeaderList(['X-A', ' 1 ', 'x-b', '2', 'x-a', '3\r\n 4']);
    expect(headerMeaning(request({ headers }), 'x-a')).toBe('1, 3 4');
  });

  const JSON_BODY: Meaning = { body: { as: 'json', without: ['sig'] } };
  const FORM: Meaning = { body: { as: 'form', without: ['sig'], blank: 'left-out' } };
  const RUNS: Meaning = { body: { as: 'form-runs' } };
  const body = (text: string, meaning: Meaning, type = 'application/x-www-form-urlencoded'): string =>
    bodyMeaning(
      request({ body: Buffer.from(text), headers: new HeaderList(['content-type', type]) }),
      meaning,
    );

  it.each([
    [JSON_BODY, '{"a":1,"b":"é","sig":"x"}', '{ "b" : "\\u00e9" , "a" : 1 }'],
    [FORM, 'a=1&b=&c=%C3%A9&sig=x', 'c=\u00e9&a=1'],
    [RUNS, 'ab=c&a=b', 'a=b&abc='],
  ])('is the same for two spellings of one body: %j %s', (meaning, first, other) => {
    expect(body(other, meaning)).toBe(body(first, meaning));
  });

  it.each([
    [JSON_BODY, '{"a":1}', '{"a":1.0}'],
    [JSON_BODY, '{"a":1}', '{"a":1,"a":1}'],
    [JSON_BODY, '{"a":{"sig":1}}', '{"a":{}}'],
    [JSON_BODY, '{"a":1}', '{"a":1'],
    [FORM, 'a=1&b=2', 'a=1&b=3'],
    [FORM, 'a=1', 'a=1&a=1'],
    [RUNS, 'a=b', 'a=c'],
    [{}, '{"a":1}', '{"a": 1}'],
  ])('is another for another body: %j %s', (meaning, first, other) => {
    expect(body(other, meaning)).not.toBe(body(first, meaning));
  });

  it('is the same for a form and its parts', () => {
    const parts = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1 2\r\n--x--\r\n';
    for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data\t;\tboundary="x" ;a=b']) {
      expect(body(parts, FORM, type)).toBe(body('a=1+2', FORM));
    }
    expect(body('a=1+2', FORM, 'application/x-www-form-urlencoded\t;a=b')).toBe(body('a=1+2', FORM));
  });
});

describe('the search', () => {
  it('spreads its trials over a cell’s variants, and draws what is left', () => {
    const cells = [10, 1000].map((count) => ({ count })) as unknown as Parameters<typeof budgetOf>[0];
    expect(budgetOf(cells, 200)).toEqual({ cap: 190, drawn: 0 });
    expect(budgetOf(cells, 2010)).toEqual({ cap: 1000, drawn: 550 });
    const [cell] = cells;
    if (!cell) throw new Error('there is none');
    expect(numbersOf(cell, { cap: 3, drawn: 2 })).toEqual([0, 3, 6, 10, 11]);
  });

  it('has a number or a reason in each cell, and finds nothing wrong', { timeout: 300_000 }, async () => {
    // A short run takes one vector in twelve.
    const subjects = someOf(vectorSubjects(), 12);
    const search = await openSearch(subjects, { seed: 7, total: runs(200_000), only: '' });
    const [rows, findings] = await run(search);
    expect(findings).toEqual([]);
    const empty = rows.filter(({ tried, why }) => tried === 0 && !why);
    expect(empty).toEqual([]);
    expect(rows.length).toBe(subjects.length * ATTACKS.length * PLACE_IDS.length);
  });

  it('takes no forgery for one that has nothing to forge', { timeout: 60_000 }, async () => {
    // The body is another genuine one, or its signature is spelt otherwise: the second attack has nothing to put its own in place of.
    for (const attack of ['foreign', 'percent']) {
      const only = `flow-production-tracking/urlencoded last ${attack} body`;
      const [, findings] = await run(await openSearch(vectorSubjects(), { seed: 1, total: 3000, only }));
      expect(findings).toEqual([]);
    }
  });

  it('does the same again for the same seed', { timeout: 60_000 }, async () => {
    const options = { seed: 3, total: 600, only: 'github/valid-basic' };
    const [first, second] = [
      await run(await openSearch(vectorSubjects(), options)),
      await run(await openSearch(vectorSubjects(), options)),
    ];
    expect(second).toEqual(first);
  });
});

async function run(search: Search) {
  const rows = [];
  const findings = [];
  for (const job of search.jobs) {
    const tally = await runJob(search, job);
    rows.push(...tally.rows.values());
    findings.push(...tally.findings);
  }
  return [rows, findings] as const;
}

describe('docs/conformance.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8');

  it.each([...ATTACKS, ...FAULTS].map(({ id, summary }) => [id, summary]))('lists %s', (id, summary) => {
    expect(page).toContain(`| ${id} | ${summary} |`);
  });

  /** Of two tables, each with its line. */
  const HEADS = 4;

  it('lists no other', () => {
    const tables = page.slice(page.indexOf('### Attacks'), page.indexOf('### Figures'));
    const rows = tables.match(/^\| [a-z0-9-]+ \| /gm) ?? [];
    expect(rows.length).toBe(ATTACKS.length + FAULTS.length + HEADS);
  });
});
