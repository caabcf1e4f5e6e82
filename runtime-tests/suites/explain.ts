/** Why requests are refused: every runtime has the same findings as Node, word for word. */
import type { Finding } from '@countersign/core/explain';
import { explainLine } from '../../packages/core/test/explain-corpus/explain-line.ts';
import { explainVector } from '../../packages/core/test/support/explain-vector.ts';
import type { Collecting } from './collect.ts';
import type { ExplainCase } from './suite-data.ts';

/** Time for every trial: which come first is no question of a runtime's speed. */
const BUDGET_MS = 60_000;

export async function findingsOf({
  vector,
  line,
}: Pick<ExplainCase, 'vector' | 'line'>): Promise<readonly Finding[]> {
  const { findings } = vector
    ? await explainVector(vector, { budgetMs: BUDGET_MS })
    : await explainLine(line as NonNullable<typeof line>, BUDGET_MS);
  return findings;
}

export function declareExplain({ it }: Collecting, cases: readonly ExplainCase[]): void {
  for (const explained of cases) {
    it(explained.title, async () => {
      const findings = JSON.stringify(await findingsOf(explained));
      if (findings !== explained.findings) throw new Error(`expected ${explained.findings}, got ${findings}`);
    });
  }
}
