import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastMs, parseMs } from '../../../../bench/worst/cost.ts';
import { randomOf } from '../../../../bench/worst/search.ts';
import { between, runs } from '../../../../scripts/effort.ts';
import { parsePathPattern } from '../../src/config/path-pattern.ts';
import { pathFault } from '../../src/paths/path-fault.ts';
import { AMBIGUOUS, createPathTable } from '../../src/paths/path-table.ts';

/** What the machine's noise does not reach, and a path that is read again and again exceeds many times over. */
const MOST_PARSINGS = 25;

function table(...patterns: string[]) {
  return createPathTable(patterns.map((value) => ({ segments: parsePathPattern(value) ?? [], value })));
}

describe('a path table', () => {
  const routes = table('/', '/a', '/a/b', '/a/:x', '/a/:x/c', '/a/b/*', '/v1/*', '/v1/:id/end');

  it.each(['/a/../b', '/v1/%2e%2e', '/..;x', '/a/%ff', '/a/%zz'])(
    '%s is refused for what pathFault says of it',
    (path) => {
      // A route of just that text changes nothing: to other servers it goes up.
      const dotted = createPathTable([
        { segments: [{ kind: 'literal', text: path.slice(1) }], value: path },
        { segments: [{ kind: 'rest' }], value: '*' },
      ]);
      for (const paths of [routes, dotted]) expect(paths.find(path)).toEqual({ fault: pathFault(path) });
      expect(pathFault(path)).toMatch(/^the request’s path /);
    },
  );

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
    ['/v1//x', '/v1/*', {}],
    ['/v1/%7E;a=1/%2F', '/v1/*', {}],
    ['/a/b//c', '/a/b/*', {}],
    ['/a/x%2fy', '/a/:x', { x: 'x/y' }],
    ['/a/x;y', '/a/:x', { x: 'x;y' }],
  ])('finds for %s the route %s', (path, value, params) => {
    expect(routes.find(path)).toEqual({ value, params });
  });

  it.each(['/b', '/A', '/a/', '/a//c', '/a/q/d', '//a', '*'])('finds none for %s', (path) => {
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
        const routes = table(...patterns);
        for (const text of patterns.filter((one) => !one.includes(':'))) {
          expect(routes.find(text)).toEqual({ value: text, params: {} });
        }
      }),
    );
  });
});

