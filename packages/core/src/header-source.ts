/** Header fields in every form that people hold them, read into names and values in turn. */
import { describeGiven, isPlain } from './given.ts';
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
    for (const one of isList(value) ? value : [value]) {
      if (typeof one !== 'string')
        throw refused(`the value of ${JSON.stringify(name)} is ${describeGiven(one)}`);
      flat.push(name, headerValue(name, one));
    }
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
  return list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1]] as const] : []));
}

function isList(value: unknown): value is readonly unknown[] {
  return typeof value === 'object' && value !== null && describeGiven(value) === 'an array';
}

function pair(entry: unknown): Entry {
  if (Array.isArray(entry) && entry.length === 2) return [entry[0], entry[1]];
  throw refused(`an entry is ${describeGiven(entry)}, not a name with its value`);
}

/** What a sender may write is judged as a request, not here; half a surrogate pair is nothing that a sender can have written. */
function headerValue(name: string, text: string): string {
  if (isWellFormed(text)) return byteString(text);
  throw refused(`the value of ${JSON.stringify(name)} holds half a surrogate pair`);
}

function refused(problem: string): SetupError {
  return new SetupError(
    'headers',
    problem,
    'Give an object, pairs, a Map, Fetch’s Headers, a HeaderList, or Node’s req.rawHeaders.',
  );
}
