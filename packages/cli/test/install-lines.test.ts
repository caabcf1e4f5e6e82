/** Who installs a package hears which Node it needs, beside the command. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support.ts';

const folders = readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name));

function read(...path: readonly string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

it.each(['.', ...folders])('%s/README.md names the Node that its install lines need', (folder) => {
  const lines = read(folder, 'README.md').match(/^npm install .*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const name = /(@countersign\/)?(\w+)(?= *#|$)/.exec(line)?.[2] ?? '';
    const manifest = read('packages', name === 'countersign' ? 'cli' : name, 'package.json');
    const needed = (JSON.parse(manifest) as { engines: { node: string } }).engines.node;
    expect(line).toContain(`# needs Node ${needed.replace('>=', '')} or later`);
  }
});
