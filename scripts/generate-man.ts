/**
 * Prevents: a package without the manual page, or with that of another version. Writes packages/cli/countersign.1 from the table of
 * commands; `prepack.mjs` runs it, and the file is not committed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMON_OPTIONS } from '../packages/cli/src/arguments.ts';
import { COMMANDS } from '../packages/cli/src/commands/commands.ts';
import { EXIT, EXIT_MEANINGS } from '../packages/cli/src/exit-codes.ts';
import { manPage } from './man-page.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-man.ts [--out FILE]', {
  options: { out: { type: 'string', default: '' } },
});

const folder = join(import.meta.dirname, '../packages/cli');
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const exitCodes = new Map<number, string>();
for (const [name, meaning] of Object.entries(EXIT_MEANINGS))
  exitCodes.set(EXIT[name as keyof typeof EXIT], meaning);
const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
const page = manPage({ version, commands, common: COMMON_OPTIONS, exitCodes });
writeFileSync(values.out || join(folder, 'countersign.1'), page);
