/** Code and settings by framework, as data: what they are run in is `npm run examples`. */
import { describe, expect, it } from 'vitest';
import { EXAMPLES, exampleFor, examplesOf, FRAMEWORKS } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';

const topics = new Set(HYPOTHESES.flatMap(({ example }) => example ?? []));

it('every example is of a topic that a hypothesis names', () => {
  expect(EXAMPLES.flatMap((example) => example.topics).filter((topic) => !topics.has(topic))).toEqual([]);
});

it('the raw body has one for every framework', () => {
  for (const framework of FRAMEWORKS) {
    expect(exampleFor('body-json-javascript', framework)?.frameworks, framework).toContain(framework);
  }
});

it('a framework has one example of a topic', () => {
  for (const topic of topics) {
    const frameworks = examplesOf(topic).flatMap((example) => example.frameworks);
    expect(frameworks, topic).toEqual([...new Set(frameworks)]);
  }
});

describe('of two mistakes at once', () => {
  it('it is the first that has any', () => {
    expect(exampleFor('body-signed-hex+key-line-end', 'go')?.topics).toEqual(['key-whitespace']);
  });
});

it('each that is not run says why, and none ends with a line end', () => {
  for (const { notRun, code } of EXAMPLES) {
    expect(notRun ?? 'a reason').toMatch(/^\w.*[^.]$/);
    expect(code).toBe(code.trimEnd());
  }
});