describe('a path that others read as one of another gate', () => {
  const routes = table('/v1/admin', '/v1/admin/users/:id', '/v1/*', '/x/:y', '/x/y/z');

  it.each([
    '/v1/admin/',
    '/v1/admin//',
    '/v1//admin',
    '/v1/admin;x',
    '/v1/admin;',
    '/v1/admin%2f',
    '/v1/;a/admin',
    '/v1/admin%3bx',
    '/v1/admin%3f',
    '/v1/admin%23/x',
    '/v1/admin%20',
    '/v1/%20admin',
    '/v1/admin%0a',
    '/v1/admin.',
    '/v1/%2561dmin',
    '/v1/admin%252f',
    '/v1/admin;%2fx',
    '/v1/%5cadmin',
    '/v1/x/%252e%252e/admin',
    '/v1/admin/users/1/',
    '/v1/admin/users%2f1',
    '/v1//admin/users/1;v=2',
    '/x/y%2fz',
    '/x/y%5cz',
  ])('%s is ambiguous', (path) => {
    expect(routes.find(path)).toBe(AMBIGUOUS);
  });

  it.each(['/v1/admins/', '/v1/ADMIN/', '/v1/admin-x;y', '/v1/a//b/', '/v1/admin/users/', '/v1/%61dmins'])(
    '%s is not',
    (path) => {
      expect(routes.find(path)).toEqual({ value: '/v1/*', params: {} });
    },
  );

  it('is never given to the wider gate', () => {
    const name = fc.constantFrom('a', 'b', 'ab');
    const pattern = fc
      .tuple(fc.array(fc.oneof(name, fc.constant(':p')), { maxLength: 4 }), fc.boolean())
      .map(
        ([texts, rest]) =>
          `/${[...texts.map((text, i) => (text === ':p' ? `:p${i}` : text)), ...(rest ? ['*'] : [])].join('/')}`,
      );
    const patterns = fc.uniqueArray(pattern, {
      selector: (text) => text.replaceAll(/:p\d/g, ':'),
      minLength: 1,
      maxLength: 8,
    });
    /** A plain path, and the same spelled oddly. */
    const char = fc.constantFrom('', '', '', '%');
    const segment = fc.tuple(
      name,
      char,
      fc.constantFrom('', '', ';', ';x', '%3Bx', ';x=%61', '%20', '.'),
      fc.constantFrom('/', '/', '//', '%2f', '/./x/..%2f', '/;x/'),
    );
    const spelling = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => {
      let [plain, odd] = ['', ''];
      for (const [text, encoded, end, slash] of segments) {
        plain += `/${text}`;
        const first = encoded === '' ? text.charAt(0) : `%${text.charCodeAt(0).toString(16)}`;
        odd += `${odd === '' ? '/' : slash}${first}${text.slice(1)}${end}`;
      }
      return { plain, odd };
    });
    const end = fc.constantFrom('', '', '/', '//', '%2F', '/;');
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(patterns, spelling, end, (texts, { plain, odd }, last) => {
        const routes = table(...texts);
        const path = odd + last;
        const [wanted, got] = [routes.find(plain), routes.find(path)];
        if (got === undefined || wanted === undefined || pathFault(path) !== undefined) return;
        if (got === AMBIGUOUS) refused++;
        else {
          taken++;
          expect(got).toMatchObject({ value: (wanted as { value: string }).value });
        }
      }),
      { numRuns: runs(100_000), seed: 8 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(100);
  });

  it('costs about as little as to parse it as JSON, however odd it is', { timeout: 60_000 }, () => {
    const units = [
      'a',
      '/a',
      '/',
      '\\',
      ';',
      '/;',
      '/a;b',
      '.',
      '/.a',
      '%20',
      '%2f',
      '%5c',
      '%61',
      '%2e.',
      '%25',
      '%2520',
      '%2525',
      '%252e;',
      '%25253b',
      '%25c3%25a9',
      '/%2520a',
      '%c3%a9',
    ];
    const counts = [1, 30, 100, 400, 16_000];
    const random = randomOf(20_261_126);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const part = (): string => pick(units).repeat(pick(counts)).slice(0, 8_000);
    for (let i = 0; i < between(400, 5_000); i++) {
      const path = `/v1/${part()}${part()}`.replace(/%[^%]?$/, '');
      const find = (): unknown => routes.find(path);
      for (const tries of [3, 30, 300]) {
        const ms = leastMs(find, tries);
        const most = MOST_PARSINGS * parseMs(Buffer.alloc(16_000), tries);
        if (ms <= most) break;
        if (tries === 300) expect(ms, path).toBeLessThanOrEqual(most);
      }
    }
  });

  it.each([
    ['a name in Chinese, and a slash', `/v1/${'%E6%96%87'.repeat(80)}/`],
    ['forty folders, doubled slashes', `/v1/${'a//'.repeat(40)}`],
    ['a long token with a padding', `/v1/${'QUJD'.repeat(3000)}%3D`],
  ])('is not one that is merely long: %s', (_, path) => {
    expect(routes.find(path)).toMatchObject({ value: '/v1/*' });
  });

  it('is one that is odd more often than can be read; one that is plain may be as long as it likes', () => {
    expect(routes.find(`/v1/${'//'.repeat(300)}`)).toBe(AMBIGUOUS);
    expect(routes.find(`/v1/${'%41'.repeat(3000)}`)).toBe(AMBIGUOUS);
    expect(routes.find(`/v1${'/a'.repeat(3000)}`)).toMatchObject({ value: '/v1/*' });
  });
});

describe('a path that some resolve to one outside its gate', () => {
  const alone = table('/v1/*');

  it.each([
    '/v1/..%20/admin',
    '/v1/%20../admin',
    '/v1/..%09/admin',
    '/v1/..%20',
    '/v1/%252e%252e/admin',
    '/v1/%252e./admin',
    '/v1/.%252e%252fadmin',
    '/v1/x%252f..%252fadmin',
    '/v1/%25252e%25252e/admin',
    '/v1/..%253bx/admin',
    '/v1/..%255cadmin',
    '/v1/%252e%252e%20/admin',
  ])('%s is ambiguous, whatever gates there are', (path) => {
    expect(alone.find(path)).toBe(AMBIGUOUS);
  });

  it.each(['/v1/a..%20/b', '/v1/a%252e%252eb', '/v1/...%20x', '/v1/x..', '/v1/v1.2%20..z'])(
    '%s is not',
    (path) => {
      expect(alone.find(path)).toMatchObject({ value: '/v1/*' });
    },
  );
});
