/**
 * Finds the sections of the documentation that have the words of a query. It reads the whole text: people paste error
 * messages, and an index of words would lose their punctuation.
 */

export interface SearchPage {
  readonly title: string;
  /** From the site's root. */
  readonly address: string;
  /** What is added for its kind: guides before decisions. */
  readonly bonus: number;
  readonly sections: readonly SearchSection[];
}

export interface SearchSection {
  readonly heading: string;
  readonly anchor: string;
  readonly text: string;
}

export interface Hit {
  readonly page: SearchPage;
  readonly section: SearchSection;
  readonly score: number;
}

/** As many as a person looks through. */
const MOST_HITS = 20;

/** A heading of so few words names its section’s subject: `AWS Lambda`. */
const NAME_WORDS = 2;

/** A text as it is compared. */
interface Folded {
  readonly text: string;
  /** With a blank before each of its words, whatever stood there. */
  readonly words: string;
}

interface FoldedSection {
  readonly page: SearchPage;
  readonly section: SearchSection;
  readonly title: Folded;
  readonly heading: Folded;
  readonly text: Folded;
  /** All of it without dots and dashes: people write nextjs for Next.js. */
  readonly joined: string;
}

export type Search = (query: string) => readonly Hit[];

/** The best section of each page, best first. Where no section has every word, those that have the rarest of them. */
export function createSearch(pages: readonly SearchPage[]): Search {
  const sections = pages.flatMap((page) => page.sections.map((section) => foldedSection(page, section)));
  return (query) => {
    const phrase = folded(query).trim();
    const words = phrase.split(' ').filter((word) => word !== '');
    if (words.length === 0) return [];
    const rarity = new Map(words.map((word) => [word, rarityOf(word, sections)]));
    const scored = sections.map((section) => {
      const present = words.filter((word) => has(section, word));
      const score = present.reduce(
        (sum, word) => sum + wordScore(section, word) * (rarity.get(word) ?? 0),
        0,
      );
      return {
        section,
        isWhole: present.length === words.length,
        score: score + phraseScore(section, phrase, words),
      };
    });
    const whole = scored.filter(({ isWhole }) => isWhole);
    const rows =
      whole.length > 0
        ? whole
        : scored.map((row) => ({ ...row, score: row.score + runScore(row.section, words) }));
    return bestOfPages(
      rows
        .filter(({ score }) => score > 0)
        .map(({ section: { page, section, title }, score }) => ({
          page,
          // Of a page whose title says it all no part is meant.
          section: words.every((word) => title.text.includes(word)) ? (page.sections[0] ?? section) : section,
          score: score + page.bonus,
        })),
    );
  };
}

function foldedSection(page: SearchPage, section: SearchSection): FoldedSection {
  const [title, heading, text] = [page.title, section.heading, section.text].map(folded) as [
    string,
    string,
    string,
  ];
  return {
    page,
    section,
    title: { text: title, words: spaced(title) },
    heading: { text: heading, words: spaced(heading) },
    text: { text, words: spaced(text) },
    joined: `${title} ${heading} ${text}`.replace(/[._-]/g, ''),
  };
}

function spaced(text: string): string {
  return ` ${text.replace(/[^\p{L}\p{N}]/gu, ' ')}`;
}

/** Lower case, typographic quotes as they are typed, white space as one blank. */
export function folded(text: string): string {
  return text.toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/\s+/g, ' ');
}

function has({ title, heading, text, joined }: FoldedSection, word: string): boolean {
  return [title, heading, text].some((part) => part.text.includes(word)) || joined.includes(word);
}

/** From 0, for a word that no section has, to about 8, for one that a single section has. */
function rarityOf(word: string, sections: readonly FoldedSection[]): number {
  const count = sections.filter((section) => has(section, word)).length;
  return count === 0 ? 0 : Math.log(1 + sections.length / count);
}

/** A title weighs more than a heading, a heading more than a text; the start of a word more than its inside. */
function wordScore({ title, heading, text }: FoldedSection, word: string): number {
  const score = 4 * partScore(title, word) + 3 * partScore(heading, word) + partScore(text, word);
  return score === 0 ? 0.5 : score;
}

