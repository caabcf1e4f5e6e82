import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePathPattern } from '../../src/config/path-pattern.ts';
import { createPathTable } from '../../src/path-table.ts';

function table(...patterns: string[]) {
  return createPathTable(patterns.map((value) => ({ segments: parsePathPattern(value) ?? [], value })));
}

describe('a path table', () => {
  const routes = table('/', '/a', '/a/b', '/a/:x', '/a/:x/c', '/a/b/*', '/v1/*', '/v1/:id/end');

  it.each([
    ['/', '/', {}],
    ['/a', '/a', {}],
    ['/a/b', '/a/b', {}],
    ['/a/z', '/a/:x', { x: 'z' }],
    ['/a/z%20y', '/a/:x', { x: 'z y' }],
    ['/a/%62', '/a/b', {}],
    ['/a/b/c', '/a/b/*', {}],
    ['/a/q/c', '/a/:x/c', { x: 'q' }],
    ['/a/b/c/d/', '/a/b/*', {}],
    ['/v1', '/v1/*', {}],
    ['/v1/', '/v1/*', {}],
    ['/v1/7/end', '/v1/:id/end', { id: '7' }],
    ['/v1/7/else', '/v1/*', {}],
  ])('finds for %s the route %s', (path, value, params) => {
    expect(routes.find(path)).toEqual({ value, params });
  });

  it.each(['/b', '/A', '/a/', '/a//c', '/a/q/d', '//a', '/v1//x', '/a/%zz'])('finds none for %s', (path) => {
    expect(routes.find(path)).toBeUndefined();
  });

  it('refuses two routes of the same paths', () => {
    expect(() => table('/a/:x', '/a/:y')).toThrow('two gates take the same paths');
    expect(() => table('/a/*', '/a/*')).toThrow('two gates take the same paths');
  });

  it('finds every literal route by its own path, beside any others', () => {
    const segment = fc.stringMatching(/^[a-z]{1,3}$/);
    const pattern = fc
      .array(fc.oneof(segment, fc.constant(':p')), { minLength: 1, maxLength: 4 })
      .map((s) => {
        return `/${s.map((text, i) => (text === ':p' ? `:p${i}` : text)).join('/')}`;
      });
    const distinct = fc.uniqueArray(pattern, {
      selector: (text) => text.replace(/:p\d/g, ':'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(distinct, (patterns) => {
        const found = table(...patterns);
        for (const text of patterns.filter((one) => !one.includes(':'))) {
          expect(found.find(text)).toEqual({ value: text, params: {} });
        }
      }),
    );
  });
});
