/** A text whose lines somebody joined without their ends, with line ends where they may have been: XML, columns, and prose. */

/** All trials of one text. */
const MAX_TEXTS = 1500;

/** Splits of columns that are tried with each number of columns. */
const MAX_SPLITS = 400;

/** Separators in a row: a table that is wider is no webhook’s. */
const MAX_COLUMN_GAPS = 30;

/** Places in prose: each has none, one or two line ends. */
const MAX_PLACES = 12;

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
  for (let gaps = 1; gaps < pieces.length - 1 && gaps <= MAX_COLUMN_GAPS; gaps++) {
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

/** Before a tab, behind the two dashes of a signature, and where a sentence ends without a blank: lines ended there. */
const SURE = /(?=\t)|(?<=-- )(?=\S)|(?<=[.,:;!?)])(?=[^\s\d.,:;!?)/])/gu;

/** Where a capital follows without a blank: a line may have ended there, or it is within a word. */
const UNSURE = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;

function* proseLines(text: string): Generator<readonly string[]> {
  const pieces: string[] = [];
  const isSure: boolean[] = [];
  for (const sentence of text.split(SURE)) {
    for (const [i, piece] of sentence.split(UNSURE).entries()) {
      pieces.push(piece);
      isSure.push(i === 0);
    }
  }
  if (pieces.length < 2 || pieces.length > MAX_PLACES + 1) return;
  for (let cost = 0; cost < pieces.length; cost++) yield* spaced(pieces, isSure, 1, cost);
}

/** Where it is sure, one line end costs nothing; elsewhere none does. Others cost 1. */
function* spaced(
  pieces: readonly string[],
  isSure: readonly boolean[],
  from: number,
  cost: number,
): Generator<readonly string[]> {
  const piece = pieces[from];
  if (piece === undefined) {
    if (cost === 0) yield pieces.join('').split('\n');
    return;
  }
  for (const [lines, isUsual] of [
    ['\n', isSure[from]],
    ['\n\n', false],
    ['', !isSure[from]],
  ] as const)
    if (isUsual || cost > 0)
      yield* spaced(pieces.with(from, lines + piece), isSure, from + 1, isUsual ? cost : cost - 1);
}
