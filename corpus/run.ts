/**
 * Makes the corpus of broken requests again: vectors/explain-corpus/*.jsonl and its README.
 * Needs what corpus/README.md lists; npm's packages are installed on the first run.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { endWithUsage, readArguments } from '../scripts/read-arguments.ts';
import { drawOtherwise } from './base/draw.ts';
import type { Line } from './base/finish.ts';

const USAGE = 'node --conditions=countersign-source corpus/run.ts [GROUP …] [--draw WORD --to FOLDER]';
const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { draw: { type: 'string' }, to: { type: 'string' } },
});
if ((values.draw === undefined) !== (values.to === undefined)) {
  endWithUsage('--draw makes another corpus, and --to says where: each needs the other', USAGE);
}
if (values.draw !== undefined) drawOtherwise(values.draw);

installPeers(import.meta.dirname);
// Imported here: the packages are there only now.
const { GROUPS } = await import('./groups.ts');
const { finish } = await import('./base/finish.ts');
const { endHelpers } = await import('./base/helper.ts');
const { endServers } = await import('./base/servers.ts');
const { readme } = await import('./readme.ts');

const OUT = resolve(values.to ?? join(import.meta.dirname, '../vectors/explain-corpus'));
const groupNames = positionals;
mkdirSync(OUT, { recursive: true });
if (groupNames.length === 0) for (const file of readdirSync(OUT)) rmSync(join(OUT, file));

try {
  let count = 0;
  for (const { name, wanted, make } of GROUPS) {
    if (groupNames.length > 0 && !groupNames.includes(name)) continue;
    const { lines, dropped } = await finish(name, await make(), wanted);
    const text = lines
      .map(({ sender: _sender, said: _said, ...line }) => `${JSON.stringify(line)}\n`)
      .join('');
    writeFileSync(join(OUT, `${name}.jsonl`), text);
    console.log(
      `${name}: ${lines.length} lines, ${Math.ceil(text.length / 1024)} KB, ${dropped.length} dropped`,
    );
    const reasons = Map.groupBy(dropped, ({ cause, why }) => `${cause}: ${why}`);
    for (const [reason, items] of reasons)
      console.log(
        `  ${items.length} × ${reason} (${[...new Set(items.map(({ sender }) => sender))].join(', ')})`,
      );
    count += lines.length;
  }
  writeFileSync(join(OUT, 'README.md'), readme(linesOf(OUT)));
  console.log(`${count} lines`);
} finally {
  endHelpers();
  endServers();
}

/** All that stand there, those of other runs too. */
function linesOf(folder: string): readonly Line[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Line);
}
