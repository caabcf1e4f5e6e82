/** The text of a page, for who only wants to read it: no markup is parsed into the document. */

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Blocks end lines, cells are apart, scripts and styles are left out. Takes time in proportion to the page, whatever it holds. */
export function pageText(html: string): string {
  const start = /<body\b[^<>]*>/i.exec(html);
  const body = start === null ? html : html.slice(start.index + start[0].length);
  const text = withoutScripts(body)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<\/(?:td|th|dt) ?>/gi, '\t')
    .replaceAll(/<(?:br|hr)\b[^<>]*>|<\/(?:p|div|tr|li|h[1-6]|caption|pre|dd|section|table) ?>/gi, '\n')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, characterOf);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line, i, lines) => line !== '' || lines[i - 1] !== '')
    .join('\n')
    .trim();
}

function withoutScripts(html: string): string {
  let text = '';
  let hiddenBy: string | undefined;
  for (const part of html.split(/(<\/?(?:script|style)\b[^<>]*>)/i)) {
    const [, slash, name] = /^<(\/?)(script|style)\b/i.exec(part) ?? [];
    if (name === undefined) text += hiddenBy === undefined ? part : '';
    else if (slash === '') hiddenBy ??= name.toLowerCase();
    else if (hiddenBy === name.toLowerCase()) hiddenBy = undefined;
  }
  return text;
}

function characterOf(
  whole: string,
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
