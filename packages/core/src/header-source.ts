/** Header fields in every form that people hold them, read into names and values in turn. */
import { describeGiven, isArray, isPlain } from './given.ts';
import { SetupError } from './setup-error.ts';
import { byteString, isWellFormed } from './text/bytes.ts';

/**
 * Names and values in turn, values as byte strings.
 * @throws SetupError for a form that is none.
 */
export function flatHeaders(source: unknown): readonly string[] {
  const flat: string[] = [];
  for (const [name, value] of entriesOf(source)) {
    if (typeof name !== 'string') throw refused(`a name is ${describeGiven(name)}`);
    if (value === undefined) continue;
    if (typeof value === 'string') flat.push(name, headerValue(name, value));
    else for (const one of isArray(value) ? value : [value]) flat.push(name, headerValue(name, one));
  }
  return flat;
}

type Entry = readonly [name: unknown, value: unknown];

function entriesOf(source: unknown): readonly Entry[] {
  try {
    if (Array.isArray(source))
      return typeof source[0] === 'string' ? inTurn(source) : Array.from(source, pair);
    if (isPlain(source)) return Object.entries(source);
    if (typeof source === 'object' && source !== null) {
      // Another copy of this package made it.
      if ('flat' in source && Array.isArray(source.flat)) return inTurn(source.flat);
      if (Symbol.iterator in source) return Array.from(source as Iterable<unknown>, pair);
    }
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw refused('they cannot be read');
  }
  throw refused(`they are ${describeGiven(source)}`);
}

function inTurn(list: readonly unknown[]): readonly Entry[] {
  if (list.length % 2 !== 0) throw refused('a name lacks its value');
  const entries: Entry[] = [];
  for (let i = 0; i < list.length; i += 2) entries.push([list[i], list[i + 1]]);
  return entries;
}

function pair(entry: unknown): Entry {
  if (Array.isArray(entry) && entry.length === 2) return [entry[0], entry[1]];
  throw refused(`an entry is ${describeGiven(entry)}, not a name with its value`);
}

/** What a sender may write is judged as a request, not here; half a surrogate pair is nothing that a sender can have written. */
function headerValue(name: string, text: unknown): string {
  if (typeof text !== 'string') {
    throw refused(`the value of ${JSON.stringify(name)} is ${describeGiven(text)}`);
  }
  const bytes = byteString(text);
  // What is a byte string already has no char of a pair.
  if (bytes === text || isWellFormed(text)) return bytes;
  throw refused(`the value of ${JSON.stringify(name)} holds half a surrogate pair`);
}

function refused(problem: string): SetupError {
  return new SetupError(
    'headers',
    problem,
    'Give an object, pairs, a Map, Fetch’s Headers, a HeaderList, or Node’s req.rawHeaders.',
  );
}
