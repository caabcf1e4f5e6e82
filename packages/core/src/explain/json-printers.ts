/** How the usual printers write JSON: what a sender signed, where the body arrives printed by another. */
import type { NumberForm } from './json-numbers.ts';
import type { JsonStyle } from './json-print.ts';

export interface JsonPrinter extends JsonStyle {
  /** Kebab-case; part of a hypothesis’ id. */
  readonly id: string;
  /** Who writes so, after “as … writes it”. */
  readonly writer: string;
  /** How others that print the same write numbers. */
  readonly otherNumbers?: NumberForm;
}

type Escape = (quoted: string) => string;

/** A string with its quotes, of what `JSON.stringify` makes of it. */
const text =
  (...escapes: readonly Escape[]) =>
  (plain: string): string =>
    escapes.reduce((quoted, change) => change(quoted), JSON.stringify(plain));

const code = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
const capitalCode = (char: string): string => code(char).toUpperCase().replace('\\U', '\\u');
const ascii: Escape = (quoted) => quoted.replace(/[\u007f-\uffff]/g, code);
const capitalAscii: Escape = (quoted) => quoted.replace(/[\u0080-\uffff]/g, capitalCode);
const slashes: Escape = (quoted) => quoted.replaceAll('/', '\\/');
const closingTags: Escape = (quoted) =>
  quoted.replaceAll('</', '<\\/').replace(/[\u0080-\u009f\u2000-\u20ff]/g, code);
