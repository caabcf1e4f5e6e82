/** The code that mends a cause, once for all frameworks that share it. */
import { type Example, FRAMEWORKS, type Framework } from './example.ts';
import { exampleFor } from './examples.ts';

/** One code, and the frameworks whose it is. */
export interface SharedExample extends Example {
  /** At least one. */
  readonly frameworks: readonly Framework[];
}

/** @param id of a finding. Empty where there is no code for it. */
export function examplesByCode(id: string, provider: string): readonly SharedExample[] {
  const byCode = new Map<string, { readonly example: Example; readonly frameworks: Framework[] }>();
  for (const framework of FRAMEWORKS) {
    const example = exampleFor(id, framework, provider);
    if (example === undefined) continue;
    const same = byCode.get(example.code);
    if (same === undefined) byCode.set(example.code, { example, frameworks: [framework] });
    else same.frameworks.push(framework);
  }
  return [...byCode.values()].map(({ example, frameworks }) => ({ ...example, frameworks }));
}
