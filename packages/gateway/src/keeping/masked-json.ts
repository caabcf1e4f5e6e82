/** A body of JSON with other values in place of some members’: every other byte stays. */
import { Buffer } from 'node:buffer';

/** An object or array that is open. */
interface Level {
  readonly isObject: boolean;
  /** The member’s name; of an array its place. */
  name: string;
  index: number;
}

/** Values are masked beside one another in a second at most: a text of only brackets is no message. */
const MAX_DEPTH = 1_000;

/**
 * @param paths a name alone masks wherever it stands; several are a path from the top, `*` for each member or element
 * @returns undefined for what is no JSON
 */
export function maskedJson(
  bytes: Buffer,
  paths: readonly (readonly string[])[],
  mask: Buffer,
): Buffer | undefined {
  const text = bytes.toString('latin1');
  if (!isJson(bytes)) return undefined;
  const names = new Set(paths.flatMap((path) => (path.length === 1 ? path : [])));
  const longer = paths.filter((path) => path.length > 1);
  const levels: Level[] = [];
  const isMasked = (): boolean => {
    const last = levels.at(-1);
    if (last === undefined) return false;
    if (last.isObject && names.has(last.name)) return true;
    return longer.some(
      (path) =>
        path.length === levels.length && path.every((name, i) => name === '*' || name === levels[i]?.name),
    );
  };
  const pieces: Buffer[] = [];
  let copied = 0;
  let at = 0;
  let isName = false;
  while (at < text.length) {
    const char = text.charAt(at);
    const level = levels.at(-1);
    if (/[\s,:]/.test(char)) {
      if (char === ',' && level !== undefined) {
        level.index++;
        if (!level.isObject) level.name = String(level.index);
        isName = level.isObject;
      }
      at++;
    } else if (char === '}' || char === ']') {
      levels.pop();
      isName = false;
      at++;
    } else if (isName && level !== undefined) {
      const end = stringEnd(text, at);
      level.name = nameOf(bytes.subarray(at, end));
      isName = false;
      at = end;
    } else if (isMasked()) {
      const end = valueEnd(text, at);
      pieces.push(bytes.subarray(copied, at), mask);
      copied = end;
      at = end;
    } else if (char === '{' || char === '[') {
      if (levels.length === MAX_DEPTH) return undefined;
      levels.push({ isObject: char === '{', name: '0', index: 0 });
      isName = char === '{';
      at++;
    } else at = char === '"' ? stringEnd(text, at) : scalarEnd(text, at);
  }
  return Buffer.concat([...pieces, bytes.subarray(copied)]);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

function nameOf(written: Buffer): string {
  return String(JSON.parse(written.toString()));
}

/** Behind the closing quote. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
  return at;
}

/** Behind a whole value. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '"') at = stringEnd(text, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
    } else if (depth === 0) return scalarEnd(text, at);
    else at++;
    if (depth === 0) return at;
  }
  return text.length;
}
