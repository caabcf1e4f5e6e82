/** Finds the quote, bracket or brace of a YAML text that is opened and not closed: YAML itself stumbles lines behind it. */

export interface Opening {
  readonly mark: string;
  readonly offset: number;
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
/** What may stand before a quote, a bracket or a brace that opens something; elsewhere it is a letter of a plain text. */
const BEFORE = /[\s[{,:]/;
/** The head of a block of text, whose lines are letters only. */
const BLOCK_HEAD = /(?:^|[\s:-])[|>][+\-\d]*[ \t]*(?:#.*)?$/;

/** The innermost one that is not closed; a quote is to be closed in its line. Undefined where all are. */
export function unclosedOpening(text: string): Opening | undefined {
  const open: Opening[] = [];
  let blockIndent: number | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (blockIndent !== undefined && (indent < 0 || indent > blockIndent)) {
      start += line.length + 1;
      continue;
    }
    const quote = readLine(line, start, open);
    if (quote !== undefined) return quote;
    blockIndent = open.length === 0 && BLOCK_HEAD.test(line) ? indent : undefined;
    start += line.length + 1;
  }
  return open.at(-1);
}

/** Goes on with what is open. @returns what the line leaves open and must not: a quote, or what another bracket closes. */
function readLine(line: string, start: number, open: Opening[]): Opening | undefined {
  for (let at = 0; at < line.length; at++) {
    const mark = line.charAt(at);
    const begins = at === 0 || BEFORE.test(line.charAt(at - 1));
    if (mark === '#' && (at === 0 || /\s/.test(line.charAt(at - 1)))) return undefined;
    if (begins && (mark === '"' || mark === "'")) {
      const end = endOfQuote(line, at);
      if (end < 0) return { mark, offset: start + at };
      at = end;
    } else if (CLOSING[mark] !== undefined && begins) {
      open.push({ mark, offset: start + at });
    } else if (open.length > 0 && (mark === '}' || mark === ']')) {
      const last = open.pop();
      if (last !== undefined && CLOSING[last.mark] !== mark) return last;
    }
  }
  return undefined;
}

/** −1 where the line ends before it. */
function endOfQuote(line: string, start: number): number {
  const quote = line.charAt(start);
  for (let at = start + 1; at < line.length; at++) {
    if (quote === '"' && line.charAt(at) === '\\') at++;
    else if (line.charAt(at) === quote && quote === "'" && line.charAt(at + 1) === quote) at++;
    else if (line.charAt(at) === quote) return at;
  }
  return -1;
}
