// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a shell would replace.
import { join } from 'node:path';
import { HeaderList } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../core/src/pause.ts';
import { parseCurl as readCurl } from '../../../core/src/request-input/curl.ts';
import type { RequestInput } from '../../../core/src/request-input/request-input.ts';
import { splitShellWords } from '../../../core/src/request-input/shell-words.ts';
import { curlLine } from '../../src/print-request.ts';
import { UsageError } from '../../src/usage-error.ts';

function parseCurl(line: string): RequestInput {
  return atOnce(readCurl(line));
}

const byteString = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const parse = (line: string) => {
  const { request, notes } = parseCurl(byteString(line));
  return {
    line: `${request.method} ${request.url}`,
    headers: Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(request.body).toString('utf8'),
    notes,
  };
};

describe('splitShellWords', () => {
  it.each([
    [`a  b`, ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a'b'"c"d`, ['abcd']],
    [`'it'\\''s'`, ["it's"]],
    [`"a\\"b\\\\c\\nd"`, ['a"b\\c\\nd']],
    [`$'a\\nb\\x41\\'\\u00e9\\101'`, ["a\nbA'\xc3\xa9A"]],
    [`a \\\n b \\\r\n c`, ['a', 'b', 'c']],
    [`a\\ b`, ['a b']],
    [`'' ""`, ['', '']],
  ])('%j', (line, words) => {
    expect(splitShellWords(line).words).toEqual(words);
  });

  it('stops where the command ends', () => {
    expect(splitShellWords('curl x | jq .')).toEqual({ words: ['curl', 'x'], rest: '| jq .' });
    expect(splitShellWords('curl x\necho')).toEqual({ words: ['curl', 'x'], rest: 'echo' });
  });

  it.each(['$HOME', '"$HOME"', '"${A}"', '`date`', '"$(date)"'])(
    'refuses %s, which a shell would replace',
    (line) => {
      expect(() => splitShellWords(line)).toThrow(/would replace/);
    },
  );

  it.each(["'a", '"a', "$'a"])('refuses %s, which is not closed', (line) => {
    expect(() => splitShellWords(line)).toThrow(/not closed/);
  });
});

describe('parseCurl', () => {
  it('reads a line as Chrome copies it', () => {
    const line = `curl 'https://api.example/hook?x=1' \\\n  -H 'accept: */*' \\\n  -H 'content-type: application/json' \\\n  --data-raw $'{"a":"it\\'s"}' \\\n  --compressed --insecure`;
    expect(parse(line)).toEqual({
      line: 'POST https://api.example/hook?x=1',
      headers: { accept: '*/*', 'content-type': 'application/json', 'accept-encoding': 'deflate, gzip' },
      body: `{"a":"it's"}`,
      notes: [],
    });
  });

  it.each([
    [`curl x.example`, 'GET http://x.example', ''],
    [`$ curl -X PUT http://x -d a -d b`, 'PUT http://x', 'a&b'],
    [`curl -XPATCH -sSd 'a=1' http://x`, 'PATCH http://x', 'a=1'],
    [`curl -I http://x`, 'HEAD http://x', ''],
    [`curl -G http://x?a=1 -d b=2 --data-urlencode 'c=d e'`, 'GET http://x?a=1&b=2&c=d%20e', ''],
    [`printf %s YQpiDQo= | base64 -d | curl --url http://x -d @-`, 'POST http://x', 'ab'],
    [`printf %s YQpiDQo= | base64 -d | curl http://x --data-binary @-`, 'POST http://x', 'a\nb\r\n'],
    [`printf %s eCB5 | base64 -d | curl http://x --data-urlencode n@-`, 'POST http://x', 'n=x%20y'],
    [`curl http://x --data-raw @body.txt`, 'POST http://x', '@body.txt'],
    [`curl http://x --data-urlencode 'n=x y' --data-urlencode =é`, 'POST http://x', 'n=x%20y&%C3%A9'],
    [`curl http://x --json '{"ü":1}' | jq`, 'POST http://x', '{"ü":1}'],
    // An à ends in the byte that is a space in Latin-1.
    [`curl -d voilà http://x`, 'POST http://x', 'voilà'],
    [`curl ^"http://x^" ^\n -d voilà -X PUT`, 'PUT http://x', 'voilà'],
  ])('%s', (line, expected, body) => {
    expect(parse(line)).toMatchObject({ line: expected, body });
  });

  it('adds the headers that curl adds, unless the line gives or removes them', () => {
    expect(parse(`curl http://x -d a`).headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(parse(`curl http://x -d a -H 'content-type:'`).headers).toEqual({});
    expect(parse(`curl http://x -H 'x-empty;'`).headers).toEqual({ 'x-empty': '' });
    expect(parse(`curl http://x -H 'x-a: \t voilà '`).headers).toEqual({ 'x-a': byteString('voilà') });
    expect(parse(`curl http://x --json 1`).headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(parse(`curl http://x -u ada:pass -A me -b a=b -e r`).headers).toEqual({
      authorization: 'Basic YWRhOnBhc3M=',
      'user-agent': 'me',
      cookie: 'a=b',
      referer: 'r',
    });
  });

  // Of curl 7.88: what a server hears of each.
  it.each([
    ['https://ada:pass@h.example/x?a=b@c', 'https://h.example/x?a=b@c', 'ada:pass'],
    ['ada:p%40ss%c3%a9@h.example', 'http://h.example', 'ada:p@ssé'],
    ['http://ada@h.example:81/', 'http://h.example:81/', 'ada:'],
    ['http://ada:pass@h.example/ -u eve:word', 'http://h.example/', 'eve:word'],
    ['http://h.example/a@b', 'http://h.example/a@b', undefined],
    ['http://h.example?a@b', 'http://h.example?a@b', undefined],
  ])('sends the credentials of a URL as curl does: %s', (line, url, user) => {
    const request = parse(`curl ${line}`);
    expect(request.line).toBe(`GET ${url}`);
    expect(request.headers['authorization']).toBe(user && `Basic ${Buffer.from(user).toString('base64')}`);
  });

  it.each([
    ['a form', `curl http://x -F a=b`, /-F/],
    ['an upload', `curl http://x -T file`, /-T/],
    ['an unknown option', `curl http://x --hedder a`, /--hedder/],
    ['no URL', `curl -d a`, /no URL/],
    ['two URLs', `curl http://x http://y`, /more than one/],
    ['a missing value', `curl http://x -d`, /lacks its value/],
    ['a cookie file', `curl http://x -b jar`, /cookie file/],
    ['a header without a colon', `curl http://x -H nonsense`, /no colon/],
  ])('refuses %s', (_, line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it.each([
    '-d @FILE',
    '-d@FILE',
    '--data @FILE',
    '--data-ascii @FILE',
    '--data-binary @FILE',
    '--json @FILE',
  ])('reads no file that the line names: %s', (option) => {
    const file = join(import.meta.dirname, 'curl.test.ts');
    expect(() => parse(`curl http://x ${option.replace('FILE', file)}`)).toThrow(/names a file/);
    expect(() => parse(`curl http://x ${option.replace('FILE', file)}`)).toThrow(UsageError);
  });

  it.each(['n@FILE', '@FILE'])('reads no file that the line names: --data-urlencode %s', (value) => {
    const file = join(import.meta.dirname, 'curl.test.ts');
    expect(() => parse(`curl http://x -G --data-urlencode ${value.replace('FILE', file)}`)).toThrow(
      /names a file/,
    );
  });

  it.each([
    ['an option', (long: string) => `--${long}`],
    ['a file of headers', (long: string) => `-H @${long}`],
    ['a cookie file', (long: string) => `-b ${long}`],
    ['a file of data', (long: string) => `-d @${long}`],
    ['an expansion', (long: string) => `-d $\{${long}}`],
    ['an option of one letter', (long: string) => `-${long}`],
    ['two addresses', (long: string) => `http://${long} http://${long}`],
    ['an address that is none', (long: string) => `--url 'http://[${long}'`],
  ])('says briefly what is wrong with %s, however long it is', (_, write) => {
    let problem = '';
    try {
      parse(`curl http://x ${write('é'.repeat(20_000))}`);
    } catch (error) {
      problem = error instanceof Error ? error.message : '';
    }
    expect(problem.length).toBeGreaterThan(10);
    expect(problem.length).toBeLessThan(400);
  });

  it.each(['constructor', 'toString', '__proto__', 'no-constructor', 'hasOwnProperty'])(
    'knows no option --%s',
    (name) => {
      expect(() => parse(`curl http://x --${name}`)).toThrow(`curl’s option --${name} is not known here`);
    },
  );

  it('does not repeat a header’s text in its errors', () => {
    expect(() => parse(`curl http://x -H 'token-without-colon-s3cret'`)).toThrow(/^(?!.*s3cret)/);
  });

  it('reads back any request that was printed as a curl line', () => {
    const name = fc.stringMatching(/^x-[a-z0-9]{1,10}$/);
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((raw) => raw.replaceAll('\0', ''));
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), text, (pairs, body) => {
        const headers = HeaderList.fromRaw([...pairs.flat(), 'content-type', 'text/plain']);
        const method = body === '' ? 'GET' : 'POST';
        const request = { method, url: 'http://x/a?b=c&d', headers, body: Buffer.from(body, 'utf8') };
        const read = parseCurl(curlLine(request)).request;
        expect(read.method).toBe(method);
        expect(read.url).toBe(request.url);
        expect([...read.headers]).toEqual([...headers]);
        expect(Buffer.from(read.body).toString('utf8')).toBe(body);
      }),
    );
  });
});
