/** A pasted curl line, as browsers, Postman and people write it. Nothing is run, and no file is read. */

import { nearMiss } from '../near-miss.ts';
import { shortened } from '../text/amounts.ts';
import type { Sliced } from '../text/bytes.ts';
import { decodeBase64, encodeBase64 } from '../text/encodings.ts';
import { isCmdLine, splitCmdWords } from './cmd-words.ts';
import { LONG_VALUE, type ReadFile, readData, urlencodeData } from './curl-data.ts';
import { type CurlOption, LONG_OPTIONS, SHORT_OPTIONS, takesValue } from './curl-options.ts';
import { InputError, MAX_QUOTED_CHARS } from './input-error.ts';
import {
  bytesOf,
  type HeaderPair,
  headerList,
  lengthNotes,
  type RequestInput,
  trimBlanks,
} from './request-input.ts';
import { splitShellWords } from './shell-words.ts';
import { MAX_WORDS, tooManyWords } from './word-builder.ts';

/**
 * Reads the request that curl would send.
 * @param line a byte string, so that the body's bytes pass through as they are.
 * @throws InputError for an option that cannot be followed, a missing URL, a file that the line names.
 */
export function* parseCurl(line: string): Sliced<RequestInput> {
  const { command, stdin } = splitPipe(line.replace(/^\s*[$%]\s+(?=curl|printf)/, ''));
  const { words, rest } = isCmdLine(command)
    ? { words: yield* splitCmdWords(command), rest: '' }
    : splitShellWords(command);
  yield;
  const readFile: ReadFile = (option, file) => {
    if (file !== '-') throw new InputError(`${option} names a file`, FILE_REMEDY);
    if (stdin !== undefined) return stdin;
    throw new InputError('the curl line reads its standard input', 'Write the body out.');
  };
  const draft: Draft = { headers: [], removed: [], data: [], urls: [] };
  let count = 0;
  for (const { option, name, value } of readOptions(words.slice(1))) {
    if (++count > MAX_WORDS) throw tooManyWords();
    if (value.length > LONG_VALUE) yield;
    if (option === 'data-urlencode') draft.data.push(yield* urlencodeData(name, value, readFile));
    else apply(draft, option, name, value, readFile);
  }
  const [url, second] = draft.urls;
  if (url === undefined) throw new InputError('the curl line has no URL', 'Paste the whole line.');
  if (second !== undefined) throw new InputError('the curl line has more than one URL', 'Paste one request.');
  const data = draft.data.length === 0 ? undefined : draft.data.join('&');
  const body = data === undefined || draft.get === true ? '' : data;
  yield;
  const request = {
    method: draft.method ?? (draft.head ? 'HEAD' : data === undefined || draft.get ? 'GET' : 'POST'),
    url: draft.get === true && data !== undefined ? withQuery(withScheme(url), data) : withScheme(url),
    headers: headerList(allHeaders(draft, data !== undefined && draft.get !== true)),
    body: bytesOf(body),
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
    throw new InputError('no curl line follows `printf`', 'Paste the whole line.');
  }
  const [pipe, encoded = ''] = match;
  return { command: line.slice(pipe.length), stdin: pipedBytes(encoded) };
}

function pipedBytes(base64: string): Uint8Array {
  const bytes = decodeBase64(base64);
  if (bytes !== undefined) return bytes;
  throw new InputError('what is piped into curl is not base64', 'Paste the whole line.');
}

/** A line that was captured elsewhere would have this machine's files sent, or judged. */
const FILE_REMEDY =
  'Write the body out with --data-raw, or give the request as JSON with its body, or bodyBase64.';

interface Draft {
  method?: string;
  get?: boolean;
  head?: boolean;
  isJson?: boolean;
  user?: string;
  /** As the URL has it. */
  urlUser?: string;
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

function unknownOption(name: string, names: readonly string[]): InputError {
  const meant = nearMiss(name, names);
  return new InputError(
    `curl’s option ${shortened(name, MAX_QUOTED_CHARS)} is not known here`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Take it out if it does not change the request, or give the request as JSON.`,
  );
}

function valueAfter(words: readonly string[], i: number, name: string): string {
  const value = words[i + 1];
  if (value === undefined)
    throw new InputError(`curl’s option ${name} lacks its value`, 'Paste the whole line.');
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
        throw new InputError(
          `${name} ${shortened(value, MAX_QUOTED_CHARS)} names a file`,
          'Write its headers out.',
        );
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
        throw new InputError(
          `${name} ${shortened(value, MAX_QUOTED_CHARS)} names a cookie file`,
          'Write its cookies out.',
        );
      draft.headers.push({ name: 'Cookie', value });
      return;
    case 'url':
      addUrl(draft, value);
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
      throw new InputError(`curl makes up bytes for ${name} that the line does not show`, REFUSED_REMEDY);
    case 'ignored':
    case 'quiet':
      return;
  }
}

/** Credentials in the URL are none of the target: curl sends them as a header, unless the line gives others. */
function addUrl(draft: Draft, text: string): void {
  const [, scheme, user, rest] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@(.*)$/is.exec(withScheme(text)) ?? [];
  draft.urls.push(user === undefined ? text : `${scheme}${rest}`);
  if (user === undefined) return;
  const bytes = user.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  draft.urlUser = bytes.includes(':') ? bytes : `${bytes}:`;
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
  else throw new InputError('a header of the curl line has no colon', "Write -H 'Name: value'.");
}

function allHeaders(draft: Draft, hasBody: boolean): readonly HeaderPair[] {
  const has = (name: string): boolean =>
    draft.removed.includes(name) || draft.headers.some((pair) => pair.name.toLowerCase() === name);
  const own: HeaderPair[] = [];
  const add = (name: string, value: string): void => {
    if (!has(name.toLowerCase())) own.push({ name, value });
  };
  const user = draft.user ?? draft.urlUser;
  if (user !== undefined) add('Authorization', `Basic ${encodeBase64(bytesOf(user))}`);
  if (draft.bearer !== undefined) add('Authorization', `Bearer ${draft.bearer}`);
  if (draft.isJson === true) add('Content-Type', 'application/json');
  if (draft.isJson === true) add('Accept', 'application/json');
  if (hasBody && draft.isJson !== true) add('Content-Type', 'application/x-www-form-urlencoded');
  return [...own, ...draft.headers];
}

function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
}

function withQuery(url: string, data: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${data}`;
}
