/** Prevents: a declaration on the page of senders that cannot be built, and a sender that is forgotten or stands there twice. */
import { readFileSync } from 'node:fs';
import { createGate, SetupError, writtenProvider, writtenScheme } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const page = readFileSync('docs/catalogue.md', 'utf8');

interface Row {
  readonly sender: string;
  readonly cell: string;
}

/** The first two cells of each row of the section’s table. */
function rowsOf(heading: string): readonly Row[] {
  const [, rest = ''] = page.split(`## ${heading}: `);
  const [section = ''] = rest.split('\n## ');
  return section.split('\n').flatMap((line) => {
    const [, sender = '', cell = ''] = line.split(/(?<!\\)\|/).map((text) => text.trim());
    return cell === '' || sender === 'sender' || sender.startsWith('---') ? [] : [{ sender, cell }];
  });
}

function written(cell: string): unknown {
  return parse((/`(.*)`/.exec(cell)?.[1] ?? '').replaceAll('\\|', '|'));
}

/** Builds all but the keys, which no page has. */
function build(options: Parameters<typeof createGate>[0]): string | undefined {
  try {
    createGate(options);
    return undefined;
  } catch (error) {
    return error instanceof SetupError ? error.option : String(error);
  }
}

describe('the page of senders', () => {
  it.each(rowsOf('Ready-made'))('has a provider for $sender', ({ cell }) => {
    const choice = written(cell);
    const { id, ...options } =
      typeof choice === 'string' ? { id: choice } : (choice as { readonly id: string });
    expect(build({ provider: writtenProvider(id, options) })).toBe('keys');
  });

  it.each([...rowsOf('Declared'), ...rowsOf('Declared in part')])('declares $sender', ({ cell }) => {
    const scheme = written(cell) as Record<string, unknown>;
    expect(build({ scheme: writtenScheme(scheme) })).toBe('jwks' in scheme ? undefined : 'keys');
  });

  it('has every sender once, and counts them', () => {
    const headings = [...page.matchAll(/^## (.+): (\d+)$/gm)].map(([, name = '', count]) => ({
      name,
      count,
    }));
    const rows = headings.map(({ name }) => rowsOf(name));
    expect(rows.map(({ length }) => length)).toEqual(headings.map(({ count }) => Number(count)));
    const senders = rows.flat().map(({ sender }) => sender);
    expect(new Set(senders).size).toBe(senders.length);
    expect(page).toContain(`\n${senders.length} senders`);
  });
});
