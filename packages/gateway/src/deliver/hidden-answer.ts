/** What a destination said, without the secrets that it was sent: some send back all that they get, and answers are kept and shown. */
import { Buffer } from 'node:buffer';

/** A shorter value is in too many answers by chance. */
const LEAST_BYTES = 4;
const HIDDEN = '[hidden]';

/**
 * @param answer its first bytes: a secret at their end may be cut off
 * @param secrets byte strings, as headers are
 */
export function hiddenAnswer(answer: Uint8Array, secrets: readonly string[]): Uint8Array {
  const needles = [...new Set(secrets.flatMap(spellings))].filter(({ length }) => length >= LEAST_BYTES);
  if (needles.length === 0) return answer;
  const text = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).toString('latin1');
  // The longest first: one may be within another.
  needles.sort((a, b) => b.length - a.length);
  const hidden = needles.reduce((rest, needle) => rest.replaceAll(needle, HIDDEN), text);
  const cut = withoutCut(hidden, needles);
  return cut === text ? answer : Buffer.from(cut, 'latin1');
}

/** As it was sent, behind its scheme's name, as JSON and as a URL have it. */
function spellings(secret: string): readonly string[] {
  const space = secret.indexOf(' ');
  const plain = space < 0 ? [secret] : [secret, secret.slice(space + 1)];
  return plain.flatMap((text) => {
    const utf8 = Buffer.from(text, 'latin1').toString('utf8');
    return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(utf8)];
  });
}

function withoutCut(text: string, needles: readonly string[]): string {
  for (const needle of needles)
    for (let length = Math.min(needle.length - 1, text.length); length >= LEAST_BYTES; length--)
      if (text.endsWith(needle.slice(0, length))) return `${text.slice(0, -length)}${HIDDEN}`;
  return text;
}
