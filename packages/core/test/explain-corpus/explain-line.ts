/** Has a line of the corpus explained. Without anything of Node's: it runs on every runtime. */
import { writtenProvider, writtenScheme } from '@countersign/core';
import { type Explanation, explain } from '@countersign/core/explain';
import type { CorpusLine } from './corpus-lines.ts';

/** As its gate would, with its keys and at its time. */
export function explainLine(line: CorpusLine, budgetMs: number): Promise<Explanation> {
  const { bodyBase64, ...head } = line.request;
  return explain(
    { ...head, body: Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0)) },
    {
      ...(line.scheme
        ? { scheme: writtenScheme(line.scheme) }
        : { provider: writtenProvider(line.provider ?? '', line.options ?? {}) }),
      keys: line.keys,
      now: () => line.now * 1000,
    },
    { budgetMs },
  );
}
