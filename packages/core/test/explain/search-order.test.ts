/** Prevents: a row of hundreds of trials that takes the time of likelier ones, or claims what one of these explains. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { allAloneExcept, rowsOf, type TrialHypothesis } from '../../src/explain/hypothesis.ts';
import { search } from '../../src/explain/search.ts';
import { createGate, type Refused } from '../../src/index.ts';

const SECRET = 'the-shared-secret-of-this-gate';
const gate = createGate({ provider: 'github', keys: [SECRET] });
const signature = createHmac('sha256', SECRET).update('{}').digest('hex');

/** A row whose body is the one that was signed. */
function row(id: string, isLast: boolean, body = '{}'): TrialHypothesis {
  return {
    id,
    part: 'body',
    steps: ['compare'],
    isLast,
    *changes({ request }) {
      yield { request: { ...request, body: Buffer.from(body) } };
    },
    says: () => id,
    mend: () => id,
  };
}

async function idsOf(...table: readonly TrialHypothesis[]): Promise<readonly string[]> {
  const { verdict, ...trace } = await gate.trace({
    method: 'POST',
    url: '/hooks',
    headers: [['X-Hub-Signature-256', `sha256=${signature}`]],
    body: '{ }',
  });
  const options = { budgetMs: 10_000, elapsedMs: () => performance.now() };
  const { findings } = await search(table, gate, { ...trace, verdict: verdict as Refused }, options);
  return findings.map(({ id }) => id);
}

it('a row that is tried last is tried where no other holds, wherever it stands', async () => {
  expect(await idsOf(row('last', true), row('other', false))).toEqual(['other']);
  expect(await idsOf(row('other', false), row('last', true))).toEqual(['other']);
  expect(await idsOf(row('last', true), row('other', false, '[]'))).toEqual(['last']);
});

it('a list that names a row which is not there does not load', () => {
  const rows = [row('body-crlf', false), row('body-xml', false)];
  expect(rowsOf(['body-xml', 'body-crlf'], rows)).toEqual([rows[1], rows[0]]);
  expect(() => rowsOf(['body-lf'], rows)).toThrow('no hypothesis of the list has the id body-lf');
  expect(() => allAloneExcept(['body-xml', 'body-lf'], rows)).toThrow('body-lf');
});
