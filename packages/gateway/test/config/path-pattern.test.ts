import { describe, expect, it } from 'vitest';
import { parsePathPattern, pathShape } from '../../src/config/path-pattern.ts';

describe('parsePathPattern', () => {
  it('takes a pattern apart', () => {
    expect(parsePathPattern('/')).toEqual([]);
    expect(parsePathPattern('/actions/:action')).toEqual([
      { kind: 'literal', text: 'actions' },
      { kind: 'param', name: 'action' },
    ]);
    expect(parsePathPattern('/v1/*')).toEqual([{ kind: 'literal', text: 'v1' }, { kind: 'rest' }]);
    expect(parsePathPattern('/*')).toEqual([{ kind: 'rest' }]);
  });

  it.each([
    '',
    'a',
    '//',
    '/a/',
    '/a//b',
    '/*/a',
    '/a*',
    '/:',
    '/:1',
    '/:a/:a',
    '/a/../b',
    '/.',
    '/a?b',
    '/a#b',
    '/a%2fb',
    '/a b',
    '/ä',
    '/a\\b',
    '/{id}',
  ])('refuses %j', (pattern) => {
    expect(parsePathPattern(pattern)).toBeUndefined();
  });

  it('tells that two patterns take the same paths', () => {
    const shape = (pattern: string) => pathShape(parsePathPattern(pattern) ?? []);
    expect(shape('/a/:x/*')).toBe(shape('/a/:y/*'));
    expect(shape('/a/:x')).not.toBe(shape('/a/x'));
    expect(shape('/')).toBe('/');
  });
});
