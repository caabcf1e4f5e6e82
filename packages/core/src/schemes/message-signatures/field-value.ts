/** The value of a header field as a signature covers it: RFC 9421 §2.1. */
import type { HeaderList } from '../../headers.ts';
import { trimSpace, trimSpaceEnd, trimSpaceStart } from '../../text/white-space.ts';

/** The field's lines in order, each unfolded and without white space around it; undefined where the field is absent. */
export function fieldLines(headers: HeaderList, name: string): readonly string[] | undefined {
  const lines: string[] = [];
  const { flat } = headers;
  for (let i = 0; i < flat.length; i += 2) {
    const received = flat[i] as string;
    if (received.length === name.length && received.toLowerCase() === name)
      lines.push(unfold(flat[i + 1] as string));
  }
  return lines.length === 0 ? undefined : lines;
}

/** The lines combined into one, as a recipient may combine them (RFC 9110 §5.2). */
export function fieldValue(headers: HeaderList, name: string): string | undefined {
  const lines = fieldLines(headers, name);
  return lines?.length === 1 ? lines[0] : lines?.join(', ');
}

/**
 * Obsolete line folding becomes one space (RFC 9112 §5.2). A line break that is none stays, for the caller to refuse.
 * By hand: a regular expression that looks for white space before something takes the square of a run's length.
 */
function unfold(value: string): string {
  if (!value.includes('\n')) return trimSpace(value);
  const [first = '', ...rest] = value.split('\n');
  const texts = [first];
  for (const line of rest) {
    const last = texts.length - 1;
    const before = texts[last] as string;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      texts[last] = trimSpaceEnd(before.endsWith('\r') ? before.slice(0, -1) : before);
      texts.push(trimSpaceStart(line));
    } else texts[last] = `${before}\n${line}`;
  }
  return trimSpace(texts.join(' '));
}
