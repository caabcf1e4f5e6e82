import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedUrl, originOf } from '../../src/config/origin.ts';

const HOST = 'page.example';
const LIST = [`https://${HOST}`, 'http://localhost:3000'];

describe('isAllowedUrl', () => {
  it.each([
    `https://${HOST}`,
    `https://${HOST}/`,
    `https://${HOST}:443/a/b?c=https://evil.example#d`,
    `HTTPS://PAGE.EXAMPLE/x`,
    'http://localhost:3000/done',
    `https://${HOST}/@evil.example`,
    `https://${HOST}?@evil.example`,
  ])('takes %s', (url) => expect(isAllowedUrl(url, LIST)).toBe(true));

  it.each([
    `http://${HOST}/`,
    `https://${HOST}:8443/`,
    `https://${HOST}.evil.example/`,
    `https://evil-${HOST}/`,
    `https://${HOST}@evil.example/`,
    `https://user@${HOST}/`,
    `https://user:pass@${HOST}/`,
    `https://@${HOST}/`,
    `https://evil.example\\@${HOST}/`,
    `https://evil.example\\.${HOST}/`,
    `https://evil.example/${HOST}`,
    `https://evil.example#${HOST}`,
    `https://evil.example?https://${HOST}`,
    `//${HOST}/`,
    `/${HOST}`,
    `https:${HOST}`,
    `https:/${HOST}`,
    `https:///${HOST}`,
    `https:\\\\${HOST}`,
    `javascript://${HOST}/%0aalert(1)`,
    `data:text/html,https://${HOST}`,
    `ftp://${HOST}/`,
    ` https://${HOST}`,
    `https://${HOST}/ `,
    `ht\ntps://${HOST}`,
    `https://${HOST}\t.evil.example`,
    `https://${HOST}/\u0000`,
    `https://${HOST}./`,
    '',
    'null',
  ])('refuses %j', (url) => expect(isAllowedUrl(url, LIST)).toBe(false));

  it('takes nothing that the platform’s URL parser reads as another origin, or that has credentials', () => {
    const piece = fc.constantFrom(
      'https',
      'http',
      ':',
      '/',
      '//',
      '\\',
      '@',
      '.',
      '#',
      '?',
      '%',
      '%2f',
      '%40',
      '\t',
      '\n',
      ' ',
      '\u0000',
      '。',
      HOST,
      'evil.example',
      'user',
      ':443',
      ':80',
      '[::1]',
      'localhost:3000',
      '０',
      '..',
      ';',
      ',',
    );
    const tricks = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const text = fc.oneof(
      tricks,
      tricks.map((tail) => `https://${tail}`),
      tricks.map((tail) => `https://${HOST}${tail}`),
    );
    let taken = 0;
    fc.assert(
      fc.property(text, (url) => {
        if (!isAllowedUrl(url, LIST)) return;
        taken++;
        const parsed = new URL(url);
        expect(LIST).toContain(parsed.origin);
        expect([parsed.username, parsed.password]).toEqual(['', '']);
        // The text itself begins with the origin: no reader, however naive, finds another host in it.
        const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
        expect([HOST, `${HOST}:443`, 'localhost:3000']).toContain(authority);
      }),
      { seed: 4, numRuns: 50_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});

describe('originOf', () => {
  it('gives what a browser sends as Origin', () => {
    expect(originOf('https://Example.com:443/a')).toBe('https://example.com');
    expect(originOf('http://[::1]:3000')).toBe('http://[::1]:3000');
  });
});
