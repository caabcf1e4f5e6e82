/**
 * `JSON.parse` for what strangers write. That of V8 13.6 and later (Node 24, 26) may read a name that holds an escape as another one: the
 * name that stood there in an object which was parsed before, where the escape as it is written begins like it. After
 * `{"sub":"a","\\u0":1}` the member `exp` of `{"sub":"b","\u0065xp":1}` is `\u0`. So a forged token, or any other text that is parsed
 * before its proof, would decide how a genuine one is read.
 *
 * So it is handed no name with an escape: each is written plainly before. One that JSON cannot write plainly (`a"b`, `a\b`) has another name
 * until the text is parsed.
 *
 * @see https://github.com/nodejs/node/issues/63785
 */

/** A string with an escape and a colon behind it: a name. */
const ESCAPED_NAME = /\\.[^"\\]*"\s*:/s;
const COLON_BEHIND = /[ \t\n\r]*:/y;
/** A quote, a backslash, a control character. */
const NEVER_PLAIN = /[^ !#-[\]-\uffff]/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The value. @throws SyntaxError where it is no JSON */
export function parseExactJson(text: string): unknown {
  if (!ESCAPED_NAME.test(text)) return JSON.parse(text);
  const names = new InterimNames(text);
  try {
    const value: unknown = JSON.parse(withoutEscapedNames(text, names));
    return names.areNone ? value : withTrueNames(value, names);
  } catch (error) {
    // What is wrong with the text as it came.
    JSON.parse(text);
    throw error;
  }
}

/** Names that stand for those which JSON cannot write without an escape. */
class InterimNames {
  /** In no name that is written plainly. Short, since V8 reads short names faster; a letter first, since names that are numbers go first. */
  readonly #mark: string;
  readonly #byName = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    let mark: string;
    do mark = `n${Math.random().toString(36).slice(2, 7)}`;
    while (text.includes(mark));
    this.#mark = mark;
  }

  get areNone(): boolean {
    return this.#names.size === 0;
  }

  /** The name, or what stands for it in each of its spellings, since they are one member. */
  plainName(name: string): string {
    if (!NEVER_PLAIN.test(name) && !name.includes(this.#mark)) return name;
    let interim = this.#byName.get(name);
    if (interim === undefined) {
      interim = `${this.#mark}${this.#names.size.toString(36)}`;
      this.#byName.set(name, interim);
      this.#names.set(interim, name);
    }
    return interim;
  }

  isInterim(name: string): boolean {
    return name.startsWith(this.#mark);
  }

  trueName(name: string): string {
    return this.#names.get(name) ?? name;
  }
}

/** Looks no further than the last backslash. @throws SyntaxError for a name that is no string of JSON */
function withoutEscapedNames(text: string, names: InterimNames): string {
  const plain = new Map<string, string>();
  const parts: string[] = [];
  let from = 0;
  let start = text.indexOf('"');
  let backslash = text.indexOf('\\');
  while (start !== -1) {
    if (backslash !== -1 && backslash < start) backslash = text.indexOf('\\', start);
    if (backslash === -1) break;
    let end = text.indexOf('"', start + 1);
    if (backslash < end) {
      end = stringEnd(text, backslash);
      COLON_BEHIND.lastIndex = end + 1;
      if (COLON_BEHIND.test(text)) {
        const written = text.slice(start, end + 1);
        let name = plain.get(written);
        if (name === undefined) {
          name = names.plainName(JSON.parse(written) as string);
          plain.set(written, name);
        }
        parts.push(text.slice(from, start + 1), name);
        from = end;
      }
    }
    start = end === -1 ? -1 : text.indexOf('"', end + 1);
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The offset of a string's closing quote, or beyond the text's end. */
function stringEnd(text: string, inside: number): number {
  let i = inside;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) break;
    i += code === BACKSLASH ? 2 : 1;
  }
  return i;
}

type Members = Record<string | number, unknown>;

/** Not by recursion: a text may be nested deep. */
function withTrueNames(value: unknown, names: InterimNames): unknown {
  const root: unknown[] = [value];
  const rest: object[] = [root];
  const enter = (member: unknown, container: Members, name: string | number): void => {
    if (typeof member !== 'object' || member === null) return;
    const renamed = Array.isArray(member) ? member : renamedMembers(member as Members, names);
    if (renamed !== member) container[name] = renamed;
    rest.push(renamed);
  };
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const container = next as Members;
    if (Array.isArray(next)) for (let i = 0; i < next.length; i++) enter(next[i], container, i);
    else for (const name of Object.keys(next)) enter(container[name], container, name);
  }
  return root[0];
}

/** The members under their true names, in their order; the object itself where it has no other. */
function renamedMembers(object: Members, names: InterimNames): Members {
  const keys = Object.keys(object);
  if (!keys.some((key) => names.isInterim(key))) return object;
  const renamed: Members = {};
  for (const key of keys) {
    const name = names.trueName(key);
    if (name !== '__proto__') renamed[name] = object[key];
    else
      Object.defineProperty(renamed, name, {
        value: object[key],
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
  return renamed;
}
