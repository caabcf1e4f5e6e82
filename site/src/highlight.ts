/** Colours code when the site is built: the pages need no script for it, and one mark-up serves light and dark. */
import { createCssVariablesTheme, createHighlighter } from 'shiki';
import { escapeHtml } from './html.ts';

const LANGUAGES = [
  'ts',
  'js',
  'sh',
  'yaml',
  'json',
  'sql',
  'http',
  'python',
  'php',
  'ruby',
  'go',
  'java',
  'nginx',
  'ini',
  'dockerfile',
] as const;

/** Shown without colours: no grammar for them is at hand, or they are output. */
const PLAIN: readonly string[] = ['', 'text', 'caddyfile', 'haproxy'];

/** A token's colour is a variable of this name, and becomes a class: `var(--t-token-keyword)`. */
const theme = createCssVariablesTheme({ name: 'classes', variablePrefix: '--t-', fontStyle: false });

export type Highlight = (code: string, language: string) => string;

/** Gives HTML for code; a language that it does not know is a fault of the page, and throws. */
export async function createHighlight(): Promise<Highlight> {
  const highlighter = await createHighlighter({ themes: [theme], langs: [...LANGUAGES] });
  return (code, language) => {
    if (PLAIN.includes(language)) return escapeHtml(code);
    const lang = LANGUAGES.find((name) => name === language);
    if (lang === undefined)
      throw new Error(`A code block in "${language}": add it to site/src/highlight.ts.`);
    const { tokens } = highlighter.codeToTokens(code, { lang, theme: 'classes' });
    const lines = tokens.map((line) => line.map(({ content, color }) => span(content, color)).join(''));
    return lines.join('\n');
  };
}

function span(content: string, color: string | undefined): string {
  const kind = /--t-token-([a-z-]+)/.exec(color ?? '')?.[1];
  const text = escapeHtml(content);
  return kind === undefined || content.trim() === '' ? text : `<span class="t-${kind}">${text}</span>`;
}
