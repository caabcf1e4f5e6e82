/** Prevents: a list for agents that names a page or a command that is not there, or leaves one out. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '@countersign/core';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../packages/cli/src/commands/commands.ts';
import { EXIT } from '../../packages/cli/src/exit-codes.ts';
import { agentsText } from '../agents-text.ts';
import { llmsText } from '../llms-text.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each([
  ['llms.txt', llmsText],
  ['AGENTS.md', agentsText],
])('%s is current', (name, text) => {
  expect(readFileSync(join(ROOT, name), 'utf8')).toBe(text(ROOT));
});

it('llms.txt has the form of llmstxt.org: a title, a summary, sections of links to Markdown, each once', () => {
  const text = llmsText(ROOT);
  expect(text).toMatch(/^# Countersign\n\n> \S.*\n\n[^#]+\n## /);
  const links = [...text.matchAll(/^- \[.+\]\((.+?)\)(?:: .+)?$/gm)].map(([, path = '']) => path);
  expect(text.match(/^- /gm)).toHaveLength(links.length);
  expect(links.length).toBeGreaterThan(20);
  expect(new Set(links).size).toBe(links.length);
  expect(links.filter((path) => !path.endsWith('.md') || !existsSync(join(ROOT, path)))).toEqual([]);
  expect(text.match(/^## /gm)?.length).toBeGreaterThan(2);
  expect(text).toMatch(/\n## Optional\n/);
});

it('llms.txt has the page of every provider', () => {
  const text = llmsText(ROOT);
  for (const { id } of providers) expect(text).toContain(`\n- [${id}](docs/providers/${id}.md): `);
});

it('AGENTS.md has every command, every exit code and a program', () => {
  const text = agentsText(ROOT);
  for (const { name } of COMMANDS) expect(text).toContain(`| \`countersign ${name}\` |`);
  for (const code of Object.values(EXIT)) expect(text).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'));
  expect(text).toMatch(/```[tj]s\n[^`]*import .*@countersign\/core\/express/);
});
