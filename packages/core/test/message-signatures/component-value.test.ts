import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { type Origin, parseOrigin } from '../../src/effective-request.ts';
import { requestFrom } from '../../src/index.ts';
import { parseComponent } from '../../src/schemes/message-signatures/component.ts';
import {
  type ComponentContext,
  componentValue,
} from '../../src/schemes/message-signatures/component-value.ts';

interface Given {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly context?: ComponentContext;
}

const HOST = ['Host', 'www.example.com'] as const;

function coveredValue(
  text: string,
  { method = 'POST', url = '/', headers = [HOST], context = {} }: Given,
): string {
  const component = parseComponent(text);
  if ('fault' in component) return `fault: ${component.fault}`;
  const value = componentValue(component, requestFrom({ method, url, headers }), context);
  return typeof value === 'string' ? value : `${value.reason}: ${value.problem}`;
}

function originOf(text: string): Origin {
  const origin = parseOrigin(text);
  if (!origin) throw new Error(`${text} is not an origin`);
  return origin;
}

describe('fields (RFC 9421 §2.1)', () => {
  const headers = [
    HOST,
    ['Date', 'Tue, 20 Apr 2021 02:07:56 GMT'],
    ['X-OWS-Header', '  Leading and trailing whitespace.   '],
    ['X-Obs-Fold-Header', 'Obsolete\r\n    line folding.'],
    ['Cache-Control', 'max-age=60'],
    ['X-Empty-Header', ''],
    ['Cache-Control', '   must-revalidate'],
    ['Example-Dict', ' a=1,    b=2;x=1;y=2,   c=(a   b   c), d'],
    ['Example-Header', 'value, with, lots'],
    ['Example-Header', 'of, commas'],
    ['X-Twice', 'a=1'],
    ['X-Twice', 'a=2'],
  ] as const;
  const context = { structuredFields: { 'example-dict': 'dictionary', 'x-twice': 'dictionary' } } as const;

  it.each([
    { component: 'host', value: 'www.example.com' },
    { component: 'date', value: 'Tue, 20 Apr 2021 02:07:56 GMT' },
    { component: 'x-ows-header', value: 'Leading and trailing whitespace.' },
    { component: 'x-obs-fold-header', value: 'Obsolete line folding.' },
    { component: 'cache-control', value: 'max-age=60, must-revalidate' },
    { component: 'x-empty-header', value: '' },
    { component: 'example-dict', value: 'a=1,    b=2;x=1;y=2,   c=(a   b   c), d' },
    { component: 'example-dict;sf', value: 'a=1, b=2;x=1;y=2, c=(a b c), d' },
    { component: 'example-dict;key="a"', value: '1' },
    { component: 'example-dict;key="d"', value: '?1' },
    { component: 'example-dict;key="b"', value: '2;x=1;y=2' },
    { component: 'example-dict;key="c"', value: '(a b c)' },
    { component: 'example-dict;sf;key="c"', value: '(a b c)' },
    { component: 'example-header', value: 'value, with, lots, of, commas' },
    { component: 'example-header;bs', value: ':dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:' },
  ])('$component is "$value"', ({ component, value }) => {
    expect(coveredValue(component, { headers, context })).toBe(value);
  });

  it('wraps one line apart from two', () => {
    const one = [['Example-Header', 'value, with, lots, of, commas']] as const;
    expect(coveredValue('example-header;bs', { headers: one })).toBe(
      ':dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:',
    );
  });

  it('reads a dictionary of several lines as one', () => {
    const lines = [
      ['Example-Dict', 'a=1'],
      ['example-dict', 'b=(x  y)'],
    ] as const;
    expect(coveredValue('example-dict;sf', { headers: lines, context })).toBe('a=1, b=(x y)');
    expect(coveredValue('example-dict;key="b"', { headers: lines })).toBe('(x y)');
  });

  it.each([
    ['a=?1', 'a', '?1'],
    ['b, a=?1;x=?1', 'b, a;x', '?1;x'],
    ['a=01', 'a=1', '1'],
    ['a=1.50', 'a=1.5', '1.5'],
    ['a=%"x;,y=1";p=";,"', 'a=%"x;,y=1";p=";,"', '%"x;,y=1";p=";,"'],
    ['b=%"\\", a=:YQ:', 'b=%"\\", a=:YQ==:', ':YQ==:'],
  ])('writes a dictionary anew, in whatever spelling it came: %s', (text, whole, member) => {
    const lines = [['Example-Dict', text]] as const;
    expect(coveredValue('example-dict;sf', { headers: lines, context })).toBe(whole);
    expect(coveredValue('example-dict;key="a"', { headers: lines })).toBe(member);
  });

  it.each(['a=1, a=1', 'a, b, a=2', 'a;x;x', 'a=(b;x=1;x=2)', 'a=(b c);y;y=1'])(
    'covers nothing of a dictionary in which a name stands twice: %s',
    (text) => {
      const lines = [['Example-Dict', text]] as const;
      expect(coveredValue('example-dict;sf', { headers: lines, context })).toContain(
        'is not a structured dictionary',
      );
      expect(coveredValue('example-dict;key="a"', { headers: lines })).toContain('each name once');
    },
  );

  it('takes a byte sequence of 16,384 bytes', () => {
    const value = `:${Buffer.alloc(16_384).toString('base64')}:`;
    const item = { structuredFields: { 'x-item': 'item' } } as const;
    expect(coveredValue('x-item;sf', { headers: [['X-Item', value]], context: item })).toBe(value);
  });

  it.each([
    { component: 'x-gone', message: '"x-gone", which is not in the request' },
    { component: 'x-gone;bs', message: 'is not in the request' },
    { component: 'example-dict;key="e"', message: 'is not in the dictionary' },
    { component: 'example-header;key="a"', message: 'is not in the dictionary' },
    { component: 'date;key="a"', message: 'is not a structured dictionary' },
    { component: 'date;sf', message: 'is of no known structure' },
    { component: 'x-twice;key="a"', message: 'is not a structured dictionary with each name once' },
    { component: 'x-twice;sf', message: 'is not a structured dictionary' },
  ])('$component cannot be covered: $message', ({ component, message }) => {
    expect(coveredValue(component, { headers, context })).toMatch(/^missing-part: /);
    expect(coveredValue(component, { headers, context })).toContain(message);
  });

  it('does not take a field for a derived component, or a type for a field’s own member', () => {
    const fields = [HOST, ['@method', 'GET'], ['constructor', 'a']] as const;
    expect(coveredValue('@method', { method: 'POST', headers: fields })).toBe('POST');
    expect(coveredValue('constructor;sf', { headers: fields })).toContain('no known structure');
  });

  it.each(['a\nb', 'a\r\nb', 'a\rb', 'a\0b', 'caf\u00e9', 'a\u007fb'])(
    'refuses a character that is not printable ASCII: %j',
    (value) => {
      expect(coveredValue('x-a', { headers: [['X-A', value]] })).toContain('not printable ASCII');
    },
  );

  it('wraps bytes beyond ASCII, but no line break', () => {
    expect(coveredValue('x-a;bs', { headers: [['X-A', 'caf\u00e9']] })).toBe(':Y2Fm6Q==:');
    expect(coveredValue('x-a;bs', { headers: [['X-A', 'a\nb']] })).toContain('line break');
  });
});

