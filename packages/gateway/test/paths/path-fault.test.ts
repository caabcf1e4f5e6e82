import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { pathFault } from '../../src/paths/path-fault.ts';

describe('a path', () => {
  it.each(['/', '/a/b', '/a.b/..c/d..', '/a%20b', '//a', '/a//', '/.a', '/...', '/a%2fb', '/;a'])(
    '%s may be routed',
    (path) => {
      expect(pathFault(path)).toBeUndefined();
    },
  );

  it.each([
    '/..',
    '/.',
    '/a/..',
    '/a/./b',
    '/%2e%2E',
    '/a/%2e./b',
    '/a%2f..',
    '/a%5c..',
    '/..;x/a',
    '/..%3bx/a',
    '/a%',
    '/a%c3',
    '/a%00.',
    '/a%00',
  ])('%s may not', (path) => {
    expect(pathFault(path)).toMatch(/^the request’s path /);
  });

  it('that a URL parser would resolve to another may not', () => {
    const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', '%2f', '%5c', 'a', ';', '%', '0');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = `/a${pieces.join('')}`;
        if (pathFault(path) === undefined) expect(new URL(`http://h${path}`).pathname).toBe(path);
      }),
      { numRuns: runs(20_000), seed: 2 },
    );
  });
});
