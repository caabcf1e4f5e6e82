/** Text of strangers, with what cannot be seen made visible: control characters, marks that turn the direction of writing, odd spaces. */

export interface TextPart {
  /** `mark`: stands for a character that is not seen. */
  readonly kind: 'text' | 'mark';
  readonly text: string;
  /** Of a mark: the character’s name or number. */
  readonly name?: string;
}

/** Marks that pile up on one letter: the seventh and whatever follows, which no language has, and which would cover what stands around. */
const PILED = /(?<=\p{M}{6})\p{M}+/u;

/** Control and format characters, halves of pairs, what is not assigned, spaces that are not the space; but no tab, line feed or choice of an emoji’s look. */
const UNSEEN = new RegExp(
  `${PILED.source}|(?![ \\t\\n]|\\u{fe0e}|\\u{fe0f})[\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}]`,
  'gu',
);

const NAMES: Readonly<Record<number, string>> = {
  0: 'NUL',
  8: 'BS',
  13: 'CR',
  27: 'ESC',
  127: 'DEL',
  160: 'NBSP',
  8203: 'ZWSP',
  8204: 'ZWNJ',
  8205: 'ZWJ',
  8206: 'LRM',
  8207: 'RLM',
  8234: 'LRE',
  8235: 'RLE',
  8236: 'PDF',
  8237: 'LRO',
  8238: 'RLO',
  8294: 'LRI',
  8295: 'RLI',
  8297: 'PDI',
  65279: 'BOM',
};

/** Parts in their order; joined, with marks for what they name, they are the text. */
export function visibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    parts.push({ kind: 'mark', text: match[0], name: nameOf(match[0]) });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

/** In one line, without marks: for labels and titles. */
export function plainText(text: string): string {
  return visibleParts(text)
    .map((part) => (part.kind === 'mark' ? `⟨${part.name}⟩` : part.text))
    .join('');
}

/** A template whose texts are plain, whoever wrote them. */
export function plain(sentence: TemplateStringsArray, ...texts: readonly string[]): string {
  return String.raw({ raw: sentence }, ...texts.map(plainText));
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