function partScore({ text, words }: Folded, word: string): number {
  if (!text.includes(word)) return 0;
  return words.includes(` ${word}`) ? 1 : 0.5;
}

/** Whole phrases are what people paste. */
function phraseScore(
  { title, heading, text }: FoldedSection,
  phrase: string,
  words: readonly string[],
): number {
  if (words.length < 2) {
    const isNamed =
      heading.text.split(' ').length <= NAME_WORDS && `${heading.words} `.includes(` ${phrase} `);
    return (title.text === phrase ? 20 : 0) + (isNamed ? 30 : 0);
  }
  const inTitle = title.text.startsWith(phrase) ? 50 : 40;
  return (
    (title.text.includes(phrase) ? inTitle : 0) +
    (heading.text.includes(phrase) ? 30 : 0) +
    (text.text.includes(phrase) ? 15 : 0)
  );
}

/** Of a whole line of a log a page has a part, in the same order. */
function runScore({ title, text }: FoldedSection, words: readonly string[]): number {
  return 12 * longestRun(title.text, words) + 4 * longestRun(text.text, words);
}

/** The most words of a query that follow each other in a text as well; a single one is no run. */
function longestRun(text: string, words: readonly string[]): number {
  let longest = 0;
  for (let start = 0; start + longest < words.length; start++) {
    let end = start + longest + 1;
    while (end <= words.length && text.includes(words.slice(start, end).join(' '))) longest = end++ - start;
  }
  return longest < 2 ? 0 : longest;
}

function bestOfPages(hits: readonly Hit[]): readonly Hit[] {
  const best = new Map<SearchPage, Hit>();
  for (const hit of hits) {
    const other = best.get(hit.page);
    if (other === undefined || hit.score > other.score) best.set(hit.page, hit);
  }
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, MOST_HITS);
}

export interface Excerpt {
  readonly text: string;
  readonly isMarked: boolean;
}

/** How much of a section a result shows, in characters. */
const EXCERPT_LENGTH = 160;

/** A piece of a text around the first word of the query that is in it, the words marked. */
export function excerptOf(text: string, query: string): readonly Excerpt[] {
  const words = folded(query)
    .split(' ')
    .filter((word) => word !== '');
  const plain = text.replace(/\s+/g, ' ');
  const low = folded(plain);
  const phraseAt = low.indexOf(folded(query).trim());
  const places = words.map((word) => low.indexOf(word)).filter((place) => place >= 0);
  const first = phraseAt >= 0 ? phraseAt : Math.min(...(places.length > 0 ? places : [0]));
  const start = first > EXCERPT_LENGTH / 3 ? plain.lastIndexOf(' ', first - 20) + 1 : 0;
  const piece = plain.slice(start, start + EXCERPT_LENGTH).trim();
  const cut = `${start > 0 ? '… ' : ''}${piece}${start + EXCERPT_LENGTH < plain.length ? ' …' : ''}`;
  return markedWords(cut, query);
}

/** Short words stand in every text: they are marked where there are no others. */
const LONG_WORD = 4;

/** A text in pieces: marked is the query as a whole where the text has it, or else each of its words. */
export function markedWords(text: string, query: string): readonly Excerpt[] {
  const low = folded(text);
  const phrase = folded(query).trim();
  const all = phrase.split(' ').filter((word) => word !== '');
  const long = all.filter((word) => word.length >= LONG_WORD);
  const words = low.includes(phrase) && phrase !== '' ? [phrase] : long.length > 0 ? long : all;
  // Folding that changes a length would mark the wrong letters.
  if (low.length !== text.length || words.length === 0) return [{ text, isMarked: false }];
  const pattern = new RegExp(
    words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'g',
  );
  const pieces: Excerpt[] = [];
  let end = 0;
  for (const { index, 0: match } of low.matchAll(pattern)) {
    if (index > end) pieces.push({ text: text.slice(end, index), isMarked: false });
    pieces.push({ text: text.slice(index, index + match.length), isMarked: true });
    end = index + match.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMarked: false });
  return pieces;
}
