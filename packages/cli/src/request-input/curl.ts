/** A pasted curl line, as browsers, Postman and people write it. Nothing is run, and no file is read. */

import { didYouMean } from '../near-miss.ts';
import { UsageError } from '../usage-error.ts';
import { isCmdLine, splitCmdWords } from './cmd-words.ts';
import { type CurlOption, LONG_OPTIONS, SHORT_OPTIONS, takesValue } from './curl-options.ts';
import { type HeaderPair, headerList, lengthNotes, type RequestInput, trimBlanks } from './request-input.ts';
import { splitShellWords } from './shell-words.ts';

/**
 * Reads the request that curl would send.
 * @param line a byte string, so that the body's bytes pass through as they are.
 * @throws UsageError for an option that cannot be followed, a missing URL, a file that the line names.
 */
export function parseCurl(line: string): RequestInput {
  const { command, stdin } = splitPipe(line.replace(/^\s*[$%]\s+(?=curl|printf)/, ''));
  const { words, rest } = isCmdLine(command)
    ? { words: splitCmdWords(command), rest: '' }
    : splitShellWords(command);
  const readFile: ReadFile = (option, file) => {
    if (file !== '-') throw new UsageError(`${option} names a file`, FILE_REMEDY);
    if (stdin !== undefined) return stdin;
    throw new UsageError('the curl line reads its standard input', 'Write the body out.');
  };
  const draft: Draft = { headers: [], removed: [], data: [], urls: [] };
  for (const { option, name, value } of readOptions(words.slice(1))) {
    apply(draft, option, name, value, readFile);
  }
  const [url, second] = draft.urls;
  if (url === undefined) throw new UsageError('the curl line has no URL', 'Paste the whole line.');
  if (second !== undefined) throw new UsageError('the curl line has more than one URL', 'Paste one request.');
  const data = draft.data.length === 0 ? undefined : draft.data.join('&');
  const body = data === undefined || draft.get === true ? '' : data;
  const request = {
    method: draft.method ?? (draft.head ? 'HEAD' : data === undefined || draft.get ? 'GET' : 'POST'),
    url: draft.get === true && data !== undefined ? withQuery(withScheme(url), data) : withScheme(url),
    headers: headerList(allHeaders(draft, data !== undefined && draft.get !== true)),
    body: Buffer.from(body, 'latin1'),
  };
  const left = rest === '' ? [] : ['What follows the curl command on the line was left out.'];
  return { form: 'curl', request, notes: [...left, ...lengthNotes(request)] };
}

/** A body that is no text is piped into curl as base64: `countersign sign --as curl` prints it so. */
const PIPED = /^printf %s ([A-Za-z0-9+/=]+) \| base64 -d \| (?=curl\s)/;

/** Whether a text begins as a curl line. */
export function isCurlLine(start: string): boolean {
  return /^(?:[$%]\s+)?(?:curl(?:\.exe)?\s|printf %s [A-Za-z0-9+/=])/.test(start);
}

function splitPipe(line: string): { readonly command: string; readonly stdin?: Uint8Array } {
  const match = PIPED.exec(line);
  if (match === null) {
    if (!line.startsWith('printf')) return { command: line };
    throw new UsageError('no curl line follows `printf`', 'Paste the whole line.');
  }
  return { command: line.slice(match[0].length), stdin: Buffer.from(match[1] as string, 'base64') };
}

/** @param option as the line has it, with its value. @throws UsageError for all but `-`. */
type ReadFile = (option: string, file: string) => Uint8Array;

/** A line that was captured elsewhere would have this machine's files sent, or judged. */
const FILE_REMEDY =
  'Write the body out with --data-raw, or give the request as JSON with its body, or bodyBase64.';

interface Draft {
  method?: string;
  get?: boolean;
  head?: boolean;
  isJson?: boolean;
  user?: string;
  bearer?: string;
  readonly headers: HeaderPair[];
  /** Lower-case names of curl's own headers that `Name:` takes away. */
  readonly removed: string[];
  readonly data: string[];
  readonly urls: string[];
}

interface GivenOption {
  readonly option: CurlOption;
  readonly name: string;
  readonly value: string;
}

function* readOptions(words: readonly string[]): Generator<GivenOption> {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-' || !word.startsWith('-')) {
      yield { option: 'url', name: 'url', value: word };
    } else if (word.startsWith('--')) {
      const option = longOption(word.slice(2));
      const value = takesValue(option) ? valueAfter(words, i++, word) : '';
      yield { option, name: word, value };
    } else {
      for (let at = 1; at < word.length; at++) {
        const name = `-${word[at]}`;
        const long = SHORT_OPTIONS[word[at] as string];
        if (long === undefined) throw unknownOption(name, []);
        const option = longOption(long);
        if (!takesValue(option)) {
          yield { option, name, value: '' };
          continue;
        }
        // The rest of the word is the value, or the next word is.
        const inline = word.slice(at + 1);
        yield { option, name, value: inline !== '' ? inline : valueAfter(words, i++, name) };
        break;
      }
    }
  }
}

function longOption(name: string): CurlOption {
  const option = Object.hasOwn(LONG_OPTIONS, name) ? LONG_OPTIONS[name] : undefined;
  if (option !== undefined) return option;
  if (name.startsWith('no-') && Object.hasOwn(LONG_OPTIONS, name.slice(3))) return 'quiet';
  throw unknownOption(
    `--${name}`,
    Object.keys(LONG_OPTIONS).map((optionName) => `--${optionName}`),
  );
}

