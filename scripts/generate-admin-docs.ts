/**
 * Prevents: a page of the admin API that no longer says what its routes take and refuse.
 * Writes the tables of docs/admin-api.md from the route table; with `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Declared, neededRole, PROBLEMS, ROUTES, type Route } from '../packages/api/src/index.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-admin-docs.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const target = join(import.meta.dirname, '../docs/admin-api.md');

type Fields = Readonly<Record<string, Declared>>;

function routeLines(): readonly string[] {
  return Object.entries(ROUTES).map(
    ([name, { method, path, auth, role, reply, answers, etag, ...takes }]) => {
      const { params, query, body }: Record<'params' | 'query' | 'body', Fields> = takes;
      const fields = [params, query, body].flatMap((part) => Object.entries(part)).map(fieldText);
      const tag = etag ? [method === 'GET' ? 'has an `etag`' : 'takes `if-match`'] : [];
      const more = [...kindNotes(reply), ...tag];
      const asked = auth ? neededRole({ method, ...(role && { role }) }) : 'anybody';
      return `| \`${method} ${path}\` | \`${name}\` | ${asked} | ${fields.join('; ') || '–'} | ${[answers, ...more].join('; ')} |`;
    },
  );
}

function kindNotes(reply: Route['reply']): readonly string[] {
  if (reply === 'json') return [];
  if (reply === 'stream') return ['a stream'];
  return ['text' in reply ? `a text, \`${reply.text}\`` : `a file, \`${reply.bytes}\``];
}

function fieldText([name, field]: readonly [string, Declared]): string {
  const what =
    field.kind === 'text'
      ? field.mustBe
      : field.kind === 'flag'
        ? '`true` or `false`'
        : `${field.min} to ${field.max}`;
  return `\`${name}\`${field.optional ? '?' : ''}: ${what}`;
}

function problemLines(): readonly string[] {
  return Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} |`,
  );
}

function withTable(page: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const parts = page.split(start);
  const rest = parts[1]?.split(end)[1];
  if (parts.length !== 2 || rest === undefined) throw new Error(`${target} has no place for ${name}`);
  return `${parts[0]}${start}\n${lines.join('\n')}\n${end}${rest}`;
}

const page = readFileSync(target, 'utf8');
const routes = [
  '| route | in the client | role | takes | answers |',
  '| --- | --- | --- | --- | --- |',
  ...routeLines(),
];
const problems = ['| code | status | meaning |', '| --- | --- | --- |', ...problemLines()];
const nextPage = withTable(withTable(page, 'routes', routes), 'problems', problems);
if (!values.check) writeFileSync(target, nextPage);
else if (page !== nextPage) {
  console.error('docs/admin-api.md is not current. Run: node scripts/generate-admin-docs.ts');
  process.exit(1);
}
