/** The search through a table of hypotheses: whose turn it is, and what becomes of the details of its rows. */
import { expect, it } from 'vitest';
import type { SignHypothesis } from '../../src/explain/hypothesis.ts';
import { search } from '../../src/explain/search.ts';
import { createGate } from '../../src/index.ts';

const gate = createGate({ provider: 'github', keys: ['a-secret-of-some-length-0123456789'] });
const headers = { 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` };

async function findingsOf(table: readonly SignHypothesis[], elapsedMs: () => number) {
  const trace = await gate.trace({ method: 'POST', url: '/', headers, body: '' });
  if (trace.verdict.ok) throw new Error('it is refused');
  const options = { budgetMs: 250, elapsedMs };
  return (await search(table, gate, { ...trace, verdict: trace.verdict }, options)).findings;
}

function row(id: string, sees: SignHypothesis['sees']): SignHypothesis {
  return {
    id,
    part: 'body',
    steps: ['compare'],
    certainty: 'possible',
    sees,
    says: (detail) => `It has ${detail}.`,
    mend: (detail) => `Mend ${detail}.`,
  };
}

it('lets other work have its turn between rows that show by themselves', async () => {
  let nowMs = 0;
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const seen: number[] = [];
  const slow = (id: string): SignHypothesis =>
    row(id, () => {
      nowMs += 200;
      seen.push(turns);
      return id;
    });
  const findings = await findingsOf(['a', 'b', 'c', 'd'].map(slow), () => nowMs);
  isOver = true;
  expect(findings.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(new Set(seen).size).toBe(4);
});

it('quotes no detail that is long, or that a terminal or a log acts on', async () => {
  const details = ['\u001b[31mred\u0007', 'a\nb\r\u2028c', '\u202eleft', 'x'.repeat(1e6), '\ud800'];
  const findings = await findingsOf(
    details.map((detail, i) => row(`row-${i}`, () => detail)),
    () => 0,
  );
  expect(findings).toHaveLength(details.length);
  for (const { sentence, mend } of findings) {
    expect(sentence + mend).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect((sentence + mend).length).toBeLessThan(1000);
  }
});