function unknownOption(name: string, names: readonly string[]): UsageError {
  return new UsageError(
    `curl’s option ${name} is not known here`,
    `${didYouMean(name, names)}Take it out if it does not change the request, or give the request as JSON.`,
  );
}

function valueAfter(words: readonly string[], i: number, name: string): string {
  const value = words[i + 1];
  if (value === undefined)
    throw new UsageError(`curl’s option ${name} lacks its value`, 'Paste the whole line.');
  return value;
}

const REFUSED_REMEDY =
  'Capture the request as it arrives instead: a raw HTTP message, or JSON with bodyBase64.';

function apply(draft: Draft, option: CurlOption, name: string, value: string, readFile: ReadFile): void {
  switch (option) {
    case 'request':
      draft.method = value;
      return;
    case 'header':
      if (value.startsWith('@'))
        throw new UsageError(`${name} ${value} names a file`, 'Write its headers out.');
      addHeader(draft, value);
      return;
    case 'json':
      draft.isJson = true;
      draft.data.push(readData(name, value, readFile, 'binary'));
      return;
    case 'data':
      draft.data.push(readData(name, value, readFile, 'text'));
      return;
    case 'data-binary':
      draft.data.push(readData(name, value, readFile, 'binary'));
      return;
    case 'data-raw':
      draft.data.push(value);
      return;
    case 'data-urlencode':
      draft.data.push(urlencodeData(name, value, readFile));
      return;
    case 'user':
      draft.user = value;
      return;
    case 'oauth2-bearer':
      draft.bearer = value;
      return;
    case 'user-agent':
      draft.headers.push({ name: 'User-Agent', value });
      return;
    case 'referer':
      draft.headers.push({ name: 'Referer', value });
      return;
    case 'cookie':
      if (!value.includes('='))
        throw new UsageError(`${name} ${value} names a cookie file`, 'Write its cookies out.');
      draft.headers.push({ name: 'Cookie', value });
      return;
    case 'url':
      draft.urls.push(value);
      return;
    case 'get':
      draft.get = true;
      return;
    case 'head':
      draft.head = true;
      return;
    case 'compressed':
      draft.headers.push({ name: 'Accept-Encoding', value: 'deflate, gzip' });
      return;
    case 'refused':
      throw new UsageError(`curl makes up bytes for ${name} that the line does not show`, REFUSED_REMEDY);
    case 'ignored':
    case 'quiet':
      return;
  }
}

/** `Name: value`; `Name;` is a header without a value; `Name:` takes curl's own away. */
function addHeader({ headers, removed }: Draft, text: string): void {
  const colon = text.indexOf(':');
  const name = trimBlanks(text.slice(0, Math.max(0, colon)));
  if (name !== '') {
    const value = trimBlanks(text.slice(colon + 1));
    if (value === '') removed.push(name.toLowerCase());
    else headers.push({ name, value });
  } else if (/^[^\s;]+;$/.test(text)) headers.push({ name: text.slice(0, -1), value: '' });
  else throw new UsageError('a header of the curl line has no colon', "Write -H 'Name: value'.");
}

function allHeaders(draft: Draft, hasBody: boolean): readonly HeaderPair[] {
  const has = (name: string): boolean =>
    draft.removed.includes(name) || draft.headers.some((pair) => pair.name.toLowerCase() === name);
  const own: HeaderPair[] = [];
  const add = (name: string, value: string): void => {
    if (!has(name.toLowerCase())) own.push({ name, value });
  };
  if (draft.user !== undefined) {
    add('Authorization', `Basic ${Buffer.from(draft.user, 'latin1').toString('base64')}`);
  }
  if (draft.bearer !== undefined) add('Authorization', `Bearer ${draft.bearer}`);
  if (draft.isJson === true) add('Content-Type', 'application/json');
  if (draft.isJson === true) add('Accept', 'application/json');
  if (hasBody && draft.isJson !== true) add('Content-Type', 'application/x-www-form-urlencoded');
  return [...own, ...draft.headers];
}

/** `@-` is what is piped into curl; as text it loses its line ends and zero bytes, as curl does it. */
function readData(option: string, value: string, readFile: ReadFile, as: 'text' | 'binary'): string {
  if (!value.startsWith('@')) return value;
  const text = Buffer.from(readFile(`${option} ${fileName(value)}`, value.slice(1))).toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: curl drops these from text data.
  return as === 'text' ? text.replace(/[\r\n\x00]/g, '') : text;
}

/** `text`, `=text`, `name=text`, `@file`, `name@file`. */
function urlencodeData(option: string, value: string, readFile: ReadFile): string {
  const match = /^([^=@]*)([=@])(.*)$/s.exec(value);
  if (match === null) return percentEncode(value);
  const [, name = '', sign, content = ''] = match;
  const isFile = sign === '@';
  const text = isFile
    ? Buffer.from(readFile(`${option} ${fileName(value)}`, content)).toString('latin1')
    : content;
  return (name === '' ? '' : `${name}=`) + percentEncode(text);
}

function fileName(byteString: string): string {
  return Buffer.from(byteString, 'latin1').toString('utf8');
}

function percentEncode(byteString: string): string {
  return byteString.replace(
    /[^A-Za-z0-9\-._~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
}

function withQuery(url: string, data: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${data}`;
}