describe('derived components (RFC 9421 §2.2)', () => {
  const url = '/path?param=value&foo=bar&baz=bat%2Dman';

  it.each([
    { component: '@method', value: 'POST' },
    { component: '@target-uri', value: `https://www.example.com${url}` },
    { component: '@authority', value: 'www.example.com' },
    { component: '@scheme', value: 'https' },
    { component: '@request-target', value: url },
    { component: '@path', value: '/path' },
    { component: '@query', value: '?param=value&foo=bar&baz=bat%2Dman' },
  ])('$component is $value', ({ component, value }) => {
    expect(coveredValue(component, { url })).toBe(value);
    expect(coveredValue(component, { url: `https://WWW.example.com:443${url}` })).toBe(value);
  });

  it.each([
    { url: '/path?queryString', component: '@query', value: '?queryString' },
    { url: '/path', component: '@query', value: '?' },
    { url: '/path?', component: '@query', value: '?' },
    { url: '/path?', component: '@target-uri', value: 'https://www.example.com/path?' },
    { url: 'https://www.example.com', component: '@path', value: '/' },
    { url: 'https://www.example.com?a', component: '@request-target', value: '/?a' },
    { url: 'https://www.example.com', component: '@target-uri', value: 'https://www.example.com/' },
    { method: 'OPTIONS', url: '*', component: '@request-target', value: '*' },
    { method: 'OPTIONS', url: '*', component: '@target-uri', value: 'https://www.example.com' },
    { url: '//x.example/a', component: '@path', value: '//x.example/a' },
  ])('of $url, $component is $value', ({ url: target, component, value, method = 'GET' }) => {
    expect(coveredValue(component, { method, url: target })).toBe(value);
  });

  it.each([
    { host: 'EXAMPLE.com', origin: undefined, value: 'example.com' },
    { host: 'example.com:443', origin: undefined, value: 'example.com' },
    { host: 'example.com:8443', origin: undefined, value: 'example.com:8443' },
    { host: 'example.com:80', origin: undefined, value: 'example.com:80' },
    { host: 'example.com:', origin: undefined, value: 'example.com' },
    { host: '[::1]:8080', origin: undefined, value: '[::1]:8080' },
    { host: 'inner:9000', origin: 'http://Hooks.example:80', value: 'hooks.example' },
  ])('the authority of $host behind $origin is $value', ({ host, origin, value }) => {
    const context = origin === undefined ? {} : { origin: originOf(origin) };
    expect(coveredValue('@authority', { headers: [['Host', host]], context })).toBe(value);
  });

  it('takes the origin that the gate is told over what the request says', () => {
    const context = { origin: originOf('http://hooks.example') };
    expect(coveredValue('@target-uri', { url: '/a', context })).toBe('http://hooks.example/a');
    expect(coveredValue('@scheme', { url: 'https://b.example/a', context })).toBe('http');
  });

  it.each([
    'www.example.com/evil',
    'www.example.com?x',
    'user@www.example.com',
    'a b',
    '',
    'www.example.com:x',
    'a,b:1:2',
  ])('derives nothing from the Host field "%s"', (host) => {
    expect(coveredValue('@target-uri', { headers: [['Host', host]] })).toMatch(/^malformed-request: .*host/i);
  });

  it.each(['/a#b', 'https://www.example.com/a#b', 'www.example.com:80', ''])(
    'has no request target in "%s"',
    (target) => {
      expect(coveredValue('@request-target', { url: target })).toMatch(
        /^malformed-request: .*(fragment|neither a path)/,
      );
    },
  );

  it.each([
    { url: '/a', headers: [], message: 'is absent' },
    { url: '/a', headers: [HOST, HOST], message: 'occurs twice' },
    { url: '/a#b', headers: [HOST], message: 'fragment' },
    { url: 'www.example.com:80', headers: [HOST], message: 'is neither a path' },
    { url: 'ftp://www.example.com/', headers: [HOST], message: 'is neither a path' },
    { url: 'https://user@www.example.com/', headers: [HOST], message: 'is not a host and port' },
  ])('has no target URI for $url with $headers: $message', ({ url: target, headers, message }) => {
    expect(coveredValue('@target-uri', { url: target, headers })).toContain(message);
  });
});

