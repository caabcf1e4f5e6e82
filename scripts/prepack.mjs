/**
 * Prevents: a package without its licence, or a command without the schema that editors need, or without its manual page.
 * Run by npm in a package's folder before it is packed; what it writes is not committed.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
copyFileSync(join(root, 'LICENSE'), 'LICENSE');
const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
if (name === 'countersign') {
  copyFileSync(join(root, 'docs/countersign.schema.json'), 'countersign.schema.json');
  execFileSync(process.execPath, ['--conditions=countersign-source', join(root, 'scripts/generate-man.ts')]);
}
