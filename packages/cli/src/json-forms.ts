/** One JSON value as the usual writers print it: what a sender signed, and a parser between has written anew. */

interface JsonForm {
  /** Who writes so, after “the body were JSON as … writes it”. */
  readonly writer: string;
  readonly comma: string;
  readonly colon: string;
  /** One level; absent: all in one line. */
  readonly indent?: string;
  /** A string's inside, of what `JSON.stringify` makes of it. */
  readonly escape?: (text: string) => string;
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

export const JSON_FORMS: readonly JsonForm[] = [
  { writer: 'Python’s json.dumps', comma: ', ', colon: ': ', escape: ascii },
  { writer: 'Python’s json.dumps with ensure_ascii=False', comma: ', ', colon: ': ' },
  { writer: 'JSON.stringify with 2 spaces', ...pretty('  ') },
  { writer: 'JSON.stringify with 4 spaces', ...pretty('    ') },
  { writer: 'JSON.stringify with tabs', ...pretty('\t') },
  { writer: 'PHP’s json_encode', ...dense, escape: (text) => slashes(ascii(text)) },
  { writer: 'PHP’s json_encode with JSON_UNESCAPED_UNICODE', ...dense, escape: slashes },
  {
    writer: 'Python’s json.dumps without blanks, or PHP’s with JSON_UNESCAPED_SLASHES',
    ...dense,
    escape: ascii,
  },
  { writer: 'Python’s json.dumps with indent=2', ...pretty('  '), escape: ascii },
  { writer: 'Python’s json.dumps with indent=4', ...pretty('    '), escape: ascii },
  {
    writer: 'PHP’s json_encode with JSON_PRETTY_PRINT',
    ...pretty('    '),
    escape: (text) => slashes(ascii(text)),
  },
  { writer: 'Go’s json.Marshal', ...dense, escape: markup },
  { writer: '.NET’s JsonSerializer', ...dense, escape: capitals },
];

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^{}[\],:"\s]+/g;

/** Numbers stay as they are written. Undefined where the text is no JSON. */
export function jsonInForm(text: string, form: JsonForm): string | undefined {
  if (!isJson(text)) return undefined;
  const { comma, colon, indent, escape: inside = asItIs } = form;
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
    else parts.push(token.startsWith('"') ? inside(JSON.stringify(JSON.parse(token))) : token);
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
