/** The pages of failures: every hypothesis has a title of its own, and a text stands on its page to the letter. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { titleFaults } from '../failure-titles/failure-titles.ts';
import { markdownText } from '../markdown-text.ts';
import { SETUP_FAILURES } from '../setup-failure-page.ts';

it('a hypothesis without a title, a title without a hypothesis and a title that another page has are faults', () => {
  const titles = { first: 'jwt malformed', second: 'JWT malformed', gone: 'jwt expired' };
  expect(titleFaults(['first', 'second', 'third'], titles)).toEqual([
    'third has no title',
    'second and first have one title',
    'gone has a title, and is no hypothesis',
  ]);
  expect(titleFaults(['first'], { first: 'jwt malformed' })).toEqual([]);
});

it('what Markdown would read as markup is shown to the letter', () => {
  expect(markdownText('a \\n, &quot; of <Buffer> [object Object] *')).toBe(
    'a \\\\n, \\&quot; of \\<Buffer> \\[object Object\\] \\*',
  );
  expect(markdownText('whsec_ and pk_live_ in WEBHOOK_SECRET')).toBe(
    'whsec\\_ and pk_live\\_ in WEBHOOK_SECRET',
  );
});

it('each finding that is no hypothesis has a page too', () => {
  const sources = ['explain.ts', 'key-setup-findings.ts'].map((file) =>
    readFileSync(`packages/core/src/explain/${file}`, 'utf8'),
  );
  const ids = new Set(
    sources.flatMap((text) => text.match(/(?<=(?:id: |UNREADABLE_KEY = )')[\w-]+(?=')/g) ?? []),
  );
  expect([...ids].sort()).toEqual(SETUP_FAILURES.map(({ id }) => id).sort());
  for (const id of ids) expect(existsSync(`docs/failures/${id}.md`)).toBe(true);
});
