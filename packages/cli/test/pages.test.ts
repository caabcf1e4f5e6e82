/** What is read as a page keeps to one width, on a terminal as in a pipe, and loses no word by it. */
import { stripVTControlCharacters } from 'node:util';
import { optionRowsOf, providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/commands.ts';
import { COLUMNS, terms, wrap } from '../src/output.ts';
import { run } from './support.ts';

const pages: readonly (readonly string[])[] = [
  ['--help'],
  ...COMMANDS.map(({ name }) => [name, '--help']),
  ...COMMANDS.flatMap(({ name, subCommands = [] }) => subCommands.map((word) => [name, word, '--help'])),
  // Not the list of them: it is a table, of which one line is one provider.
  ...providers.map(({ id }) => ['providers', id]),
];

/** Whitespace that was broken is one blank again. */
function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

describe('a page', () => {
  it.each(pages.map((args) => ({ args, line: args.join(' ') })))(
    'of `$line` keeps to its width, in colours too',
    async ({ args }) => {
      const { code, out } = await run(args);
      expect(code).toBe(0);
      expect(out.split('\n').filter((line) => [...line].length > COLUMNS)).toEqual([]);
      const coloured = await run(args, { env: { FORCE_COLOR: '1' } });
      expect(stripVTControlCharacters(coloured.out)).toBe(out);
    },
  );

  it('of a command has each of its words', async () => {
    for (const entry of COMMANDS) {
      const { details = [], options, usage } = await entry.load();
      const page = words((await run([entry.name, '--help'])).out);
      for (const { description } of Object.values(options)) expect(page).toContain(words(description));
      for (const text of [...details, ...usage]) expect(page).toContain(words(text));
    }
  });

  it('of a provider has each of its words', async () => {
    for (const provider of providers) {
      const page = words((await run(['providers', provider.id])).out);
      for (const { name, description, default: standard } of optionRowsOf(provider))
        expect(page).toContain(words(`${name} ${description} default: ${standard}`));
    }
  });
});

it('a meaning is broken under its own beginning; a word that is too long stands alone', () => {
  const url = `https://${'a'.repeat(COLUMNS)}`;
  expect(
    terms(
      [
        { name: 'one', meaning: [`${'word '.repeat(20)}end`, 'default: none'] },
        { name: 'longer', meaning: [`see ${url} for more`] },
      ],
      '  ',
    ),
  ).toBe(
    [
      `  one     ${'word '.repeat(18).trimEnd()}`,
      '          word word end',
      '          default: none',
      '  longer  see',
      `          ${url}`,
      '          for more',
    ].join('\n'),
  );
  expect(wrap('{ a, b }', 6)).toBe('{ a,\nb }');
});
