/** JSON whose line ends are gone, and whose indentation is still there. */

const ENDS = ['\n', '\r\n'];

/** At most 14 texts: a line end behind it, and the lines that it may have had, with and without an end behind the last. */
export function* withLineEnds(json: string): Generator<string> {
  for (const end of ENDS) yield json + end;
  for (const mayBreak of [isAnyBreak, isIndented, isIndentedOrTop]) {
    const lines = linesOf(json, mayBreak);
    for (const end of ENDS) {
      const text = lines.join(end);
      yield text;
      yield text + end;
    }
  }
}

/** Between two lines that printed JSON may have: the blanks that the second begins with, and how deep it stands. */
interface Break {
  readonly blanks: string;
  readonly depth: number;
}

/** Of JSON that has a line for each member. */
const isAnyBreak = (): boolean => true;

/** Short lists stand on one line, with one blank behind each comma. */
const isIndented = ({ blanks }: Break): boolean => /^(?: {2}|\t)/.test(blanks);

const isIndentedOrTop = (line: Break): boolean => line.depth === 0 || isIndented(line);

/** Cut where a printer begins a line: behind an opening bracket and a comma, and before a closing bracket. */
function linesOf(json: string, mayBreak: (line: Break) => boolean): readonly string[] {
  const lines: string[] = [];
  let depth = 0;
  let start = 0;
  const parts = /"(?:[^"\\]|\\.)*"|([[{])(\s*)([\]}])?|(,)(\s*)|(?<!\s)(\s*)([\]}])/gs;
  const cut = (at: number, line: Break): void => {
    if (!mayBreak(line)) return;
    lines.push(json.slice(start, at));
    start = at;
  };
  for (const {
    index,
    1: open,
    2: inner = '',
    3: empty,
    4: comma,
    5: behind = '',
    6: before = '',
    7: close,
  } of json.matchAll(parts)) {
    if (open !== undefined && empty === undefined) {
      depth++;
      cut(index + 1, { blanks: inner, depth });
    } else if (comma !== undefined) cut(index + 1, { blanks: behind, depth });
    else if (close !== undefined) {
      depth--;
      cut(index, { blanks: before, depth });
    }
  }
  return [...lines, json.slice(start)];
}
