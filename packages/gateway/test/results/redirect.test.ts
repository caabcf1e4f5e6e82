import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redirect } from '../../src/results/redirect.ts';

describe('redirect', () => {
  it.each([
    ['https://studio.example/page/1?a=b#c', 'https://studio.example/page/1?a=b#c'],
    ['HTTP://Studio.Example', 'http://studio.example/'],
    ['https://bücher.example/ä b', 'https://xn--bcher-kva.example/%C3%A4%20b'],
    ['/reports/1?x=//y', '/reports/1?x=//y'],
    ['/', '/'],
    ['/a/../b', '/b'],
  ])('goes from %j to %j', (given, url) => {
    expect(redirect(given)).toMatchObject({ kind: 'redirect', url });
  });

  it('takes a URL object', () => {
    expect(redirect(new URL('https://a.example/?q=1')).url).toBe('https://a.example/?q=1');
  });

  it.each([
    ['', 'neither http'],
    ['page', 'neither http'],
    ['javascript:alert(1)', 'neither http'],
    ['data:text/html,x', 'neither http'],
    ['ftp://a.example/', 'neither http'],
    ['https:a.example', 'neither http'],
    [' https://a.example', 'neither http'],
    ['//evil.example', 'neither http'],
    ['/\\evil.example', 'backslash'],
    ['/\t/evil.example', 'control character'],
    ['/a\r\nset-cookie: a=b', 'control character'],
    ['https://a.example/\u0000', 'control character'],
    ['/.//evil.example', 'another site'],
    ['/a/..//evil.example', 'another site'],
    ['/%2e//evil.example', 'another site'],
    ['https://a@evil.example/', 'user name'],
    ['https://a:b@evil.example/', 'user name'],
    ['https://', 'not a URL'],
    ['https://a.example:99999/', 'not a URL'],
  ])('refuses %j', (given, why) => {
    expect(() => redirect(given)).toThrow(TypeError);
    expect(() => redirect(given)).toThrow(why);
    expect(() => redirect(given)).toThrow(' cannot be a redirect target: ');
    expect(() => redirect(given)).toThrow('Give an absolute http or https URL');
  });

  const piece = fc.constantFrom(
    '/',
    '//',
    '\\',
    '.',
    '..',
    '%2e',
    '@',
    ':',
    '?',
    '#',
    '\r\n',
    '\t',
    'evil.example',
    'http:',
    'https:',
    'HTTPS:',
    'javascript:',
    ' ',
    '\u00a0',
    'ä',
    '%5c',
    '%2f',
    '[::1]',
  );
  const anyUrl = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('/', 'https://a.example', 'http://a'), fc.string({ unit: 'binary' }))
      .map((two) => two.join('')),
  );

  it('goes nowhere but to http, https or the own site, and breaks no header, whatever it is given', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyUrl, (given) => {
        let url: string;
        try {
          url = redirect(given).url;
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        taken++;
        expect(url).toMatch(/^[\u0021-\u007e]+$/);
        const target = new URL(url, 'https://own.example/ami/x');
        expect(['http:', 'https:']).toContain(target.protocol);
        expect(target.username + target.password).toBe('');
        if (given.startsWith('/')) expect(target.origin).toBe('https://own.example');
      }),
      { seed: 3, numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
