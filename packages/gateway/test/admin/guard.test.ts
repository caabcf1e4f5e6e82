/** Whatever a request's head holds: judged, never thrown at, and let in with the token, a name of ours and no strange origin only. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGuard } from '../../src/admin/guard.ts';
import { Problem } from '../../src/admin/problem.ts';

const GOOD = 'Bearer the-token';
const LOCAL = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.1.2.3:80',
  '[::1]',
  '[::1]:8788',
  'localhost:8788',
];
const STRANGE = [
  'evil.example',
  'localhost.evil.example',
  'localhost@evil.example',
  '127.0.0.1, evil',
  '',
  '0',
  '[::]',
];

const hosts = fc.constantFrom(...LOCAL, ...STRANGE);
const target = fc.oneof(
  fc.constantFrom(
    '/',
    '/api/gates',
    '/api/events/%',
    '*',
    '',
    '?',
    '//',
    'http://',
    'http:///x',
    'ftp://localhost/',
  ),
  fc.string(),
  fc
    .tuple(fc.constantFrom('http', 'HTTPS'), hosts, fc.string())
    .map(([scheme, host, rest]) => `${scheme}://${host}/${rest}`),
);
const field = fc.oneof(
  fc.tuple(fc.constantFrom('host', 'Host'), fc.oneof(hosts, fc.string())),
  fc.tuple(
    fc.constantFrom('origin', 'Origin'),
    fc.oneof(
      hosts.map((host) => `http://${host}`),
      fc.string(),
    ),
  ),
  fc.tuple(
    fc.constantFrom('authorization', 'Authorization'),
    fc.oneof(fc.constantFrom(GOOD, `${GOOD}x`, 'Bearer', ''), fc.string()),
  ),
);

/** Often what is well asked, with something beside. */
const fields = fc.oneof(
  fc.array(field, { maxLength: 4 }),
  fc
    .tuple(hosts, fc.array(field, { maxLength: 1 }))
    .map(([host, more]) => [['host', host], ['authorization', GOOD], ...more]),
);

it('lets nothing in but what is whole and ours', () => {
  const guard = createGuard({
    token: 'the-token',
    host: '127.0.0.1',
    logIns: { find: () => undefined },
    proxies: undefined,
  });
  let letIn = 0;
  const head = fc.property(
    fc.constantFrom('GET', 'DELETE', 'OPTIONS', 'X Y', ''),
    target,
    fields,
    (method, url, given) => {
      const judged = guard({ method, url, rawHeaders: given.flat(), socket: {} });
      if (judged instanceof Problem) return;
      letIn++;
      const valuesOf = (name: string) =>
        given.filter(([one]) => one?.toLowerCase() === name).map(([, value = '']) => value);
      expect(valuesOf('authorization')).toEqual([GOOD]);
      const [host, ...further] = valuesOf('host');
      expect(further).toEqual([]);
      const authority = /^https?:\/\/([^/]*)/i.exec(url)?.[1] ?? host;
      expect(LOCAL).toContain(authority);
      for (const origin of valuesOf('origin')) {
        expect(origin.toLowerCase()).toMatch(/^https?:\/\//);
        expect(origin.replace(/^https?:\/\//i, '')).toBe(authority?.toLowerCase());
      }
    },
  );
  fc.assert(head, { numRuns: runs(50_000), seed: 20_261_126 });
  // Else nothing of the above was looked at.
  expect(letIn).toBeGreaterThan(20);
});
