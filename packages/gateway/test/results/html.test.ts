import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { Html, html, page } from '../../src/results/html.ts';
import { message } from '../../src/results/message.ts';
import { table } from '../../src/results/table.ts';
import { anyText, skeleton, unescaped } from '../answers/support.ts';

describe('html', () => {
  it('escapes values and keeps its own pieces', () => {
    const items = ['<b>', '&'].map((text) => html`<li>${text}</li>`);
    expect(String(html`<ul title="${'"x"'}">${items}</ul>`)).toBe(
      '<ul title="&#34;x&#34;"><li>&#60;b&#62;</li><li>&#38;</li></ul>',
    );
  });

  it('shows nothing for undefined and null, and the text of anything else', () => {
    expect(String(html`${undefined}${null}${0}${false}${1n}${new URL('http://a/?b=<')}`)).toBe(
      '0false1http://a/?b=%3C',
    );
  });

  it('knows the pieces of another copy of the package', async () => {
    const copy = `../../src/results/html.ts?copy`;
    const other = (await import(copy)) as typeof import('../../src/results/html.ts');
    expect(other.Html).not.toBe(Html);
    const piece = other.html`<b>${'<'}</b>`;
    expect(piece).toBeInstanceOf(Html);
    expect(String(html`<p>${piece}</p>`)).toBe('<p><b>&#60;</b></p>');
  });

  it('takes no JSON for a piece of its own', () => {
    const forged: unknown = JSON.parse('{"kind":"html","countersign.result":true}');
    expect(forged).not.toBeInstanceOf(Html);
    expect(String(html`${forged}`)).toBe('[object Object]');
  });

  it('lets no text be markup, whatever the text', () => {
    const parts = (text: string): string =>
      `${html`<a href="${text}" title='${text}'>${[text, html`<b>${text}</b>`]}</a>`}`;
    const harmless = skeleton(parts('x'));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(skeleton(parts(text))).toBe(harmless);
        expect(unescaped(parts(text))).toBe(`<a href="${text}" title='${text}'>${text}<b>${text}</b></a>`);
      }),
      { seed: 1, numRuns: runs(2000) },
    );
  });
});

describe('table', () => {
  it('is a table with headings, escaped cells and pieces of html as they are', () => {
    const text = String(
      table({
        columns: ['Id', 'Name'],
        rows: [
          [1, '<i>'],
          [undefined, html`<b>x</b>`],
        ],
        caption: 'Two',
      }),
    );
    expect(text).toContain('<caption>Two</caption>');
    expect(text).toContain('<tr><th scope="col">Id</th><th scope="col">Name</th></tr>');
    expect(text).toContain('<tr><td class="number">1</td><td>&#60;i&#62;</td></tr>');
    expect(text).toContain('<tr><td></td><td><b>x</b></td></tr>');
  });

  it('has the heading of a column of numbers where the numbers stand', () => {
    const rows = [
      ['Shot', 1, 1],
      ['Shot', 2n, 'none'],
    ];
    expect(String(table({ columns: ['Type', 'Id', 'Frames'], rows }))).toContain(
      '<tr><th scope="col">Type</th><th scope="col" class="number">Id</th><th scope="col">Frames</th></tr>',
    );
    expect(String(table({ columns: ['Id'], rows: [] }))).toContain('<th scope="col">Id</th>');
  });

  it('is a region with a name that the keyboard reaches', () => {
    expect(String(table({ columns: [], rows: [], caption: '"A"' }))).toMatch(
      /^<div class="table" role="region" aria-label="&#34;A&#34;" tabindex="0">/,
    );
  });

  it('refuses a row that does not fit its columns', () => {
    expect(() => table({ columns: ['a', 'b'], rows: [[1, 2], [1]] })).toThrow(
      new TypeError('table: row 2 has 1 cell for 2 columns'),
    );
  });

  it('lets no text be markup, whatever the text', () => {
    const parts = (text: string): string =>
      String(table({ columns: [text], rows: [[text], [{ toString: () => text }]], caption: text }));
    const harmless = skeleton(parts('x'));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(skeleton(parts(text))).toBe(harmless);
      }),
      { seed: 2, numRuns: runs(1000) },
    );
  });
});

describe('message', () => {
  it('is a page of one paragraph, said aloud at once where something went wrong', () => {
    expect(message('Published.', { title: 'Review', tone: 'success' })).toMatchObject({
      kind: 'page',
      title: 'Review',
    });
    expect(String(message('<No>', { tone: 'error' }).body)).toBe(
      '<p class="message error" role="alert">&#60;No&#62;</p>',
    );
    expect(String(message(html`<b>x</b>`).body)).toBe('<p class="message info" role="status"><b>x</b></p>');
    expect('title' in message('x')).toBe(false);
  });
});

describe('page', () => {
  it('cannot be changed once it is made', () => {
    const made = page({ title: 'T', body: 'B' });
    expect(() => Object.assign(made, { title: 'U' })).toThrow(TypeError);
  });
});
