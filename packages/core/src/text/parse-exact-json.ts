/**
 * `JSON.parse` for what strangers write. That of V8 13.6 and later (Node 24, 26) may read a name that holds an escape as another one: the
 * name that stood there in an object which was parsed before, where the escape as it is written begins like it. After
 * `{"sub":"a","\\u0":1}` the member `exp` of `{"sub":"b","\u0065xp":1}` is `\u0`. So a forged token, or any other text that is parsed
 * before its proof, would decide how a genuine one is read.
 *
 * @see https://github.com/nodejs/node/issues/63785
 */

/** A string with an escape and a colon behind it: a name. */
const ESCAPED_NAME = /\\.[^"\\]*"\s*:/s;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;

/** The value. @throws SyntaxError where it is no JSON */
export function parseExactJson(text: string): unknown {
  if (!ESCAPED_NAME.test(text)) return JSON.parse(text);
  // Each object begins with a member that none before it had: there is no name that is expected behind it.
  const mark = `${Math.random()} `;
  const value: unknown = JSON.parse(marked(text, mark));
  removeMarks(value, mark);
  return value;
}

function marked(text: string, mark: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = stringEnd(text, i);
    if (code !== OPEN_OBJECT) continue;
    const isEmpty = /\s*\}/y;
    isEmpty.lastIndex = i + 1;
    parts.push(text.slice(from, i + 1), `"${mark}${i}":0${isEmpty.test(text) ? '' : ','}`);
    from = i + 1;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The offset of a string's closing quote, or the text's end. */
function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}

/** Not by recursion: a text may be nested deep. */
function removeMarks(value: unknown, mark: string): void {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    const object = next as Record<string, unknown>;
    if (!Array.isArray(next)) {
      const name = Object.keys(object).find((key) => key.startsWith(mark));
      if (name !== undefined) delete object[name];
    }
    for (const member of Object.values(object)) rest.push(member);
  }
}
