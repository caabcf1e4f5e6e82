/** The known word that was probably meant by an unknown one. */

/** Longer words are not compared: the cost grows with the square, and nobody misspells 64 characters by two. */
const MAX_WORD_LENGTH = 64;

/**
 * The nearest of `words`: the same but for case, `-` and `_`; else at most two edits away (one in words of up to
 * four letters), a swap of neighbours counting as one; else the only one that begins with `word`; else the one that
 * people who know another library mean by it.
 */
export function nearMiss(word: string, words: readonly string[]): string | undefined {
  if (typeof word !== 'string' || word.length === 0 || word.length > MAX_WORD_LENGTH) return undefined;
  const folded = fold(word);
  const same = words.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  const maxEdits = folded.length <= 4 ? 1 : 2;
  let best: string | undefined;
  let bestEdits = maxEdits + 1;
  for (const candidate of words) {
    const edits = editDistance(folded, fold(candidate), bestEdits);
    // Two edits turn any word of two letters into any other.
    if (edits < bestEdits && edits < candidate.length) {
      best = candidate;
      bestEdits = edits;
    }
  }
  if (best !== undefined || folded.length < 3) return best;
  const longer = words.filter((candidate) => fold(candidate).startsWith(folded));
  return longer.length === 1 ? longer[0] : words.find((candidate) => candidate === SYNONYMS.get(folded));
}

/** What people write who know another library, folded, and the word for it here. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['secret', 'keys'],
  ['secrets', 'keys'],
  ['sharedsecret', 'keys'],
  ['signingsecret', 'keys'],
  ['webhooksecret', 'keys'],
]);

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `bound` or more is `bound`. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length] ?? bound, bound);
}
