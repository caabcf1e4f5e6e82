/** Prevents: a framework whose users are told what is wrong, and not how to mend it, without anybody having decided so. */
import { expect, it } from 'vitest';
import { EXAMPLES, FRAMEWORKS } from '../../packages/core/src/explain/index.ts';
import { HYPOTHESES } from '../../packages/core/src/explain/table.ts';
import { exampleIndex, exampleOrReason, WITHOUT } from '../example-index.ts';
import { TOPIC_TITLES } from '../example-page.ts';

const topics = [...new Set(HYPOTHESES.flatMap(({ example }) => example ?? []))];

it.each(topics)('%s has an example for every framework, or a reason why not', (topic) => {
  expect(Object.keys(TOPIC_TITLES)).toContain(topic);
  for (const framework of FRAMEWORKS) expect(() => exampleOrReason(topic, framework)).not.toThrow();
});

it('no reason is of a topic or framework that has none', () => {
  expect(WITHOUT.flatMap((row) => row.topics).filter((topic) => !topics.includes(topic))).toEqual([]);
});

it('the table says of each whether it is run', () => {
  const table = exampleIndex();
  for (const { notRun } of EXAMPLES) if (notRun !== undefined) expect(table).toContain(`. ${notRun}`);
  expect(table.match(/\| run (?=\|)/g)?.length).toBeGreaterThan(200);
});
