import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the words of CONTRIBUTING are those of the glossary, in its order', () => {
  const [glossary = ''] = readFileSync('packages/core/src/model.ts', 'utf8').split('*/');
  const contributing = readFileSync('CONTRIBUTING.md', 'utf8');
  const list = /says what each means: ([^.]+)\./.exec(contributing.replace(/\s+/g, ' '))?.[1];
  const words = [...glossary.matchAll(/\*\*([^*]+)\*\*/g)].map(([, word]) => word);
  expect(list?.split(', ')).toEqual(words);
});
