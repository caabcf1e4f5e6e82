/** The blocks of docs/deploy.md, and how a test fits one to this machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeBlock, codeBlocks } from '../../../scripts/docs-blocks.ts';

export const PAGE: string = join(import.meta.dirname, '../../deploy.md');

const blocks: readonly CodeBlock[] = codeBlocks(readFileSync(PAGE, 'utf8'));

/** The text of the block that begins with the name of its file, as `# /etc/nginx/nginx.conf`. */
export function fileOnPage(name: string): string {
  const [block, ...others] = blocks.filter(({ code }) => code.startsWith(`# ${name}\n`));
  if (block === undefined || others.length > 0) throw new Error(`docs/deploy.md has not one block # ${name}`);
  return block.code;
}

/** A text of the page, and what stands there on this machine. */
export interface Replacement {
  readonly from: string;
  readonly to: string;
}

/** Each replacement is made wherever its text stands. @throws Error where one stands nowhere: the page has changed. */
export function fitted(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((fit, { from, to }) => {
    if (!fit.includes(from)) throw new Error(`docs/deploy.md has no ${from} there`);
    return fit.replaceAll(from, to);
  }, text);
}
