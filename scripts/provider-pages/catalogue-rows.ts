/** The table of ready-made senders in docs/catalogue.md: its senders and notes are written by hand, the rest is counted and linked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProvider } from '@countersign/core';

const HEADING = '## Ready-made: ';

/** Senders that sign as another provider says, and have requests of their own in vectors/providers. */
const OWN_VECTORS: Readonly<Record<string, string>> = {
  Svix: 'svix',
  'OpenAI webhooks': 'openai',
  Replicate: 'replicate',
  Resend: 'resend',
  Clerk: 'clerk',
  Liveblocks: 'liveblocks',
  PortOne: 'portone',
  'GitLab (signing token)': 'gitlab-signing-token',
  'Standard Webhooks (asymmetric v1a)': 'standard-webhooks-v1a',
};

/** @throws Error for a row whose provider there is not */
export function withCatalogueRows(catalogue: string, root: string): string {
  const from = catalogue.indexOf(HEADING);
  const to = catalogue.indexOf('\n## ', from + 1);
  const lines = catalogue.slice(from, to).split('\n');
  const rows = lines.map((line) => (isRow(line) ? rowOf(line, root) : line));
  const [, ...rest] = rows;
  const count = lines.filter(isRow).length;
  return [catalogue.slice(0, from), [`${HEADING}${count}`, ...rest].join('\n'), catalogue.slice(to)].join('');
}

function isRow(line: string): boolean {
  return line.startsWith('| ') && !/^\| (?:sender|---) \|/.test(line);
}

function rowOf(line: string, root: string): string {
  const [, sender = '', cell = '', judged = '', ...notes] = line
    .split(/(?<!\\)\|/)
    .map((text) => text.trim());
  const [, written = ''] = /`(.*)`/.exec(cell) ?? [];
  const id = /^\{ id: ([\w-]+)/.exec(written)?.[1] ?? written;
  if (findProvider(id) === undefined) throw new Error(`docs/catalogue.md: ${sender}: ${id} is no provider`);
  const name = OWN_VECTORS[sender] ?? (written === id ? id : undefined);
  const note = notes.join('|').replace(/\|$/, '').trim();
  return `| ${sender} | [\`${written}\`](providers/${id}.md) | ${judgedOf(name, root) ?? judged} | ${note} |`;
}

/** All of them are judged as their file says: packages/core/test/vectors.test.ts. */
function judgedOf(name: string | undefined, root: string): string | undefined {
  const file = join(root, `vectors/providers/${name}.json`);
  if (!existsSync(file)) return undefined;
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly object[] };
  return `${cases.length} of ${cases.length}`;
}
