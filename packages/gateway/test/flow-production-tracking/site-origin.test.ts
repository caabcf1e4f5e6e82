import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { siteOrigin } from '../../src/flow-production-tracking/site-origin.ts';

describe('a site’s origin', () => {
  it.each([
    ['Studio.ShotGrid.Autodesk.com', 'https://studio.shotgrid.autodesk.com'],
    ['studio:65535', 'https://studio:65535'],
    ['10.0.0.5', 'https://10.0.0.5'],
    ['LOCALHOST:80', 'http://localhost:80'],
    ['127.0.0.1:8790', 'http://127.0.0.1:8790'],
    ['[::1]:8790', 'http://[::1]:8790'],
    ['127.0.0.1.example', 'https://127.0.0.1.example'],
  ])('of %j is %s', (host, origin) => {
    expect(siteOrigin(host)).toBe(origin);
  });

  it.each([
    '',
    '.',
    'a..b',
    'a.',
    '-a',
    'a-',
    'a_b',
    'a b',
    'a/b',
    'a:0',
    'a:65536',
    'a:',
    'a:b',
    'user@a',
    'a.443',
    '1.2.3.256',
    '[::2]',
    '*.a',
    'ä.example',
    'a\n',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}a`,
  ])('of %j is not known', (host) => {
    expect(siteOrigin(host)).toBeUndefined();
  });

  it('is one origin and nothing else, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      'studio.example',
      '.',
      ':',
      '443',
      '-',
      '[::1]',
      '*',
      ';',
      ' ',
      '\n',
      "'",
      '@',
      '/',
      '#',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    let origins = 0;
    fc.assert(
      fc.property(text, (host) => {
        const origin = siteOrigin(host);
        if (origin === undefined) return;
        origins++;
        expect(origin).toMatch(/^https?:\/\/[a-z0-9.[\]:-]+$/);
        const { username, pathname, search, hash } = new URL(origin);
        expect([username, pathname, search, hash]).toEqual(['', '/', '', '']);
      }),
      { seed: 8, numRuns: 5000 },
    );
    expect(origins).toBeGreaterThan(100);
  });
});
