import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { parsePathPattern } from '../../src/config/path-pattern.ts';
import { overlapWarnings } from '../../src/config/warnings.ts';
import { createPathTable } from '../../src/paths/path-table.ts';

const gatesOf = (...paths: string[]) =>
  paths.map((path, i) => ({ name: `g${i}`, path, segments: parsePathPattern(path) ?? [] }));

describe('gates that hold other gates’ paths', () => {
  it.each([
    [
      ['/v1/admin', '/v1/*'],
      '/v1/* holds the paths of g0 (/v1/admin): what those do not take comes here. Another case of the letters, such as /v1/ADMIN, comes here too.',
    ],
    [
      ['/A/b', '/:x/b'],
      '/:x/b holds the paths of g0 (/A/b): what those do not take comes here. Another case of the letters, such as /a/b, comes here too.',
    ],
    [['/v1/:id', '/v1/*'], '/v1/* holds the paths of g0 (/v1/:id): what those do not take comes here.'],
    [['/1', '/*'], '/* holds the paths of g0 (/1): what those do not take comes here.'],
    [
      ['/v1/admin/*', '/v1/*'],
      '/v1/* holds the paths of g0 (/v1/admin/*): what those do not take comes here. Another case of the letters, such as /v1/ADMIN/*, comes here too.',
    ],
    [['/v1', '/v1/*'], '/v1/* holds the paths of g0 (/v1): what those do not take comes here.'],
  ])('%j are named', (paths, message) => {
    expect(overlapWarnings(gatesOf(...paths))).toEqual([
      {
        code: 'paths-within',
        severity: 'warning',
        path: 'gates.g1.path',
        sentence: message,
      },
    ]);
  });

  it.each([
    [['/a', '/b']],
    [['/v1/a', '/v2/*']],
    [['/a/:x/c', '/a/b/:y']],
    [['/a', '/a']],
    [['/:x/*', '/a']],
  ])('%j: one at most', (paths) => {
    expect(overlapWarnings(gatesOf(...paths)).length).toBe(paths[0] === '/:x/*' ? 1 : 0);
  });

  it('are counted where they are many', () => {
    const [warning, ...others] = overlapWarnings(gatesOf('/a', '/b', '/c', '/d', '/e', '/*'));
    expect(others).toEqual([]);
    expect(warning?.sentence).toMatch(
      /^\/\* holds the paths of g0 \(\/a\), g1 \(\/b\), g2 \(\/c\) and 2 more: /,
    );
  });

  it('are named by check', () => {
    const gate = { provider: 'none', methods: ['GET'], respond: { status: 204 } };
    const { warnings } = parseConfig(
      {
        store: 'memory:',
        gates: { narrow: { ...gate, path: '/v1/admin' }, wide: { ...gate, path: '/v1/*' } },
      } as never,
      { baseDir: '/', env: {} },
    );
    expect(warnings).toContainEqual({
      path: 'gates.wide.path',
      code: 'paths-within',
      severity: 'warning',
      sentence: expect.stringContaining('/v1/* holds the paths of narrow (/v1/admin)'),
    });
  });

  it('are all of those that take a path of a narrower gate in another case', () => {
    const segment = fc.constantFrom('a', 'b', ':p');
    const pattern = fc
      .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
      .map(
        ([texts, rest]) =>
          `/${[...texts.map((text, i) => (text === ':p' ? `:p${i}` : text)), ...(rest ? ['*'] : [])].join('/')}`,
      );
    const patterns = fc.uniqueArray(pattern, {
      selector: (one) => one.replaceAll(/:p\d/g, ':'),
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(patterns, (paths) => {
        const gates = gatesOf(...paths);
        const table = createPathTable(gates.map(({ segments, name }) => ({ segments, value: name })));
        const warned = overlapWarnings(gates).map(({ path }) => path);
        for (const { path, name } of gates.filter((gate) => !/[:*]/.test(gate.path))) {
          const other = table.find(path.toUpperCase());
          if (other === undefined || 'fault' in other || other.value === name) continue;
          expect(warned).toContain(`gates.${other.value}.path`);
        }
      }),
      { numRuns: runs(5000), seed: 8 },
    );
  });
});
