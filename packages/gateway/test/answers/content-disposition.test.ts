import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { contentDisposition } from '../../src/answers/content-disposition.ts';
import { anyText } from './support.ts';

describe('the Content-Disposition of a download', () => {
  it.each([
    ['shots.csv', 'attachment; filename="shots.csv"'],
    [
      'Été 東京.csv',
      `attachment; filename="_t_ __.csv"; filename*=UTF-8''%C3%89t%C3%A9%20%E6%9D%B1%E4%BA%AC.csv`,
    ],
    ["it's (1).csv", `attachment; filename="it's (1).csv"`],
    ["ä's (1)*.csv", `attachment; filename="_'s (1)_.csv"; filename*=UTF-8''%C3%A4%27s%20%281%29_.csv`],
    ['100%25.csv', `attachment; filename="100_25.csv"; filename*=UTF-8''100%2525.csv`],
    ['../../etc/passwd', 'attachment; filename="_.._etc_passwd"'],
    ['C:\\a\\b.txt', 'attachment; filename="C__a_b.txt"'],
    ['a"; filename="b.exe', 'attachment; filename="a_; filename=_b.exe"'],
    ['a\r\nset-cookie: b', 'attachment; filename="a__set-cookie_ b"'],
    ['\u202egnp.exe', 'attachment; filename="_gnp.exe"'],
    ['\ud800.txt', 'attachment; filename="_.txt"'],
    ['.htaccess', 'attachment; filename="htaccess"'],
    ['', 'attachment; filename="download"'],
    ['..', 'attachment; filename="download"'],
    ['  ', 'attachment; filename="download"'],
  ])('of %j is %j', (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });

  it('is of a length that file systems take', () => {
    expect(contentDisposition('x'.repeat(100_000))).toHaveLength('attachment; filename=""'.length + 200);
  });

  it('is one header with one name and no path, whatever the name', () => {
    const shape = /^attachment; filename="[ !#-[\]-~]+"(?:; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/;
    fc.assert(
      fc.property(anyText, (name) => {
        const header = contentDisposition(name);
        expect(header).toMatch(shape);
        const encoded = /UTF-8''(.*)$/.exec(header)?.[1];
        const plain = /filename="([^"]*)"/.exec(header)?.[1];
        for (const shown of [plain, encoded === undefined ? '' : decodeURIComponent(encoded)])
          expect(shown).not.toMatch(/[/\\:]|^\./);
      }),
      { seed: 4, numRuns: runs(5000) },
    );
  });
});
