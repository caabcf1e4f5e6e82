/** A page's styles stay when another page is looked at: two that give one class their own rules change each other, by the order in which somebody came. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../src');

/** Selectors that no other is around, but for conditions. */
function outerSelectors(css: string): readonly string[] {
  const selectors: string[] = [];
  const around: string[] = [];
  for (const piece of css.replaceAll(/\/\*.*?\*\//gs, '').split(/(?<=[{};])/)) {
    const text = piece.trim();
    if (text.endsWith('{')) {
      if (around.every((outer) => outer.startsWith('@'))) selectors.push(...text.slice(0, -1).split(','));
      around.push(text);
    } else if (text === '}') around.pop();
  }
  return selectors.map((selector) => selector.trim());
}

it('each class has its rules in one file', () => {
  const files = new Map<string, Set<string>>();
  for (const file of globSync('**/*.css', { cwd: SOURCE }))
    for (const selector of outerSelectors(readFileSync(join(SOURCE, file), 'utf8'))) {
      const name = /^\.[\w-]+/.exec(selector)?.[0];
      if (name !== undefined) files.set(name, (files.get(name) ?? new Set()).add(file));
    }
  expect(files.size).toBeGreaterThan(50);
  expect([...files].filter(([, places]) => places.size > 1)).toEqual([]);
});
