/** A JSON text that is asked for single values: scanned once, when the first is asked for, and never held on to the loop for long. */
import { andThen } from './and-then.ts';
import type { MaybePromise } from './model.ts';
import { pause, type Sliced, withPauses } from './pause.ts';
import { type JsonText, type JsonValue, scanJson, valueAt } from './text/json-value.ts';

export { checkMemberPath, memberNames } from './schemes/member-path.ts';
export type { JsonValue } from './text/json-value.ts';

/**
 * Reads an object or a list by the rules of every JSON body here (`JsonScan`): where two parsers could read two things, as with a member
 * that is there twice, it reads nothing. The same for each who asks; the bytes must not change meanwhile.
 */
export class JsonReader {
  readonly #bytes: Uint8Array;
  #text: MaybePromise<JsonText | undefined> | undefined;
  #isScanned = false;
  /** By its path: those who ask for the same are many, and paths few. */
  readonly #values = new Map<string, MaybePromise<JsonValue | undefined>>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The value at the end of a path, as `memberNames` takes it apart: a name leads from an object to its member, digits from a list to its
   * element, from 0. Undefined where a step leads nowhere, and where the text breaks a rule. A short text is read at once.
   */
  find(path: readonly string[]): MaybePromise<JsonValue | undefined> {
    if (!this.#isScanned) {
      this.#isScanned = true;
      this.#text = inSlices(scanJson(this.#bytes));
    }
    const key = JSON.stringify(path);
    if (this.#values.has(key)) return this.#values.get(key);
    const value = andThen(this.#text, (text) => text && inSlices(valueAt(text, path)));
    this.#values.set(key, value);
    return value;
  }
}

/** The first slice at once, and each other one in a later turn of the loop. */
function inSlices<T>(work: Sliced<T>): MaybePromise<T> {
  const first = work.next();
  return first.done ? first.value : pause().then(() => withPauses(work));
}
