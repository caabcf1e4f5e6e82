/** What a page of the documentation says of itself: its title, and its first sentence. */

export interface DocPage {
  /** From the project's root, `/` between folders: `docs/library.md`. */
  readonly path: string;
  /** Its first heading, as plain text. */
  readonly title: string;
  /** The first sentence of its first paragraph, as plain text; empty where it has none. */
  readonly summary: string;
}

/** @throws Error where the page has no heading of the first level: nothing could list it. */
export function docPage(path: string, markdown: string): DocPage {
  const text = markdown.replace(/^```.*?^```$/gms, '').replace(/<!--.*?-->/gs, '');
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${path} has no title: begin it with a line "# …".`);
  const summary = firstSentence(plainText(paragraphs(text)[0] ?? ''));
  return { path, title: plainText(title), summary };
}

/** Blocks that are sentences: no headings, lists, tables or quotes. */
function paragraphs(markdown: string): readonly string[] {
  return (
    markdown
      .split(/\n\s*\n/)
      // What is indented is code.
      .filter((block) => !/^(?: {4}|\t)/.test(block))
      .map((block) => block.trim().replace(/^#.*\n?/, ''))
      .filter((block) => block !== '' && !/^(?:[#|>]|[*+-]\s|\d+\.\s|<[a-z]|\[!)/.test(block))
      .map((block) => block.replace(/\s+/g, ' '))
  );
}

/** Stands for an escaped character while marks are taken out: no page has one of these. */
const PRIVATE_USE = 0xe000;

/** A line of Markdown without its marks: links as their words, code as it reads. */
export function plainText(markdown: string): string {
  return (
    markdown
      .split(/(`[^`]+`)/)
      .map((piece) => (/^`.+`$/.test(piece) ? piece.slice(1, -1) : withoutMarks(piece)))
      .join('')
      // A link whose words are code.
      .replace(/\[([^[\]]*)\]\([^)\s]*\)/g, '$1')
      .replace(/[\ue000-\ue07f]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - PRIVATE_USE))
      .trim()
  );
}

function withoutMarks(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, (_, mark: string) =>
      String.fromCharCode(PRIVATE_USE + mark.charCodeAt(0)),
    )
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-z][^>]*>/g, '')
    .replace(/\*\*?([^*]+)\*\*?/g, '$1')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Up to the first full stop, question or exclamation mark before a space; an abbreviation ends no sentence. */
function firstSentence(text: string): string {
  return /^.+?(?<!\b(?:e\.g|i\.e|etc|vs|no|[A-Z]))[.!?](?=\s|$)/iu.exec(text)?.[0] ?? text;
}
