/** The pages of failures: every hypothesis has a title of its own, and a text stands on its page to the letter. */
import { expect, it } from 'vitest';
import { titleFaults } from '../failure-titles/failure-titles.ts';
import { markdownText } from '../markdown-text.ts';

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
