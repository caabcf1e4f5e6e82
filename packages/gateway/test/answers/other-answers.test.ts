import { describe, expect, it } from 'vitest';
import { jsonAnswers } from '../../src/answers/json-answers.ts';
import { flowentAnswers } from '../../src/flowent/answer-style.ts';
import { file } from '../../src/results/file.ts';
import { html, page } from '../../src/results/html.ts';
import { message } from '../../src/results/message.ts';
import { progress } from '../../src/results/progress.ts';
import { redirect } from '../../src/results/redirect.ts';
import { stream } from '../../src/results/stream.ts';
import { table } from '../../src/results/table.ts';
import { callWith, headersOf, textOf } from './support.ts';

async function* parts(): AsyncGenerator<string> {
  yield 'a';
}

describe('Flowent’s result', () => {
  it.each([
    ['a text', 'done', 'done'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['a number', 7, '7'],
  ])('may be %s', (_, value, result) => {
    const answer = flowentAnswers.result(value, callWith());
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.body))).toEqual({ result, error: '' });
  });

  it.each([
    ['html', html`<p>`],
    ['html', table({ columns: [], rows: [] })],
    ['page', page({ body: 'x' })],
    ['page', message('x')],
    ['redirect', redirect('/')],
    ['file', file({ name: 'a', content: 'x' })],
    ['stream', stream(parts)],
    ['progress', progress({}, parts)],
  ])('cannot be %s, and the log says what can', (kind, value) => {
    expect(() => flowentAnswers.result(value, callWith())).toThrow(
      new TypeError(
        `Flowent takes text or JSON, and the action returned ${kind}: return a text or an object`,
      ),
    );
  });

  it.each([
    ['nothing', undefined],
    ['a BigInt', [1n]],
    ['bytes', new Uint8Array(1)],
  ])('cannot be %s', (_, value) => {
    expect(() => flowentAnswers.result(value, callWith())).toThrow(TypeError);
  });
});

describe('a JSON gate’s result', () => {
  it('is a text in an object, or an object as it is', async () => {
    expect(await textOf(jsonAnswers.result('x', callWith()))).toBe('{"result":"x"}');
    expect(await textOf(jsonAnswers.result({ a: 1 }, callWith()))).toBe('{"a":1}');
    expect(() => jsonAnswers.result(undefined, callWith())).toThrow('returned nothing');
  });

  it('may be a page, a redirect, a file or a stream', async () => {
    const result = (value: unknown) => jsonAnswers.result(value, callWith());
    const shown = result(html`<b>x</b>`);
    expect(headersOf(shown)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(await textOf(shown)).toContain('<h1>Result</h1>\n<b>x</b>');
    expect(await textOf(result(page({ title: 'T', body: 'x' })))).toContain('<title>T</title>');
    expect(result(redirect('/x')).status).toBe(303);
    expect(headersOf(result(file({ name: 'a', content: 'x' })))['content-disposition']).toContain(
      'attachment',
    );
    expect(await textOf(result(stream(parts)))).toBe('a');
    expect(await textOf(result(progress({}, parts)))).toContain('<li>a</li>');
  });
});
