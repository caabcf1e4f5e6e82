/** Has a line of the corpus explained. Without anything of Node's: it runs on every runtime. */
import { createGate, writtenProvider, writtenScheme } from '@countersign/core';
import { type Explanation, explain } from '@countersign/core/explain';
import type { CorpusLine } from './corpus-lines.ts';
import { fetchPublished } from './published.ts';

/** As its gate would, with its keys and at its time. */
export function explainLine(line: CorpusLine, budgetMs: number): Promise<Explanation> {
  const { bodyBase64, ...head } = line.request;
  const options = {
    ...(line.scheme
      ? { scheme: writtenScheme(line.scheme) }
      : { provider: writtenProvider(line.provider ?? '', line.options ?? {}) }),
    now: () => line.now * 1000,
  };
  return explain(
    { ...head, body: Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0)) },
    line.published
      ? createGate({ ...options, fetch: fetchPublished(line.published) })
      : { ...options, keys: line.keys },
    { budgetMs },
  );
}