const markup: Escape = (quoted) => quoted.replace(/[<>&\u2028\u2029]/g, code);
const html: Escape = (quoted) => quoted.replace(/[<>&='\u2028\u2029]/g, code);
const script: Escape = (quoted) => quoted.replace(/[<>&'\u0085\u2028\u2029]/g, code);
const dotnet: Escape = (quoted) =>
  quoted.replaceAll('\\"', '\\u0022').replace(/[<>&'+`\u007f-\uffff]/g, capitalCode);

/** `repr` of a text that can be printed: in single quotes, unless there are some inside and no double ones. */
function pythonText(plain: string): string {
  const quote = plain.includes("'") && !plain.includes('"') ? '"' : "'";
  const inside = JSON.stringify(plain).slice(1, -1).replaceAll('\\"', '"');
  return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
}

const dense = { comma: ',', colon: ':' };
const spaced = { comma: ', ', colon: ': ' };
const pretty = (indent: string) => ({ comma: ',', colon: ': ', indent });
const asPython = { numbers: 'as-python' } as const;
const asPhp = { numbers: 'as-php' } as const;
const asJavaScript = { numbers: 'as-javascript' } as const;
const byName = { order: 'by-name' } as const;

/** The likeliest first. Where two print the same, the first names both. */
export const JSON_PRINTERS: readonly JsonPrinter[] = [
  { id: 'compact', writer: 'a printer without blanks', ...dense, otherNumbers: 'as-python' },
  {
    id: 'javascript',
    writer: 'JavaScript’s JSON.stringify',
    ...dense,
    ...asJavaScript,
    otherNumbers: 'as-php',
    order: 'whole-numbers-first',
  },
  { id: 'python', writer: 'Python’s json.dumps', ...spaced, text: text(ascii), ...asPython },
  {
    id: 'python-unicode',
    writer: 'Python’s json.dumps with ensure_ascii=False',
    ...spaced,
    ...asPython,
  },
  {
    id: 'javascript-2',
    writer: 'JSON.stringify with 2 spaces',
    ...pretty('  '),
    ...asJavaScript,
    otherNumbers: 'as-python',
  },
  { id: 'javascript-4', writer: 'JSON.stringify with 4 spaces', ...pretty('    '), ...asJavaScript },
  { id: 'javascript-tabs', writer: 'JSON.stringify with tabs', ...pretty('\t'), ...asJavaScript },
  {
    id: 'php',
    writer: 'PHP’s json_encode',
    ...dense,
    text: text(ascii, slashes),
    ...asPhp,
  },
  {
    id: 'php-unicode',
    writer: 'PHP’s json_encode with JSON_UNESCAPED_UNICODE, or Swift’s JSONEncoder,',
    ...dense,
    text: text(slashes),
    ...asPhp,
  },
  {
    id: 'python-compact',
    writer: 'Python’s json.dumps without blanks, or PHP’s json_encode with JSON_UNESCAPED_SLASHES,',
    ...dense,
    text: text(ascii),
    ...asPython,
    otherNumbers: 'as-php',
  },
  {
    id: 'sorted',
    writer:
      'a printer without blanks that sorts the members (RFC 8785, sort_keys, ORDER_MAP_ENTRIES_BY_KEYS)',
    ...dense,
    ...byName,
  },
  {
    id: 'python-sorted',
    writer: 'Python’s json.dumps with sort_keys=True',
    ...spaced,
    text: text(ascii),
    ...asPython,
    ...byName,
  },
  {
    id: 'python-compact-sorted',
    writer: 'Python’s json.dumps without blanks and with sort_keys=True',
    ...dense,
    text: text(ascii),
    ...asPython,
    ...byName,
  },
  {
    id: 'python-unicode-sorted',
    writer: 'Python’s json.dumps with sort_keys=True and ensure_ascii=False',
    ...spaced,
    ...asPython,
    ...byName,
  },
  {
    id: 'canonical',
    writer: 'the JSON Canonicalization Scheme (RFC 8785), or Perl’s JSON with canonical,',
    ...dense,
    ...asJavaScript,
    ...byName,
    otherNumbers: 'as-perl',
  },
  {
    id: 'go',
    writer: 'Go’s json.Marshal, or Rails’ to_json,',
    ...dense,
    text: text(markup),
    otherNumbers: 'as-javascript',
  },
  {
    id: 'go-map',
    writer: 'Go’s json.Marshal, from a map,',
    ...dense,
    text: text(markup),
    ...asJavaScript,
    ...byName,
  },
  { id: 'dotnet', writer: '.NET’s JsonSerializer', ...dense, text: text(dotnet) },
  {
    id: 'dotnet-framework',
    writer: '.NET’s JavaScriptSerializer, or PowerShell’s ConvertTo-Json -Compress,',
    ...dense,
    text: text(script),
  },
  { id: 'gson', writer: 'Java’s Gson', ...dense, text: text(html) },
  {
    id: 'gson-map',
    writer: 'Java’s Gson, from a map whose numbers are all doubles,',
    ...dense,
    text: text(html),
    numbers: 'all-floating',
  },
  {
    id: 'jackson-map',
    writer: 'Java’s Jackson, with its doubles,',
    ...dense,
    numbers: 'as-java',
  },
  {
    id: 'jackson-ascii',
    writer: 'Java’s Jackson with ESCAPE_NON_ASCII',
    ...dense,
    text: text(capitalAscii),
  },
  { id: 'org-json', writer: 'Java’s org.json', ...dense, text: text(closingTags) },
  {
    id: 'database',
    writer: 'a database (PostgreSQL’s jsonb, MySQL’s JSON)',
    ...spaced,
    order: 'by-length-and-name',
  },
  {
    id: 'python-2',
    writer: 'Python’s json.dumps with indent=2',
    ...pretty('  '),
    text: text(ascii),
    ...asPython,
  },
  {
    id: 'python-4',
    writer: 'Python’s json.dumps with indent=4',
    ...pretty('    '),
    text: text(ascii),
    ...asPython,
  },
  {
    id: 'php-pretty',
    writer: 'PHP’s json_encode with JSON_PRETTY_PRINT',
    ...pretty('    '),
    text: text(ascii, slashes),
    ...asPhp,
  },
  {
    id: 'sorted-2',
    writer: 'a printer with 2 spaces that sorts the members, e.g. jq -S,',
    ...pretty('  '),
    ...byName,
  },
  {
    id: 'python-4-sorted',
    writer: 'Python’s json.dumps with indent=4 and sort_keys=True',
    ...pretty('    '),
    text: text(ascii),
    ...asPython,
    ...byName,
  },
  {
    id: 'jackson-pretty',
    writer: 'Java’s Jackson with its pretty printer',
    comma: ',',
    colon: ' : ',
    indent: '  ',
    listsInLine: true,
  },
  {
    id: 'apple-pretty',
    writer: 'Swift’s JSONEncoder with prettyPrinted',
    comma: ',',
    colon: ' : ',
    indent: '  ',
    text: text(slashes),
  },
  {
    id: 'dotnet-pretty',
    writer: '.NET’s JsonSerializer with WriteIndented',
    ...pretty('  '),
    text: text(dotnet),
  },
  {
    id: 'python-repr',
    writer: 'Python’s str() of a dict',
    ...spaced,
    text: pythonText,
    quote: "'",
    words: { true: 'True', false: 'False', null: 'None' },
    ...asPython,
  },
  {
    id: 'ruby-inspect',
    writer: 'Ruby’s to_s of a Hash',
    comma: ', ',
    colon: '=>',
    words: { null: 'nil' },
  },
];
