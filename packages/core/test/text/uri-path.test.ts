/** Paths as RFC 3986 normalises them, and as the platform's own URLs do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalPath, removeDotSegments } from '../../src/text/uri-path.ts';

describe('removeDotSegments', () => {
  it.each([
    // RFC 3986 §5.2.4 and §5.4, of paths that begin with a slash.
    ['/a/b/c/./../../g', '/a/g'],
    ['/b/c/..', '/b/'],
    ['/b/c/.', '/b/c/'],
    ['/b/c/./', '/b/c/'],
    ['/b/c/../../../g', '/g'],
    ['/./g', '/g'],
    ['/../g', '/g'],
    ['/b/c/g.', '/b/c/g.'],
    ['/b/c/.g', '/b/c/.g'],
    ['/b/c/g..', '/b/c/g..'],
    ['/b/c/..g', '/b/c/..g'],
    ['/b/c/...', '/b/c/...'],
    ['/b/c/./g/.', '/b/c/g/'],
    ['/b/c/g/../h', '/b/c/h'],
    ['/', '/'],
    ['/..', '/'],
    ['/a//../b', '/a/b'],
  ])('%s is %s', (path, normal) => expect(removeDotSegments(path)).toBe(normal));

  it('does what the platform’s URLs do', () => {
    const segments = fc.array(fc.constantFrom('.', '..', '', 'a', 'b', '.a', 'a.', '...'), { minLength: 1 });
    fc.assert(
      fc.property(segments, (parts) => {
        const path = `/${parts.join('/')}`;
        expect(removeDotSegments(path)).toBe(new URL(`http://host${path}`).pathname);
      }),
    );
  });
});

describe('normalPath', () => {
  it.each([
    ['/plain', '/plain'],
    ['/%61%2D%2e%5f%7E%39', '/a-._~9'],
    ['/%2f%3a%e4', '/%2F%3A%E4'],
    ['/%', '/%'],
    ['/%6', '/%6'],
    ['/%6x%x6', '/%6x%x6'],
    ['/%2561', '/%2561'],
    ['/ä%C3%a4', '/ä%C3%A4'],
  ])('%s is %s', (path, normal) => expect(normalPath(path)).toBe(normal));
});
