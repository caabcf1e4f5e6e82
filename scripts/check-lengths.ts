/**
 * Prevents: a file that takes in one idea after another until nobody reads it whole. How long one may be, and which may be
 * longer: `file-lengths.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lengthFaults } from './file-lengths.ts';
import { PROGRAM_FOLDERS } from './source-folders.ts';

const root = join(import.meta.dirname, '..');
const FOLDERS = ['packages', ...PROGRAM_FOLDERS, 'docs'];
/** What is built or installed. */
const NOT_OURS = /(^|\/)(node_modules|dist|program)\//;

const files = new Map<string, number>();
for (const folder of FOLDERS) {
  for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    const path = `${folder}/${entry.replaceAll('\\', '/')}`;
    if (!/\.(?:ts|mjs|js|css)$/.test(path) || NOT_OURS.test(path)) continue;
    files.set(path, readFileSync(join(root, path), 'utf8').split('\n').length - 1);
  }
}

const faults = lengthFaults(files);
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? `lengths: ${files.size} files` : `lengths: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
