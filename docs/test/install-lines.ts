/** The lines of a page that install something, and what its code then imports. */
import { codeBlocks } from '../../scripts/docs-blocks.ts';

export interface InstallPage {
  /** `npm install --save-dev countersign`, as they stand, without their comments. */
  readonly lines: readonly string[];
  /** Entries of our packages. */
  readonly imports: readonly string[];
}

const INSTALL = /\bnpm (?:install|i|add)\b(?: --?[\w-]+)*(?: (?:@[\w-]+\/)?[a-z][\w.-]*(?:@[\w.^~-]+)?)+/g;
const SHELL = ['sh', 'text', 'dockerfile'];
const IMPORT = /(?:\bfrom|\bimport|\brequire\(|\bimport\() ?'(@countersign\/[^']+)'/g;

export function installPageOf(markdown: string): InstallPage {
  const blocks = codeBlocks(markdown);
  const shown = blocks
    .filter(({ language }) => SHELL.includes(language))
    .map(({ code }) => withoutComments(code));
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const lines = [...shown, ...inline].flatMap((text) => [...text.matchAll(INSTALL)].map(([line]) => line));
  const code = blocks.filter(({ language }) => ['ts', 'js'].includes(language)).map((block) => block.code);
  const imports = code.flatMap((text) => [...text.matchAll(IMPORT)].map(([, entry = '']) => entry));
  // What a comment of a program says to install is typed too.
  lines.push(...code.flatMap((text) => [...text.matchAll(INSTALL)].map(([line]) => line)));
  return { lines: [...new Set(lines)], imports: [...new Set(imports)] };
}

function withoutComments(code: string): string {
  return code.replaceAll(/(?:^|\s)#.*$/gm, '');
}
