/** The inputs that are kept in the repository: one file a target, an input a line, as the JSON string of its bytes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'corpus');

/** Of one input, and of a target's file. */
export const MOST_INPUT_BYTES = 1024;
const MOST_FILE_BYTES = 64 * 1024;

export function readCorpus(name: string): readonly Uint8Array[] {
  const file = fileOf(name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(JSON.parse(line) as string, 'latin1'));
}

/** The short ones first; those that would make the file too long are left out. */
export function writeCorpus(name: string, inputs: readonly Uint8Array[]): void {
  const lines: string[] = [];
  let bytes = 0;
  for (const line of [...new Set(inputs.map(lineOf))].sort(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  )) {
    bytes += line.length + 1;
    if (bytes > MOST_FILE_BYTES) break;
    lines.push(line);
  }
  writeFileSync(fileOf(name), `${lines.join('\n')}\n`);
}

/** ASCII only, so that every editor shows and keeps it. */
function lineOf(input: Uint8Array): string {
  return JSON.stringify(Buffer.from(input).toString('latin1')).replace(
    /[\x7f-\xff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.txt`);
}
