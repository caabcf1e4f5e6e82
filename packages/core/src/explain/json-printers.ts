/** One JSON value as the usual printers write it: what a sender signed, and a parser between has printed anew. */

export interface JsonPrinter {
  /** Kebab-case; part of a hypothesis’ id. */
  readonly id: string;
  /** Who writes so, after “as … writes it”. */
  readonly writer: string;
  readonly comma: string;
  readonly colon: string;
  /** One level; absent: all in one line. */
  readonly indent?: string;
  /** A string’s inside, of what `JSON.stringify` makes of it. */
  readonly escape?: (text: string) => string;
  /** Whether numbers are printed as JavaScript does; else they stay as they are written. */
  readonly numbers?: 'as JavaScript';
}

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');
const ascii = (text: string): string => text.replace(/[\u007f-\uffff]/g, (char) => `\\u${hex(char)}`);
const slashes = (text: string): string => text.replaceAll('/', '\\/');
const markup = (text: string): string => text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${hex(char)}`);
const capitals = (text: string): string =>
  text
    .replace(/[<>&'+`\u007f-\uffff]/g, (char) => `\\u${hex(char).toUpperCase()}`)
    .replaceAll('\\"', '\\u0022');

const asItIs = (text: string): string => text;

const dense = { comma: ',', colon: ':' };
const pretty = (indent: string) => ({ comma: ',', colon: ': ', indent });

export const JSON_PRINTERS: readonly JsonPrinter[] = [
  { id: 'compact', writer: 'a printer without blanks', ...dense },
  { id: 'javascript', writer: 'JavaScript’s JSON.stringify', ...dense, numbers: 'as JavaScript' },
  { id: 'python', writer: 'Python’s json.dumps', comma: ', ', colon: ': ', escape: ascii },
  { id: 'python-unicode', writer: 'Python’s json.dumps with ensure_ascii=False', comma: ', ', colon: ': ' },
  { id: 'javascript-2', writer: 'JSON.stringify with 2 spaces', ...pretty('  ') },
  { id: 'javascript-4', writer: 'JSON.stringify with 4 spaces', ...pretty('    ') },
  { id: 'javascript-tabs', writer: 'JSON.stringify with tabs', ...pretty('\t') },
  { id: 'php', writer: 'PHP’s json_encode', ...dense, escape: (text) => slashes(ascii(text)) },
  { id: 'php-unicode', writer: 'PHP’s json_encode with JSON_UNESCAPED_UNICODE', ...dense, escape: slashes },
  {
    id: 'python-compact',
    writer: 'Python’s json.dumps without blanks, or PHP’s json_encode with JSON_UNESCAPED_SLASHES,',
    ...dense,
    escape: ascii,
  },
  { id: 'python-2', writer: 'Python’s json.dumps with indent=2', ...pretty('  '), escape: ascii },
  { id: 'python-4', writer: 'Python’s json.dumps with indent=4', ...pretty('    '), escape: ascii },
  {
    id: 'php-pretty',
    writer: 'PHP’s json_encode with JSON_PRETTY_PRINT',
    ...pretty('    '),
    escape: (text) => slashes(ascii(text)),
  },
  { id: 'go', writer: 'Go’s json.Marshal', ...dense, escape: markup },
  { id: 'dotnet', writer: '.NET’s JsonSerializer', ...dense, escape: capitals },
];

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^{}[\],:"\s]+/g;

/** Undefined where the text is no JSON. */
export function printedBy(printer: JsonPrinter, text: string): string | undefined {
  if (!isJson(text)) return undefined;
  const { comma, colon, indent, escape: inside = asItIs, numbers } = printer;
  const parts: string[] = [];
  let depth = 0;
  let last = '';
  const breakLine = (): void => {
    if (indent !== undefined) parts.push(`\n${indent.repeat(depth)}`);
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (closes) depth--;
    // An empty object or list stays in one piece.
    const opened = last === '{' || last === '[';
    if (closes ? !opened : opened || last === ',') breakLine();
    if (token === '{' || token === '[') depth++;
    if (token === ',') parts.push(comma);
    else if (token === ':') parts.push(colon);
    else if (token.startsWith('"')) parts.push(inside(JSON.stringify(JSON.parse(token))));
    else parts.push(numbers === 'as JavaScript' && /^[-\d]/.test(token) ? String(Number(token)) : token);
    last = token;
  }
  return parts.join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
