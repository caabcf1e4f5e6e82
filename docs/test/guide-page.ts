/** What a guide asks its reader to write and to type: files, by the name in their first line, and commands with what they print. */
import { type CodeBlock, codeBlocks } from '../../scripts/docs-blocks.ts';

export interface GuideFile {
  /** Below the reader's folder, e.g. `app/webhooks/github/route.ts`. */
  readonly name: string;
  readonly code: string;
}

export interface GuideCommand {
  readonly line: string;
  /** The lines that the page shows below it. */
  readonly prints: readonly string[];
}

export interface GuidePage {
  readonly files: readonly GuideFile[];
  readonly commands: readonly GuideCommand[];
}

const NAMED = /^(?:\/\/|#) ((?:[\w.-]+\/)*(?:[\w-]+\.\w+|\.[\w.]+))$/;

export function guidePageOf(markdown: string): GuidePage {
  const blocks = codeBlocks(markdown);
  return { files: blocks.flatMap(fileOf), commands: blocks.flatMap(commandsOf) };
}

function fileOf({ language, code }: CodeBlock): readonly GuideFile[] {
  const [first = ''] = code.split('\n');
  const name = NAMED.exec(first)?.[1];
  return language === 'text' || name === undefined ? [] : [{ name, code }];
}

function commandsOf({ language, code }: CodeBlock): readonly GuideCommand[] {
  if (language !== 'text' || !code.startsWith('$ ')) return [];
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...prints] = part.trimEnd().split('\n');
      return { line, prints };
    });
}
