import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { readRequestTarget } from '../../src/request-target.ts';

describe('readRequestTarget', () => {
  it.each([
    ['/a/b?c=d', '/a/b', '?c=d'],
    ['/', '/', ''],
    ['/?', '/', '?'],
    ['/a.b/..c/d..?..', '/a.b/..c/d..', '?..'],
    ['/a%20b', '/a%20b', ''],
    ['http://host:1/a?b', '/a', '?b'],
    ['https://host', '/', ''],
    ['https://host?q', '/', '?q'],
  ])('reads %s', (url, path, query) => {
    expect(readRequestTarget(url)).toEqual({ path, query });
  });

  it.each([
    '*',
    'host:443',
    '',
    'ftp://h/a',
    '/..',
    '/.',
    '/a/..',
    '/a/./b',
    '/%2e%2E',
    '/a/%2e./b',
    '/a%2f..',
    '/a\\..',
    '/..;x/a',
    '/a%',
    '/a%c3',
    '/a%00.',
    '/a#b',
  ])('refuses %s', (url) => {
    expect(readRequestTarget(url)).toBeUndefined();
  });

  it('lets no path through that a URL parser would resolve to another', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '\\',
      'a',
      ';',
      '%',
      '0',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const target = readRequestTarget(`/a${pieces.join('')}`);
        if (target !== undefined) expect(new URL(`http://h${target.path}`).pathname).toBe(target.path);
      }),
      { numRuns: runs(2000) },
    );
  });
});
