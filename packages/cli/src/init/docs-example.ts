/** A request as documentation prints it: in a fence, indented, or without its first line. */

const FENCE = /^\s*(?:```|~~~)/;
const FIELD = /^[!#$%&'*+.^_`|~\w-]+:(?: |$)/;

/** What a page leaves out, and what it says that is not so of what is printed. */
export function docsExampleText(text: string): string {
  const lines = withoutFences(text.replaceAll('\r\n', '\n').split('\n'));
  const start = lines.findIndex((line) => line.trim() !== '');
  if (start < 0) return text;
  const plain = unmarked(unindented(lines.slice(start)));
  if (!isHead(plain[0] ?? '')) return plain.join('\n');
  const end = plain.indexOf('');
  const head = end < 0 ? plain : plain.slice(0, end);
  const body = end < 0 ? [] : plain.slice(end);
  // The length is that of another example, mostly.
  const fields = head.filter((line) => !/^(?:content-length|transfer-encoding):/i.test(line));
  const first = FIELD.test(fields[0] ?? '') ? ['POST / HTTP/1.1'] : [];
  return [...first, ...fields, ...body].join('\n');
}

function isHead(line: string): boolean {
  return FIELD.test(line) || /^[A-Z]+ \S+(?: HTTP\/\d(?:\.\d)?)?$/.test(line);
}

function withoutFences(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => FENCE.test(line));
  if (from < 0) return lines;
  const to = lines.findIndex((line, at) => at > from && FENCE.test(line));
  return lines.slice(from + 1, to < 0 ? lines.length : to);
}

function unindented(lines: readonly string[]): readonly string[] {
  const indent = /^[ \t]*/.exec(lines[0] ?? '')?.[0] ?? '';
  const isCommon = lines.every((line) => line.trim() === '' || line.startsWith(indent));
  return isCommon ? lines.map((line) => line.slice(indent.length)) : lines;
}

/** `curl -v` prints `> ` before what it sends. */
function unmarked(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !line.startsWith('>'));
  if (end === 0) return lines;
  return lines.map((line, at) => (end < 0 || at < end ? line.replace(/^> ?/, '') : line));
}
