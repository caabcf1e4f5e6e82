/** Sentences about a configuration quote its values. What the environment or a file has filled in is not for them: where it came from stands in its place. */

/** A value that was filled in. */
export interface FilledIn {
  /** As it is written: a reference, its default left out. */
  readonly reference: string;
  readonly value: string;
}

export type Blank = (text: string) => string;

/** Shorter ones are too likely to be a part of the sentence itself, and no secret. */
const LEAST = 4;
/** Shorter ones are taken for words: a part of a longer one is something else. */
const NO_WORD = 8;
const WORD_CHARACTER = /^[\p{L}\p{N}]$/u;

/** A form of a value, and what stands in its place. */
interface Form {
  readonly folded: string;
  readonly reference: string;
}

/**
 * @returns what takes the values out of a text, also as URLs and JSON write them, in upper or lower case. They are looked for by how they
 * begin: a pattern of all of them would be too long for `RegExp` with a few private keys, and its error quotes them.
 */
export function createBlank(filledIn: readonly FilledIn[]): Blank {
  const references = new Map<string, string>();
  for (const { value, reference } of filledIn)
    for (const form of formsOf(value)) {
      const folded = foldCase(form);
      if (folded.length >= LEAST && !references.has(folded)) references.set(folded, reference);
    }
  if (references.size === 0) return (text) => text;
  const byBeginning = new Map<string, Form[]>();
  // Of two that begin at one place the longer one.
  for (const folded of [...references.keys()].toSorted((a, b) => b.length - a.length)) {
    const form = { folded, reference: references.get(folded) ?? HIDDEN };
    const beginning = folded.slice(0, LEAST);
    const alike = byBeginning.get(beginning);
    if (alike === undefined) byBeginning.set(beginning, [form]);
    else alike.push(form);
  }
  return (text) => blankForms(text, byBeginning);
}

const HIDDEN = '[hidden]';

function blankForms(text: string, byBeginning: ReadonlyMap<string, readonly Form[]>): string {
  const folded = foldCase(text);
  let blanked = '';
  let copiedTo = 0;
  for (let at = 0; at + LEAST <= folded.length; ) {
    const form = byBeginning
      .get(folded.slice(at, at + LEAST))
      ?.find((candidate) => stands(candidate.folded, text, folded, at));
    if (form === undefined) {
      at++;
      continue;
    }
    blanked += text.slice(copiedTo, at) + form.reference;
    at += form.folded.length;
    copiedTo = at;
  }
  return blanked + text.slice(copiedTo);
}

function stands(form: string, text: string, folded: string, at: number): boolean {
  if (!folded.startsWith(form, at)) return false;
  return form.length >= NO_WORD || !(isWordBefore(text, at) || isWordAt(text, at + form.length));
}

function isWordAt(text: string, at: number): boolean {
  return at < text.length && WORD_CHARACTER.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function isWordBefore(text: string, at: number): boolean {
  const isPair = at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff;
  return at > 0 && isWordAt(text, isPair ? at - 2 : at - 1);
}

function formsOf(value: string): ReadonlySet<string> {
  const text = value.toWellFormed();
  return new Set([
    value,
    value.trim(),
    JSON.stringify(value).slice(1, -1),
    encodeURI(text),
    encodeURIComponent(text),
    // Of a key in lines each could be quoted by itself.
    ...value
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line.length >= NO_WORD),
  ]);
}

const ASCII = /^[\0-\x7f]*$/;

/** As long as the text: a letter whose other case is longer stays as it is. */
function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const letter of text) folded += foldLetter(letter);
  return folded;
}

/** Through the upper case, in which both small sigmas are one. */
function foldLetter(letter: string): string {
  const upper = letter.toUpperCase();
  const single = upper.length === letter.length ? upper : letter;
  const lower = single.toLowerCase();
  return lower.length === letter.length ? lower : single;
}