describe('query parameters (RFC 9421 §2.2.8)', () => {
  it.each([
    { url: '/path?param=value&foo=bar&baz=batman&qux=', name: 'baz', value: 'batman' },
    { url: '/path?param=value&foo=bar&baz=batman&qux=', name: 'qux', value: '' },
    { url: '/path?param=value&foo=bar&baz=batman&qux=', name: 'param', value: 'value' },
    {
      url: '/p?var=this%20is%20a%20big%0Amultiline%20value',
      name: 'var',
      value: 'this%20is%20a%20big%0Amultiline%20value',
    },
    { url: '/p?bar=with+plus+whitespace', name: 'bar', value: 'with%20plus%20whitespace' },
    { url: '/p?fa%C3%A7ade%22%3A%20=something', name: 'fa%C3%A7ade%22%3A%20', value: 'something' },
    { url: "/p?a=!'()~*-._", name: 'a', value: '%21%27%28%29%7E*-._' },
  ])('$name of $url is "$value"', ({ url, name, value }) => {
    expect(coveredValue(`@query-param;name="${name}"`, { url })).toBe(value);
  });

  it.each([
    { url: '/p?a=1&a=2', message: 'occurs twice' },
    { url: '/p?a=1&%61=2', message: 'occurs twice' },
    { url: '/p?b=1', message: 'is not in the query' },
    { url: '/p?a=%zz', message: 'broken percent escape' },
    { url: '/p?a=%ff', message: 'not UTF-8' },
  ])('cannot be covered in $url: $message', ({ url, message }) => {
    expect(coveredValue('@query-param;name="a"', { url })).toContain(message);
  });

  it('is never told from another value by its encoding alone', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const of = (value: string): string =>
          coveredValue('@query-param;name="a"', { url: `/p?a=${encodeURIComponent(value)}` });
        expect(of(one) === of(other)).toBe(one === other);
      }),
      { numRuns: runs(300), seed: 9421 },
    );
  });
});
