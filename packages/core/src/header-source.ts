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
  try {
    putAll(flat, source);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw refused('they cannot be read');
  }
  return flat;
}

function putAll(flat: string[], source: unknown): void {
  if (Array.isArray(source)) {
    if (typeof source[0] === 'string') putInTurn(flat, source);
    else for (const entry of source) putPair(flat, entry);
  } else if (isPlain(source)) {
    for (const name of Object.keys(source)) putField(flat, name, source[name]);
  } else if (typeof source !== 'object' || source === null) {
    throw refused(`they are ${describeGiven(source)}`);
  } else if ('flat' in source && Array.isArray(source.flat)) {
    // Another copy of this package made it.
    putInTurn(flat, source.flat);
  } else if (Symbol.iterator in source) {
    for (const entry of source as Iterable<unknown>) putPair(flat, entry);
  } else {
    throw refused(`they are ${describeGiven(source)}`);
  }
}

function putInTurn(flat: string[], list: readonly unknown[]): void {
  if (list.length % 2 !== 0) throw refused('a name lacks its value');
  for (let i = 0; i < list.length; i += 2) putField(flat, list[i], list[i + 1]);
}

function putPair(flat: string[], entry: unknown): void {
  if (isPlain(entry) && 'name' in entry && 'value' in entry) {
    putField(flat, entry['name'], entry['value']);
    return;
  }
  if (!Array.isArray(entry) || entry.length !== 2)
    throw refused(`an entry is ${describeGiven(entry)}, not a name with its value`);
  putField(flat, entry[0], entry[1]);
}

function putField(flat: string[], name: unknown, value: unknown): void {
  if (typeof name !== 'string') throw refused(`a name is ${describeGiven(name)}`);
  if (typeof value === 'string') flat.push(name, headerValue(name, value));
  else if (value !== undefined)
    for (const element of isArray(value) ? value : [value]) flat.push(name, headerValue(name, element));
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
    'Give an object, pairs, { name, value } records, a Map, Fetch’s Headers, a HeaderList, or Node’s req.rawHeaders.',
  );
}
