/** A text whose lines somebody joined without their ends, with line ends where they may have been: XML, columns, and prose. */

/** All trials of one text. */
const MAX_TEXTS = 1500;

/** Splits of columns that are tried with each number of columns. */
const MAX_SPLITS = 400;

/** Places in prose: each has none, one or two line ends. */
const MAX_PLACES = 6;

const ENDS = ['\n', '\r\n'];

/** Nothing where the text has lines. */
export function* unjoinedTexts(text: string): Generator<string> {
  if (/[\r\n]/.test(text)) return;
  let left = MAX_TEXTS;
  for (const lines of linesOf(text)) {
    for (const end of ENDS) {
      const joined = lines.join(end);
      for (const last of ['', end, end + end]) {
        if (left-- <= 0) return;
        yield joined + last;
      }
    }
  }
}

function* linesOf(text: string): Generator<readonly string[]> {
  if (/^\s*[{[]/.test(text)) return;
  if (/^\s*</.test(text)) {
    yield tagLines(text);
    return;
  }
  const separator = [';', ',', '\t', '|'].find((char) => text.split(char).length > 3);
  if (separator !== undefined) yield* columnLines(text.split(separator), separator);
  yield* proseLines(text);
}

/** Between two tags, but for an element that is empty. */
function tagLines(text: string): readonly string[] {
  return text
    .replace(/>(\s*)<(?=(\/?))/g, (gap, blanks: string, slash: string, at: number) => {
      const opened = text.lastIndexOf('<', at);
      const isEmpty =
        slash === '/' && blanks === '' && /^<[^/!?][^>]*[^/>]>$|^<\w>$/.test(text.slice(opened, at + 1));
      return isEmpty ? gap : `>\n${blanks}<`;
    })
    .split('\n');
}

/** Rows of the same number of columns: the last of one and the first of the next stand in one piece. */
function* columnLines(pieces: readonly string[], separator: string): Generator<readonly string[]> {
  for (let gaps = 1; gaps < pieces.length - 1 && gaps <= 30; gaps++) {
    if ((pieces.length - 1) % gaps !== 0) continue;
    const junctions = pieces.map((_, i) => i).filter((i) => i > 0 && i < pieces.length - 1 && i % gaps === 0);
    const splits = junctions.reduce((all, i) => all * Math.max(1, (pieces[i] as string).length - 1), 1);
    if (splits > MAX_SPLITS || junctions.some((i) => (pieces[i] as string).length < 2)) continue;
    for (const marked of marks(pieces, junctions)) yield marked.join(separator).split('\n');
  }
}

/** Each junction split somewhere: by a line end. */
function* marks(pieces: readonly string[], junctions: readonly number[]): Generator<readonly string[]> {
  const [at, ...rest] = junctions;
  if (at === undefined) {
    yield pieces;
    return;
  }
  const piece = pieces[at] as string;
  for (let i = piece.length - 1; i > 0; i--)
    yield* marks(pieces.with(at, `${piece.slice(0, i)}\n${piece.slice(i)}`), rest);
}

/** Where a sentence ends or a word begins without a blank before it, before a tab, and behind the two dashes of a signature. */
const PLACES = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=[.,:;!?)])(?=[^\s\d.,:;!?)/])|(?=\t)|(?<=-- )(?=\S)/gu;

function* proseLines(text: string): Generator<readonly string[]> {
  const pieces = text.split(PLACES);
  if (pieces.length < 2 || pieces.length > MAX_PLACES + 1) return;
  for (let cost = 0; cost < pieces.length; cost++) yield* spaced(pieces, 1, cost);
}

/** One line end at each place costs nothing, none or two cost 1. */
function* spaced(pieces: readonly string[], from: number, cost: number): Generator<readonly string[]> {
  const piece = pieces[from];
  if (piece === undefined) {
    if (cost === 0) yield pieces.join('').split('\n');
    return;
  }
  yield* spaced(pieces.with(from, `\n${piece}`), from + 1, cost);
  if (cost === 0) return;
  yield* spaced(pieces.with(from, `\n\n${piece}`), from + 1, cost - 1);
  yield* spaced(pieces, from + 1, cost - 1);
}
